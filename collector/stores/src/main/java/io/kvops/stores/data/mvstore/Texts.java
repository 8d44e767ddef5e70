package io.kvops.stores.data.mvstore;

import io.kvops.stores.StoreAddress;
import io.kvops.stores.StoreException;
import io.kvops.stores.StoreException.Kind;
import io.kvops.stores.data.Slice;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Between bytes and what a map holds: arrays of bytes, or texts where its first record has them. */
final class Texts {
    private final StoreAddress address;
    private final boolean keys;
    private final boolean values;

    Texts(StoreAddress address, boolean keys, boolean values) {
        this.address = address;
        this.keys = keys;
        this.values = values;
    }

    Object key(Slice bytes) throws StoreException {
        return keys ? text(bytes) : bytes.toBytes();
    }

    Object value(Slice bytes) throws StoreException {
        return values ? text(bytes) : bytes.toBytes();
    }

    byte[] bytes(Object of) throws StoreException {
        if (of instanceof String text) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
        if (of instanceof byte[] bytes) {
            return bytes;
        }
        throw new StoreException(
                Kind.UNSUPPORTED,
                address + " has a " + of.getClass().getName() + "; only maps of bytes and texts can be read");
    }

    private String text(Slice bytes) throws StoreException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.array(), bytes.offset(), bytes.length()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new StoreException(
                    Kind.UNSUPPORTED,
                    address + " is a map of texts, and can't hold bytes that are no UTF-8; write to another map",
                    e);
        }
    }
}
