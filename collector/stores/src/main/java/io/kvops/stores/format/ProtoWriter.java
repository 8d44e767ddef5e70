package io.kvops.stores.format;

import io.kvops.stores.StoreException;
import io.kvops.stores.data.RecordHeader;
import io.kvops.stores.data.Slice;
import io.kvops.stores.data.StreamId;
import java.util.List;

/** Writes the delimited messages of kvops-records.proto. */
final class ProtoWriter extends TupleWriter {
    static final String FORMAT = "kvops.records";
    static final int VARINT = 0;
    static final int FIXED64 = 1;
    static final int SIZED = 2;
    static final int FIXED32 = 5;

    private static final int PIECE_BYTES = 64 << 10;

    private int entryAt;
    private int contentAt;
    private int elementAt;
    private int messageAt;
    private Kind kind = Kind.CHUNK;
    /** Number of the element's next field. */
    private int field;

    private long part;

    ProtoWriter(Output out, long records) {
        super(out, records);
    }

    @Override
    void writeStart() {
        startEntry(1);
        tag(1, SIZED);
        out.sized(FORMAT);
        tag(2, VARINT);
        out.varint(1);
        endEntry();
    }

    private void tag(int number, int wireType) {
        out.put(number << 3 | wireType);
    }

    private void startEntry(int content) {
        entryAt = out.size;
        out.put(0);
        tag(content, SIZED);
        contentAt = out.size;
        out.put(0);
    }

    private void endEntry() {
        out.lengthAt(contentAt);
        out.lengthAt(entryAt);
    }

    @Override
    void startRecord(RecordHeader header) {
        part = 1;
        startEntry(2);
        tag(1, SIZED);
        out.sized(header.key());
        tag(2, VARINT);
        out.put(header.type().code() + 1);
        if (header.expires()) {
            tag(3, VARINT);
            out.varint(header.expiresAtMillis());
        }
        header.metadata().forEach((name, value) -> {
            tag(4, SIZED);
            int at = out.size;
            out.put(0);
            tag(1, SIZED);
            out.sized(name);
            tag(2, SIZED);
            out.sized(value);
            out.lengthAt(at);
        });
    }

    @Override
    void openElement(Kind newKind, int values) {
        kind = newKind;
        field = 1;
        tag(6, SIZED);
        elementAt = out.size;
        out.put(0);
        if (!isPlain()) {
            tag(kind.code() + 1, SIZED);
            messageAt = out.size;
            out.put(0);
        }
    }

    /** Whether the element is nothing but bytes. */
    private boolean isPlain() {
        return kind == Kind.CHUNK || kind == Kind.ITEM || kind == Kind.MEMBER || kind == Kind.CONSUMER;
    }

    @Override
    void bytes(Slice value) {
        tag(isPlain() ? kind.code() + 1 : field++, SIZED);
        out.sized(value);
    }

    @Override
    void number(long value) {
        tag(field++, VARINT);
        out.varint(value);
    }

    @Override
    void score(double value) {
        tag(field++, FIXED64);
        out.littleEndian64(Double.doubleToRawLongBits(value));
    }

    @Override
    void id(StreamId value) {
        tag(field++, SIZED);
        int at = out.size;
        out.put(0);
        tag(1, VARINT);
        out.varint(value.millis());
        tag(2, VARINT);
        out.varint(value.sequence());
        out.lengthAt(at);
    }

    @Override
    void list(List<Slice> values) {
        for (Slice value : values) {
            tag(field, SIZED);
            out.sized(value);
        }
    }

    @Override
    void closeElement() {
        if (!isPlain()) {
            out.lengthAt(messageAt);
        }
        out.lengthAt(elementAt);
    }

    @Override
    void endRecord() {
        endEntry();
    }

    @Override
    boolean full() {
        return out.size >= PIECE_BYTES;
    }

    @Override
    void breakRecord() {
        tag(7, VARINT);
        out.put(1);
        endEntry();
    }

    @Override
    void continueRecord() {
        part++;
        startEntry(2);
        tag(5, VARINT);
        out.varint(part);
    }

    @Override
    void voidRecord() {
        out.size = 0;
        part--;
        continueRecord();
        tag(8, VARINT);
        out.put(1);
        endEntry();
    }

    @Override
    void writeEnd() throws StoreException {
        int crc = out.crc();
        startEntry(3);
        tag(1, VARINT);
        out.varint(records());
        tag(2, FIXED32);
        out.room(Integer.BYTES);
        LittleEndian.putInt(out.array, out.size, crc);
        out.size += Integer.BYTES;
        endEntry();
    }
}
