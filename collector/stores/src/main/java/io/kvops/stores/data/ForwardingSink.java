package io.kvops.stores.data;

import io.kvops.stores.StoreException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Hands everything on; what is to be changed is overridden. For one thread. */
public abstract class ForwardingSink implements RecordSink {
    /** Where it goes to now; null for nowhere. */
    protected abstract @Nullable RecordSink to();

    @Override
    public void begin(RecordHeader header) throws StoreException {
        RecordSink to = to();
        if (to != null) {
            to.begin(header);
        }
    }

    @Override
    public void chunk(Slice bytes) throws StoreException {
        RecordSink to = to();
        if (to != null) {
            to.chunk(bytes);
        }
    }

    @Override
    public void field(Slice name, Slice value, long expiresAtMillis) throws StoreException {
        RecordSink to = to();
        if (to != null) {
            to.field(name, value, expiresAtMillis);
        }
    }

    @Override
    public void item(Slice value) throws StoreException {
        RecordSink to = to();
        if (to != null) {
            to.item(value);
        }
    }

    @Override
    public void member(Slice member) throws StoreException {
        RecordSink to = to();
        if (to != null) {
            to.member(member);
        }
    }

    @Override
    public void scored(Slice member, double score) throws StoreException {
        RecordSink to = to();
        if (to != null) {
            to.scored(member, score);
        }
    }

    @Override
    public void entry(StreamId id, List<Slice> namesAndValues) throws StoreException {
        RecordSink to = to();
        if (to != null) {
            to.entry(id, namesAndValues);
        }
    }

    @Override
    public void state(StreamId lastId, long entriesAdded, StreamId maxDeletedId) throws StoreException {
        RecordSink to = to();
        if (to != null) {
            to.state(lastId, entriesAdded, maxDeletedId);
        }
    }

    @Override
    public void group(Slice name, StreamId lastDelivered, long entriesRead) throws StoreException {
        RecordSink to = to();
        if (to != null) {
            to.group(name, lastDelivered, entriesRead);
        }
    }

    @Override
    public void consumer(Slice name) throws StoreException {
        RecordSink to = to();
        if (to != null) {
            to.consumer(name);
        }
    }

    @Override
    public void pending(StreamId id, Slice consumer, long deliveredAtMillis, long deliveries) throws StoreException {
        RecordSink to = to();
        if (to != null) {
            to.pending(id, consumer, deliveredAtMillis, deliveries);
        }
    }

    @Override
    public void end() throws StoreException {
        RecordSink to = to();
        if (to != null) {
            to.end();
        }
    }

    @Override
    public void abort() throws StoreException {
        RecordSink to = to();
        if (to != null) {
            to.abort();
        }
    }
}
