package io.kvops.stores.format;

import io.kvops.stores.StoreException;
import io.kvops.stores.data.RecordHeader;
import io.kvops.stores.data.RecordType;
import io.kvops.stores.data.Slice;
import io.kvops.stores.data.StreamId;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the writers of all formats share: the order of calls is checked, an element becomes a tuple of simple values, and a
 * record that grows too large for one piece of the file goes on in another.
 */
abstract class TupleWriter implements FormatWriter {
    final Output out;
    /** The record that is being written. */
    private @Nullable RecordHeader current;
    /** Where in the output's array the record begins, or -1 once a part of it was handed over. */
    private int recordStart;

    private long elements;
    private long records;
    private boolean finished;

    /** @param records that the file has already */
    TupleWriter(Output out, long records) {
        this.out = out;
        this.records = records;
    }

    /** What stands before the first record. */
    abstract void writeStart();

    /** Records that ended. */
    final long records() {
        return records;
    }

    abstract void startRecord(RecordHeader header);

    /** @param values how many follow until {@link #closeElement} */
    abstract void openElement(Kind kind, int values);

    abstract void bytes(Slice value);

    abstract void number(long value);

    abstract void score(double value);

    abstract void id(StreamId value);

    /** The names and values of a stream's entry. */
    abstract void list(List<Slice> values);

    abstract void closeElement();

    abstract void endRecord();

    /** The record that was begun, of which something was handed over, is void. */
    abstract void voidRecord();

    /** Whether what stands in the output is enough for a piece of a record, or of a file. */
    abstract boolean full();

    /** Ends a piece of the record, which {@link #continueRecord goes on} in another. */
    abstract void breakRecord();

    abstract void continueRecord();

    /** What follows the last record. */
    abstract void writeEnd() throws StoreException;

    @Override
    public final void begin(RecordHeader header) throws StoreException {
        if (current != null || finished) {
            throw new IllegalStateException("begin: " + (finished ? "finished" : "the record before has not ended"));
        }
        current = header;
        recordStart = out.size;
        elements = 0;
        startRecord(header);
    }

    @Override
    public final void chunk(Slice bytes) throws StoreException {
        open(Kind.CHUNK, 1);
        bytes(bytes);
        closeElement();
    }

    @Override
    public final void field(Slice name, Slice value, long expiresAtMillis) throws StoreException {
        boolean expires = expiresAtMillis != RecordHeader.NO_EXPIRY;
        open(Kind.FIELD, expires ? 3 : 2);
        bytes(name);
        bytes(value);
        if (expires) {
            number(expiresAtMillis);
        }
        closeElement();
    }

    @Override
    public final void item(Slice value) throws StoreException {
        open(Kind.ITEM, 1);
        bytes(value);
        closeElement();
    }

    @Override
    public final void member(Slice member) throws StoreException {
        open(Kind.MEMBER, 1);
        bytes(member);
        closeElement();
    }

    @Override
    public final void scored(Slice member, double score) throws StoreException {
        open(Kind.SCORED, 2);
        bytes(member);
        score(score);
        closeElement();
    }

    @Override
    public final void entry(StreamId id, List<Slice> namesAndValues) throws StoreException {
        open(Kind.ENTRY, 2);
        id(id);
        list(namesAndValues);
        closeElement();
    }

    @Override
    public final void state(StreamId lastId, long entriesAdded, StreamId maxDeletedId) throws StoreException {
        open(Kind.STATE, 3);
        id(lastId);
        number(entriesAdded);
        id(maxDeletedId);
        closeElement();
    }

    @Override
    public final void group(Slice name, StreamId lastDelivered, long entriesRead) throws StoreException {
        open(Kind.GROUP, 3);
        bytes(name);
        id(lastDelivered);
        number(entriesRead);
        closeElement();
    }

    @Override
    public final void consumer(Slice name) throws StoreException {
        open(Kind.CONSUMER, 1);
        bytes(name);
        closeElement();
    }

    @Override
    public final void pending(StreamId id, Slice consumer, long deliveredAtMillis, long deliveries)
            throws StoreException {
        open(Kind.PENDING, 4);
        id(id);
        bytes(consumer);
        number(deliveredAtMillis);
        number(deliveries);
        closeElement();
    }

    private void open(Kind kind, int values) throws StoreException {
        RecordHeader header = current;
        if (header == null || !kind.fits(header.type())) {
            throw new IllegalStateException(
                    kind.label() + ": not expected " + (header == null ? "outside a record" : "in a " + header.type()));
        }
        if (elements > 0 && full()) {
            breakRecord();
            out.flush();
            recordStart = -1;
            continueRecord();
        }
        elements++;
        openElement(kind, values);
    }

    @Override
    public final void end() throws StoreException {
        if (current == null) {
            throw new IllegalStateException("end: no record has begun");
        }
        endRecord();
        records++;
        if (recordStart < 0 || full()) {
            out.flush();
        }
        current = null;
    }

    @Override
    public final void abort() throws StoreException {
        if (current == null) {
            throw new IllegalStateException("abort: no record has begun");
        }
        if (recordStart >= 0) {
            out.size = recordStart;
        } else {
            voidRecord();
            out.flush();
        }
        current = null;
    }

    @Override
    public final Optional<String> checkpoint() throws StoreException {
        if (current != null || finished) {
            throw new IllegalStateException("checkpoint: " + (finished ? "finished" : "a record has not ended"));
        }
        out.flush();
        return Optional.of(state());
    }

    /** What another writer needs to go on behind what was handed over. */
    String state() {
        return records + " " + Crc.text(out.crc());
    }

    @Override
    public final void finish() throws StoreException {
        if (current != null || finished) {
            throw new IllegalStateException("finish: " + (finished ? "finished" : "a record has not ended"));
        }
        finished = true;
        out.flush();
        writeEnd();
        out.flush();
    }

    @Override
    public void close() throws IOException {
        out.close();
    }

    /** How many elements the record has so far. */
    final long elements() {
        return elements;
    }

    final RecordHeader current() {
        RecordHeader header = current;
        if (header == null) {
            throw new IllegalStateException("no record has begun");
        }
        return header;
    }

    /** Whether it is a string or opaque value. */
    static boolean ofChunks(RecordType type) {
        return Kind.of(type) == Kind.CHUNK;
    }
}
