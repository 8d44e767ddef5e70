package io.kvops.stores.format;

import io.kvops.stores.StoreException;
import io.kvops.stores.data.RecordHeader;
import io.kvops.stores.data.Slice;
import io.kvops.stores.data.StreamId;
import java.io.IOException;
import java.util.List;

/** Writes records as KVB.md has them; each flush of the output is a block. */
final class KvbWriter extends TupleWriter {
    private final KvbOutput blocks;
    private final String name;
    private final int blockBytes;
    private int lengthAt;

    KvbWriter(KvbOutput blocks, String name, int blockBytes, long records) {
        super(new Output(blocks, name), records);
        this.blocks = blocks;
        this.name = name;
        this.blockBytes = blockBytes;
    }

    @Override
    void writeStart() {
        // the head is no block
    }

    @Override
    String state() {
        return records() + " " + blocks.state();
    }

    @Override
    void startRecord(RecordHeader header) {
        if (out.size == 0) {
            blocks.nextBlock(true, records());
        }
        open(KvbLayout.TAG_HEADER);
        out.sized(header.key());
        out.put(header.type().code());
        out.varint(header.expiresAtMillis() + 1);
        out.varint(header.metadata().size());
        header.metadata().forEach((key, value) -> {
            out.sized(key);
            out.sized(value);
        });
        closeElement();
    }

    private void open(int tag) {
        out.put(tag);
        lengthAt = out.size;
        out.put(0);
    }

    @Override
    void openElement(Kind kind, int values) {
        open(KvbLayout.TAG_ELEMENT + kind.code());
    }

    @Override
    void bytes(Slice value) {
        out.sized(value);
    }

    @Override
    void number(long value) {
        out.signed(value);
    }

    @Override
    void score(double value) {
        out.littleEndian64(Double.doubleToRawLongBits(value));
    }

    @Override
    void id(StreamId value) {
        out.varint(value.millis());
        out.varint(value.sequence());
    }

    @Override
    void list(List<Slice> values) {
        out.varint(values.size());
        for (Slice value : values) {
            out.sized(value);
        }
    }

    @Override
    void closeElement() {
        out.lengthAt(lengthAt);
    }

    @Override
    void endRecord() {
        open(KvbLayout.TAG_END);
        out.varint(elements());
        closeElement();
    }

    @Override
    boolean full() {
        return out.size >= blockBytes;
    }

    @Override
    void breakRecord() {
        // blocks cut where they like
    }

    @Override
    void continueRecord() {
        blocks.nextBlock(false, records());
    }

    @Override
    void voidRecord() {
        open(KvbLayout.TAG_VOID);
        closeElement();
    }

    @Override
    void writeEnd() throws StoreException {
        try {
            blocks.finish(records());
        } catch (IOException e) {
            throw FileFailure.writing(name, e);
        }
    }
}
