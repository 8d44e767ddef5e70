package io.kvops.stores.format;

import io.kvops.stores.StoreException;
import io.kvops.stores.data.ReadOptions;
import io.kvops.stores.data.RecordHeader;
import io.kvops.stores.data.RecordSink;
import io.kvops.stores.data.Slice;
import io.kvops.stores.data.StreamId;
import java.util.List;

/** Hands on the records whose keys are wanted, their chunks no longer than wanted. */
final class ChosenSink implements RecordSink {
    private final ReadOptions options;
    private final RecordSink to;
    private final boolean any;
    private final Slice part = new Slice();
    private boolean chosen;

    /** @param any whether any record is wanted at all */
    ChosenSink(ReadOptions options, RecordSink to, boolean any) {
        this.options = options;
        this.to = to;
        this.any = any;
    }

    /** Whether the last record was handed on. */
    boolean chosen() {
        return chosen;
    }

    @Override
    public void begin(RecordHeader header) throws StoreException {
        chosen = any && options.keys().test(header.key());
        if (chosen) {
            to.begin(header);
        }
    }

    @Override
    public void chunk(Slice bytes) throws StoreException {
        for (int at = 0; chosen && at < bytes.length(); at += options.chunkBytes()) {
            int length = Math.min(options.chunkBytes(), bytes.length() - at);
            to.chunk(part.set(bytes.array(), bytes.offset() + at, length));
        }
    }

    @Override
    public void field(Slice name, Slice value, long expiresAtMillis) throws StoreException {
        if (chosen) {
            to.field(name, value, expiresAtMillis);
        }
    }

    @Override
    public void item(Slice value) throws StoreException {
        if (chosen) {
            to.item(value);
        }
    }

    @Override
    public void member(Slice member) throws StoreException {
        if (chosen) {
            to.member(member);
        }
    }

    @Override
    public void scored(Slice member, double score) throws StoreException {
        if (chosen) {
            to.scored(member, score);
        }
    }

    @Override
    public void entry(StreamId id, List<Slice> namesAndValues) throws StoreException {
        if (chosen) {
            to.entry(id, namesAndValues);
        }
    }

    @Override
    public void state(StreamId lastId, long entriesAdded, StreamId maxDeletedId) throws StoreException {
        if (chosen) {
            to.state(lastId, entriesAdded, maxDeletedId);
        }
    }

    @Override
    public void group(Slice name, StreamId lastDelivered, long entriesRead) throws StoreException {
        if (chosen) {
            to.group(name, lastDelivered, entriesRead);
        }
    }

    @Override
    public void consumer(Slice name) throws StoreException {
        if (chosen) {
            to.consumer(name);
        }
    }

    @Override
    public void pending(StreamId id, Slice consumer, long deliveredAtMillis, long deliveries) throws StoreException {
        if (chosen) {
            to.pending(id, consumer, deliveredAtMillis, deliveries);
        }
    }

    @Override
    public void end() throws StoreException {
        if (chosen) {
            to.end();
        }
    }

    @Override
    public void abort() throws StoreException {
        if (chosen) {
            to.abort();
        }
    }
}
