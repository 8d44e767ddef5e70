package io.kvops.migration.value;

import io.kvops.stores.StoreException;
import io.kvops.stores.data.RecordHeader;
import io.kvops.stores.data.RecordSink;
import io.kvops.stores.data.Slice;
import io.kvops.stores.data.StreamId;
import java.util.List;

/** Hands everything on; what is to be changed is overridden. For one thread. */
public abstract class ForwardingSink implements RecordSink {
    /** Where it goes to now. */
    protected abstract RecordSink to();

    @Override
    public void begin(RecordHeader header) throws StoreException {
        to().begin(header);
    }

    @Override
    public void chunk(Slice bytes) throws StoreException {
        to().chunk(bytes);
    }

    @Override
    public void field(Slice name, Slice value, long expiresAtMillis) throws StoreException {
        to().field(name, value, expiresAtMillis);
    }

    @Override
    public void item(Slice value) throws StoreException {
        to().item(value);
    }

    @Override
    public void member(Slice member) throws StoreException {
        to().member(member);
    }

    @Override
    public void scored(Slice member, double score) throws StoreException {
        to().scored(member, score);
    }

    @Override
    public void entry(StreamId id, List<Slice> namesAndValues) throws StoreException {
        to().entry(id, namesAndValues);
    }

    @Override
    public void state(StreamId lastId, long entriesAdded, StreamId maxDeletedId) throws StoreException {
        to().state(lastId, entriesAdded, maxDeletedId);
    }

    @Override
    public void group(Slice name, StreamId lastDelivered, long entriesRead) throws StoreException {
        to().group(name, lastDelivered, entriesRead);
    }

    @Override
    public void consumer(Slice name) throws StoreException {
        to().consumer(name);
    }

    @Override
    public void pending(StreamId id, Slice consumer, long deliveredAtMillis, long deliveries) throws StoreException {
        to().pending(id, consumer, deliveredAtMillis, deliveries);
    }

    @Override
    public void end() throws StoreException {
        to().end();
    }

    @Override
    public void abort() throws StoreException {
        to().abort();
    }
}
