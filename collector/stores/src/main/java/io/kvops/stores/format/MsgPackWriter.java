package io.kvops.stores.format;

import io.kvops.stores.StoreException;
import io.kvops.stores.data.RecordHeader;
import io.kvops.stores.data.RecordType;
import io.kvops.stores.data.Slice;
import io.kvops.stores.data.StreamId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/** Writes MessagePack: a map for each piece, with the names that JSON files have; bytes are bin, ids arrays of two numbers. */
final class MsgPackWriter extends TupleWriter {
    private static final int PIECE_BYTES = 64 << 10;
    /** What a file begins with: a map of two, the first of which is named kvops. */
    static final byte[] HEAD = {(byte) 0x82, (byte) 0xa5, 'k', 'v', 'o', 'p', 's'};

    private static final int MAP = 0x80;
    private static final int ARRAY = 0x90;

    private int pieceAt;
    private int keys;
    private int valueAt;
    private int elementsInPiece;
    private long part;
    private boolean stream;

    MsgPackWriter(Output out, long records) {
        super(out, records);
    }

    @Override
    void writeStart() {
        out.put(MAP | 2);
        text("kvops");
        text("msgpack");
        text("version");
        integer(1);
    }

    @Override
    void startRecord(RecordHeader header) {
        startPiece();
        name("key");
        bytes(header.key());
        name("type");
        text(header.type().name().toLowerCase(Locale.ROOT));
        if (header.expires()) {
            name("expiresAtMillis");
            integer(header.expiresAtMillis());
        }
        if (!header.metadata().isEmpty()) {
            name("metadata");
            out.put(0xde);
            out.put(header.metadata().size() >> 8);
            out.put(header.metadata().size());
            header.metadata().forEach((key, value) -> {
                text(key);
                text(value);
            });
        }
        part = 1;
        stream = header.type() == RecordType.STREAM;
        startValue();
    }

    private void startPiece() {
        pieceAt = out.size;
        keys = 0;
        out.put(MAP);
    }

    private void name(String name) {
        keys++;
        text(name);
    }

    private void startValue() {
        name("value");
        valueAt = out.size;
        elementsInPiece = 0;
        out.put(0xdd);
        out.put(0);
        out.put(0);
        out.put(0);
        out.put(0);
    }

    private void endPiece() {
        for (int i = 0; i < Integer.BYTES; i++) {
            out.array[valueAt + 1 + i] = (byte) (elementsInPiece >>> (24 - 8 * i));
        }
        out.array[pieceAt] = (byte) (MAP | keys);
    }

    @Override
    void openElement(Kind kind, int values) {
        elementsInPiece++;
        if (stream) {
            out.put(ARRAY | values + 1);
            text(kind.label());
        } else if (kind == Kind.FIELD || kind == Kind.SCORED) {
            out.put(ARRAY | values);
        }
    }

    @Override
    void bytes(Slice value) {
        int length = value.length();
        if (length < 1 << 8) {
            out.put(0xc4);
            out.put(length);
        } else if (length < 1 << 16) {
            out.put(0xc5);
            out.put(length >> 8);
            out.put(length);
        } else {
            out.put(0xc6);
            bigEndian(length, Integer.BYTES);
        }
        out.put(value);
    }

    private void bigEndian(long value, int bytes) {
        for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
            out.put((int) (value >>> shift));
        }
    }

    private void text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length < 32) {
            out.put(0xa0 | bytes.length);
        } else {
            out.put(0xda);
            bigEndian(bytes.length, Short.BYTES);
        }
        out.put(bytes);
    }

    @Override
    void number(long value) {
        integer(value);
    }

    private void integer(long value) {
        if (value >= -32 && value < 128) {
            out.put((int) value);
        } else if (value == (int) value) {
            out.put(0xd2);
            bigEndian(value, Integer.BYTES);
        } else {
            out.put(0xd3);
            bigEndian(value, Long.BYTES);
        }
    }

    @Override
    void score(double value) {
        out.put(0xcb);
        bigEndian(Double.doubleToRawLongBits(value), Long.BYTES);
    }

    @Override
    void id(StreamId value) {
        out.put(ARRAY | 2);
        out.put(0xcf);
        bigEndian(value.millis(), Long.BYTES);
        out.put(0xcf);
        bigEndian(value.sequence(), Long.BYTES);
    }

    @Override
    void list(List<Slice> values) {
        out.put(0xdd);
        bigEndian(values.size(), Integer.BYTES);
        for (Slice value : values) {
            bytes(value);
        }
    }

    @Override
    void closeElement() {
        // its length stands before it
    }

    @Override
    void endRecord() {
        endPiece();
    }

    @Override
    boolean full() {
        return out.size >= PIECE_BYTES;
    }

    @Override
    void breakRecord() {
        name("more");
        out.put(0xc3);
        endPiece();
    }

    @Override
    void continueRecord() {
        startPart();
        startValue();
    }

    private void startPart() {
        part++;
        startPiece();
        name("part");
        integer(part);
    }

    @Override
    void voidRecord() {
        out.size = 0;
        part--;
        startPart();
        name("void");
        out.put(0xc3);
        out.array[pieceAt] = (byte) (MAP | keys);
    }

    @Override
    void writeEnd() throws StoreException {
        int crc = out.crc();
        out.put(MAP | 1);
        text("end");
        out.put(MAP | 2);
        text("records");
        integer(records());
        text("crc32c");
        integer(Integer.toUnsignedLong(crc));
    }
}
