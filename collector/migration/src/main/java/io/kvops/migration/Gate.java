package io.kvops.migration;

import io.kvops.stores.StoreException;
import io.kvops.stores.data.ForwardingSink;
import io.kvops.stores.data.RecordHeader;
import io.kvops.stores.data.RecordSink;
import io.kvops.stores.data.Slice;
import io.kvops.stores.data.StreamId;
import java.util.List;
import java.util.function.BooleanSupplier;

/** The first step behind a reader: knows the record that is read, keeps the limits, and stops in the middle of a large one. */
final class Gate extends ForwardingSink {
    private static final int LOOK_BYTES = 64 << 10;

    private final RateLimit records;
    private final RateLimit bytes;
    private final BooleanSupplier stop;
    private final Slice key = new Slice();
    private RecordSink to;
    private long unpaid;

    Gate(RateLimit records, RateLimit bytes, BooleanSupplier stop, RecordSink to) {
        this.records = records;
        this.bytes = bytes;
        this.stop = stop;
        this.to = to;
    }

    @Override
    protected RecordSink to() {
        return to;
    }

    /** Lets the next records go elsewhere. */
    void to(RecordSink other) {
        to = other;
    }

    /** The source's key of the record that is being read. */
    Slice key() {
        return key;
    }

    @Override
    public void begin(RecordHeader header) throws StoreException {
        key.set(header.key().array(), header.key().offset(), header.key().length());
        records.take(1, stop);
        pass(header.key().length());
        to.begin(header);
    }

    private void pass(long more) {
        unpaid += more;
        if (unpaid >= LOOK_BYTES) {
            if (stop.getAsBoolean()) {
                throw new Stopped();
            }
            bytes.take(unpaid, stop);
            unpaid = 0;
        }
    }

    @Override
    public void chunk(Slice chunk) throws StoreException {
        pass(chunk.length());
        to.chunk(chunk);
    }

    @Override
    public void field(Slice name, Slice value, long expiresAtMillis) throws StoreException {
        pass((long) name.length() + value.length());
        to.field(name, value, expiresAtMillis);
    }

    @Override
    public void item(Slice value) throws StoreException {
        pass(value.length());
        to.item(value);
    }

    @Override
    public void member(Slice member) throws StoreException {
        pass(member.length());
        to.member(member);
    }

    @Override
    public void scored(Slice member, double score) throws StoreException {
        pass(member.length() + (long) Double.BYTES);
        to.scored(member, score);
    }

    @Override
    public void entry(StreamId id, List<Slice> namesAndValues) throws StoreException {
        long sum = 2L * Long.BYTES;
        for (Slice part : namesAndValues) {
            sum += part.length();
        }
        pass(sum);
        to.entry(id, namesAndValues);
    }
}
