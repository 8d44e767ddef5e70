package io.kvops.stores.format;

import io.kvops.stores.StoreException;
import io.kvops.stores.data.RecordHeader;
import io.kvops.stores.data.RecordSink;
import io.kvops.stores.data.RecordType;
import io.kvops.stores.data.Slice;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads the delimited messages of kvops-records.proto. */
final class ProtoReader extends PieceReader {
    private final ProtoFields entry = new ProtoFields();
    private final ProtoFields content = new ProtoFields();
    private final ProtoFields pair = new ProtoFields();
    private final ProtoElement element = new ProtoElement();
    private final Slice key = new Slice();
    private final Slice part = new Slice();
    private final Slice rest = new Slice();
    private boolean lost;
    private long offset;

    ProtoReader(Input in, String name, FileReadOptions options) {
        super(in, name, options);
    }

    @Override
    boolean piece(RecordSink sink) throws IOException, StoreException {
        offset = in.offset();
        if (!in.has(1)) {
            return false;
        }
        int crc = in.crc();
        lost = true;
        long length = in.varint();
        if (length < 0 || length > Integer.MAX_VALUE) {
            throw new DamagedException("a message of " + length + " bytes");
        }
        if (!in.has((int) length)) {
            throw in.cut();
        }
        lost = false;
        int from = in.position;
        in.consume(from + (int) length);
        entry.set(in.window, from, from + (int) length);
        if (!entry.field()) {
            throw new DamagedException("an entry without content");
        }
        entry.messageValue(content);
        switch (entry.number()) {
            case 1 -> start();
            case 2 -> record(sink);
            case 3 -> end(crc);
            default -> throw new DamagedException("an entry of an unknown kind");
        }
        return true;
    }

    private void start() throws DamagedException {
        String format = "";
        long version = 0;
        while (content.field()) {
            if (content.number() == 1) {
                content.sizedValue(part);
                format = part.toText();
            } else if (content.number() == 2) {
                version = content.varintValue();
            }
        }
        if (!format.equals(ProtoWriter.FORMAT) || version != 1) {
            throw new DamagedException("a beginning of another format or version (expected version 1); read it with the"
                    + " version of kvops that wrote it, or a newer one");
        }
        signed();
    }

    private void end(int crc) throws DamagedException {
        long records = 0;
        int written = 0;
        while (content.field()) {
            if (content.number() == 1) {
                records = content.varintValue();
            } else if (content.number() == 2) {
                written = content.fixed32Value();
            }
        }
        fileEnd(records, written, crc);
    }

    private void record(RecordSink sink) throws IOException, StoreException {
        content.messageOf(rest);
        key.set(new byte[0], 0, 0);
        RecordType type = null;
        long expiresAtMillis = RecordHeader.NO_EXPIRY;
        Map<String, String> metadata = Map.of();
        long number = 1;
        boolean more = false;
        boolean empty = false;
        while (content.field()) {
            switch (content.number()) {
                case 1 -> content.sizedValue(key);
                case 2 -> type = KvbLayout.type(content.varintValue() - 1);
                case 3 -> {
                    expiresAtMillis = content.varintValue();
                    if (expiresAtMillis < 0) {
                        throw new DamagedException(
                                "an expiry of " + expiresAtMillis + " (expected milliseconds since 1970)");
                    }
                }
                case 4 -> metadata = withPair(metadata);
                case 5 -> number = content.varintValue();
                case 7 -> more = content.varintValue() != 0;
                case 8 -> empty = content.varintValue() != 0;
                default -> {}
            }
        }
        if (empty) {
            goOn(number);
            voided(sink);
            return;
        }
        RecordType of = number > 1 ? goOn(number) : begun(sink, type, expiresAtMillis, metadata);
        content.set(rest);
        while (content.field()) {
            if (content.number() == 6) {
                element.tell(element.read(content), of, sink);
            }
        }
        if (!more) {
            end(sink);
        }
    }

    private RecordType begun(
            RecordSink sink, @Nullable RecordType type, long expiresAtMillis, Map<String, String> metadata)
            throws DamagedException, StoreException {
        if (type == null) {
            throw new DamagedException("a record without its type");
        }
        element.restart();
        return begin(sink, key, type, expiresAtMillis, metadata);
    }

    private Map<String, String> withPair(Map<String, String> before) throws DamagedException {
        Map<String, String> metadata = before.isEmpty() ? new TreeMap<>() : before;
        content.messageValue(pair);
        String name = "";
        String value = "";
        while (pair.field()) {
            pair.sizedValue(part);
            if (pair.number() == 1) {
                name = part.toText();
            } else {
                value = part.toText();
            }
        }
        metadata.put(name, value);
        if (metadata.size() > RecordHeader.MAX_METADATA) {
            throw new DamagedException("more than " + RecordHeader.MAX_METADATA + " metadata");
        }
        return metadata;
    }

    @Override
    String place() {
        return "byte " + offset;
    }

    @Override
    boolean passOver() {
        return !lost;
    }
}
