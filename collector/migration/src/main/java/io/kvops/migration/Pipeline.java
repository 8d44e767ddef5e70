package io.kvops.migration;

import io.kvops.migration.filter.FilterSink;
import io.kvops.migration.filter.Sieve;
import io.kvops.migration.transform.Transforms;
import io.kvops.stores.StoreException;
import io.kvops.stores.data.ForwardingSink;
import io.kvops.stores.data.RecordSink;
import io.kvops.stores.data.Slice;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * From a reader through filter and transforms to a sink: reader, {@link Gate}, filter, transforms, sink. Records that could not be
 * decided upon while they passed are read once more by their keys. For one thread.
 */
final class Pipeline {
    private static final long MAX_HELD_BYTES = 16 << 20;

    /** Where records come from. */
    interface Records {
        /** Tells the next one; false if there is none. */
        boolean next(RecordSink sink) throws StoreException;
    }

    private final Reread reread;
    private final Gate gate;
    private final RecordSink filtered;
    private final Transforms transforms;
    private final Clock clock;
    private final List<Slice> passed = new ArrayList<>();
    private final List<Slice> wanted = new ArrayList<>();
    private @Nullable RecordSink decided;
    private @Nullable RecordSink certain;

    Pipeline(
            Reread reread,
            Sieve sieve,
            Transforms transforms,
            Clock clock,
            RateLimit records,
            RateLimit bytes,
            BooleanSupplier stop) {
        this.reread = reread;
        this.gate = new Gate(records, bytes, stop, Nowhere.SINK);
        this.filtered = new FilterSink(
                        sieve,
                        MAX_HELD_BYTES,
                        clock,
                        new ForwardingSink() {
                            @Override
                            protected @Nullable RecordSink to() {
                                return decided;
                            }
                        },
                        () -> passed.add(gate.key().copy()))
                .entry();
        this.transforms = transforms;
        this.clock = clock;
        gate.to(filtered);
    }

    /**
     * Says where records go to.
     *
     * @param sink takes those that passed
     * @param certainSink takes those that {@link #again} asked for
     */
    void to(RecordSink sink, RecordSink certainSink) {
        decided = transforms.onto(sink, clock);
        certain = transforms.onto(certainSink, clock);
    }

    /** The record that is being read is to be read once more, for the certain sink. */
    void again() {
        wanted.add(gate.key().copy());
    }

    /** The source's key of the record that is being read. */
    Slice key() {
        return gate.key();
    }

    /** Takes the next record. False if there is none. */
    boolean next(Records records) throws StoreException {
        boolean more = records.next(gate);
        if (reread.byKey()) {
            revisit();
        }
        return more;
    }

    /** Takes the records of some keys once more. */
    void next(List<Slice> keys) throws StoreException {
        reread.read(keys, gate);
        revisit();
    }

    /** What waited for a second look gets it; of a source that can't be asked for keys, not before this is called. */
    void revisit() throws StoreException {
        while (!passed.isEmpty() || !wanted.isEmpty()) {
            if (!passed.isEmpty() && decided != null) {
                again(passed, decided);
            }
            if (!wanted.isEmpty() && certain != null) {
                again(wanted, certain);
            }
        }
    }

    private void again(List<Slice> keys, RecordSink to) throws StoreException {
        List<Slice> these = List.copyOf(keys);
        keys.clear();
        gate.to(to);
        try {
            reread.read(these, gate);
        } finally {
            gate.to(filtered);
        }
    }
}
