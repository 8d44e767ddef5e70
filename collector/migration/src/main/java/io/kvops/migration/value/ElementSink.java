package io.kvops.migration.value;

import io.kvops.stores.StoreException;
import io.kvops.stores.data.RecordHeader;
import io.kvops.stores.data.RecordSink;
import io.kvops.stores.data.Slice;
import io.kvops.stores.data.StreamId;
import io.kvops.stores.data.WholeRecord;
import io.kvops.stores.data.WholeRecord.Element;
import java.util.ArrayList;
import java.util.List;

/** Takes elements of all kinds the same way, each a copy of its own. For one thread. */
public abstract class ElementSink implements RecordSink {
    /** What an element costs in memory beside its bytes, about. */
    private static final int OVERHEAD_BYTES = 64;

    /**
     * The next element.
     *
     * @param bytes of its content
     */
    protected abstract void element(Element element, long bytes) throws StoreException;

    /** What elements cost in memory, about. */
    public static long cost(long bytes) {
        return bytes + OVERHEAD_BYTES;
    }

    /** A header with a key of its own. */
    public static RecordHeader own(RecordHeader header) {
        return new RecordHeader(header.key().copy(), header.type(), header.expiresAtMillis(), header.metadata());
    }

    @Override
    public void chunk(Slice bytes) throws StoreException {
        element(new WholeRecord.Chunk(bytes.copy()), bytes.length());
    }

    @Override
    public void field(Slice name, Slice value, long expiresAtMillis) throws StoreException {
        element(
                new WholeRecord.Field(name.copy(), value.copy(), expiresAtMillis),
                (long) name.length() + value.length());
    }

    @Override
    public void item(Slice value) throws StoreException {
        element(new WholeRecord.Item(value.copy()), value.length());
    }

    @Override
    public void member(Slice member) throws StoreException {
        element(new WholeRecord.Member(member.copy()), member.length());
    }

    @Override
    public void scored(Slice member, double score) throws StoreException {
        element(new WholeRecord.Scored(member.copy(), score), member.length() + (long) Double.BYTES);
    }

    @Override
    public void entry(StreamId id, List<Slice> namesAndValues) throws StoreException {
        List<Slice> own = new ArrayList<>(namesAndValues.size());
        long bytes = 2L * Long.BYTES;
        for (Slice part : namesAndValues) {
            own.add(part.copy());
            bytes += part.length();
        }
        element(new WholeRecord.Entry(id, own), bytes);
    }

    @Override
    public void state(StreamId lastId, long entriesAdded, StreamId maxDeletedId) throws StoreException {
        element(new WholeRecord.State(lastId, entriesAdded, maxDeletedId), 5L * Long.BYTES);
    }

    @Override
    public void group(Slice name, StreamId lastDelivered, long entriesRead) throws StoreException {
        element(new WholeRecord.Group(name.copy(), lastDelivered, entriesRead), name.length() + 3L * Long.BYTES);
    }

    @Override
    public void consumer(Slice name) throws StoreException {
        element(new WholeRecord.Consumer(name.copy()), name.length());
    }

    @Override
    public void pending(StreamId id, Slice consumer, long deliveredAtMillis, long deliveries) throws StoreException {
        element(
                new WholeRecord.Pending(id, consumer.copy(), deliveredAtMillis, deliveries),
                consumer.length() + 4L * Long.BYTES);
    }
}
