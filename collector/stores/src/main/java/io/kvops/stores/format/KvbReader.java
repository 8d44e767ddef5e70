package io.kvops.stores.format;

import io.kvops.stores.StoreException;
import io.kvops.stores.data.RecordHeader;
import io.kvops.stores.data.RecordSink;
import io.kvops.stores.data.RecordType;
import io.kvops.stores.data.Slice;
import io.kvops.stores.data.StreamId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads records as KVB.md has them, out of blocks that are sound. */
final class KvbReader extends PieceReader {
    private final KvbInput blocks;
    private final boolean whole;
    private final Element element = new Element();
    private final Slice key = new Slice();
    private @Nullable RecordType type;
    private long elements;
    private long records;

    /** @param whole whether it is read from its beginning to its end, not a part of it */
    KvbReader(KvbInput blocks, boolean whole, String name, FileReadOptions options) {
        super(new Input(blocks, options.limits().maxPieceBytes()), name, options);
        this.blocks = blocks;
        this.whole = whole;
        if (whole) {
            alwaysSigned();
        }
    }

    @Override
    boolean piece(RecordSink sink) throws IOException, StoreException {
        if (!in.has(1)) {
            if (whole && blocks.records() >= 0) {
                fileEnd(blocks.records(), 0, 0);
            }
            return false;
        }
        int tag = in.next();
        long length = in.varint();
        if (length < 0 || length > Integer.MAX_VALUE || !in.has((int) length)) {
            throw length < 0 || length > Integer.MAX_VALUE
                    ? new DamagedException("an element of " + length + " bytes")
                    : in.cut();
        }
        element.from((int) length);
        if (tag >= KvbLayout.TAG_ELEMENT) {
            RecordType of = type;
            if (of == null) {
                throw new DamagedException("an element outside a record");
            }
            elements++;
            element.tell(Kind.at(tag - KvbLayout.TAG_ELEMENT), of, sink);
        } else if (tag == KvbLayout.TAG_HEADER) {
            header(sink);
        } else if (tag == KvbLayout.TAG_END) {
            type = null;
            if (element.varint() != elements) {
                throw new DamagedException("a record that lacks elements");
            }
            end(sink);
            records++;
        } else if (tag == KvbLayout.TAG_VOID) {
            type = null;
            voided(sink);
        } else {
            throw new DamagedException("an unknown tag " + tag);
        }
        in.position = element.end;
        return true;
    }

    private void header(RecordSink sink) throws IOException, StoreException {
        element.bytes(key);
        RecordType of = KvbLayout.type(element.varint());
        long expires = element.varint() - 1;
        long count = element.varint();
        if (count < 0 || count > RecordHeader.MAX_METADATA) {
            throw new DamagedException(count + " metadata");
        }
        Map<String, String> metadata = count == 0 ? Map.of() : new TreeMap<>();
        for (long i = 0; i < count; i++) {
            metadata.put(element.text(), element.text());
        }
        type = begin(sink, key, of, expires, metadata);
        element.restart();
        elements = 0;
    }

    @Override
    String place() {
        return blocks.place();
    }

    @Override
    boolean passOver() throws IOException {
        type = null;
        in.jump();
        if (!blocks.passOver()) {
            return false;
        }
        if (whole) {
            long before = blocks.records() >= 0 ? blocks.records() : blocks.recordsBefore();
            if (before > records) {
                problems().add(place(), (before - records) + " records before it are lost");
                records = before;
            }
        }
        return true;
    }

    /** What one element holds, which stands in the window as a whole. */
    private final class Element extends Tuple {
        private final Slice part = new Slice();
        private int at;
        private int end;

        void from(int length) {
            at = in.position;
            end = at + length;
        }

        long varint() throws DamagedException {
            long value = 0;
            for (int shift = 0; shift < 64; shift += 7) {
                if (at == end) {
                    throw tooShort();
                }
                byte b = in.window[at++];
                value |= (long) (b & 0x7f) << shift;
                if (b >= 0) {
                    return value;
                }
            }
            throw new DamagedException("a number of more than 64 bits");
        }

        private DamagedException tooShort() {
            return new DamagedException("an element that is shorter than what it holds");
        }

        @Override
        void bytes(Slice into) throws DamagedException {
            long length = varint();
            if (length < 0 || length > end - at) {
                throw tooShort();
            }
            into.set(in.window, at, (int) length);
            at += (int) length;
        }

        String text() throws DamagedException {
            bytes(part);
            return new String(part.array(), part.offset(), part.length(), StandardCharsets.UTF_8);
        }

        @Override
        long number() throws DamagedException {
            long n = varint();
            return n >>> 1 ^ -(n & 1);
        }

        @Override
        double score() throws DamagedException {
            if (end - at < Long.BYTES) {
                throw tooShort();
            }
            at += Long.BYTES;
            return Double.longBitsToDouble(LittleEndian.getLong(in.window, at - Long.BYTES));
        }

        @Override
        StreamId id() throws DamagedException {
            long millis = varint();
            return new StreamId(millis, varint());
        }

        @Override
        boolean hasMore() {
            return at < end;
        }

        @Override
        void list() throws DamagedException {
            long count = varint();
            if (count < 0 || count > end - at) {
                throw tooShort();
            }
            for (long i = 0; i < count; i++) {
                bytes(listed());
            }
        }
    }
}
