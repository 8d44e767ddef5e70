package io.kvops.stores.data;

import io.kvops.stores.StoreException;
import io.kvops.stores.StoreException.Kind;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Puts {@link WholeRecord}s together, up to a bound for each, and hands each over when it ends. For one thread. */
public final class RecordCollector implements RecordSink {
    private final long maxBytes;
    private final Consumer<WholeRecord> to;
    private final List<WholeRecord.Element> elements = new ArrayList<>();
    private final ByteArrayOutputStream chunks = new ByteArrayOutputStream();
    private @Nullable RecordHeader header;
    private long bytes;

    /**
     * @param maxBytes of one record's key and value, at least 1; a larger one is refused (kind UNSUPPORTED)
     * @param to takes each record that ended
     */
    public RecordCollector(long maxBytes, Consumer<WholeRecord> to) {
        if (maxBytes < 1) {
            throw new IllegalArgumentException("maxBytes: " + maxBytes + " (expected >= 1)");
        }
        this.maxBytes = maxBytes;
        this.to = to;
    }

    @Override
    public void begin(RecordHeader from) throws StoreException {
        if (header != null) {
            throw new IllegalStateException("begin: the record before has not ended");
        }
        clear();
        header = new RecordHeader(from.key().copy(), from.type(), from.expiresAtMillis(), from.metadata());
        count(from.key());
    }

    @Override
    public void chunk(Slice part) throws StoreException {
        expect(RecordType.STRING, RecordType.OPAQUE);
        count(part);
        chunks.write(part.array(), part.offset(), part.length());
    }

    @Override
    public void field(Slice name, Slice value, long expiresAtMillis) throws StoreException {
        expect(RecordType.HASH, RecordType.HASH);
        count(name);
        count(value);
        elements.add(new WholeRecord.Field(name.copy(), value.copy(), expiresAtMillis));
    }

    @Override
    public void item(Slice value) throws StoreException {
        expect(RecordType.LIST, RecordType.LIST);
        count(value);
        elements.add(new WholeRecord.Item(value.copy()));
    }

    @Override
    public void member(Slice member) throws StoreException {
        expect(RecordType.SET, RecordType.SET);
        count(member);
        elements.add(new WholeRecord.Member(member.copy()));
    }

    @Override
    public void scored(Slice member, double score) throws StoreException {
        expect(RecordType.ZSET, RecordType.ZSET);
        count(member);
        elements.add(new WholeRecord.Scored(member.copy(), score));
    }

    @Override
    public void entry(StreamId id, List<Slice> namesAndValues) throws StoreException {
        expect(RecordType.STREAM, RecordType.STREAM);
        List<Slice> own = new ArrayList<>(namesAndValues.size());
        for (Slice part : namesAndValues) {
            count(part);
            own.add(part.copy());
        }
        elements.add(new WholeRecord.Entry(id, own));
    }

    @Override
    public void state(StreamId lastId, long entriesAdded, StreamId maxDeletedId) throws StoreException {
        expect(RecordType.STREAM, RecordType.STREAM);
        elements.add(new WholeRecord.State(lastId, entriesAdded, maxDeletedId));
    }

    @Override
    public void group(Slice name, StreamId lastDelivered, long entriesRead) throws StoreException {
        expect(RecordType.STREAM, RecordType.STREAM);
        count(name);
        elements.add(new WholeRecord.Group(name.copy(), lastDelivered, entriesRead));
    }

    @Override
    public void consumer(Slice name) throws StoreException {
        expect(RecordType.STREAM, RecordType.STREAM);
        count(name);
        elements.add(new WholeRecord.Consumer(name.copy()));
    }

    @Override
    public void pending(StreamId id, Slice consumer, long deliveredAtMillis, long deliveries) throws StoreException {
        expect(RecordType.STREAM, RecordType.STREAM);
        count(consumer);
        elements.add(new WholeRecord.Pending(id, consumer.copy(), deliveredAtMillis, deliveries));
    }

    @Override
    public void end() {
        RecordHeader of = header;
        if (of == null) {
            throw new IllegalStateException("end: no record has begun");
        }
        if (of.type() == RecordType.STRING || of.type() == RecordType.OPAQUE) {
            elements.add(new WholeRecord.Chunk(Slice.of(chunks.toByteArray())));
        }
        WholeRecord record = new WholeRecord(of, elements);
        clear();
        to.accept(record);
    }

    @Override
    public void abort() {
        clear();
    }

    private void clear() {
        header = null;
        elements.clear();
        chunks.reset();
        bytes = 0;
    }

    private void expect(RecordType one, RecordType other) {
        if (header == null || (header.type() != one && header.type() != other)) {
            throw new IllegalStateException("an element of a " + one + " in " + header);
        }
    }

    /** Each element costs some 64 bytes beside its own. */
    private void count(Slice part) throws StoreException {
        bytes += part.length() + 64L;
        if (bytes > maxBytes) {
            int keyBytes = header == null ? 0 : header.key().length();
            clear();
            throw new StoreException(
                    Kind.UNSUPPORTED,
                    "a record with a key of " + keyBytes + " bytes is larger than " + maxBytes
                            + " bytes, which is the most that is held in memory here; leave it out or raise the limit");
        }
    }
}
