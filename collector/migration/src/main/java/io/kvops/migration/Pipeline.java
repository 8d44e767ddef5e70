package io.kvops.migration;

import io.kvops.migration.filter.FilterSink;
import io.kvops.migration.filter.Sieve;
import io.kvops.migration.transform.Transforms;
import io.kvops.migration.value.ForwardingSink;
import io.kvops.stores.StoreException;
import io.kvops.stores.data.DataStore;
import io.kvops.stores.data.ReadOptions;
import io.kvops.stores.data.RecordReader;
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

    private final DataStore source;
    private final Gate gate;
    private final RecordSink filtered;
    private final Transforms transforms;
    private final Clock clock;
    private final List<Slice> passed = new ArrayList<>();
    private final List<Slice> wanted = new ArrayList<>();
    private @Nullable RecordSink decided;
    private @Nullable RecordSink certain;

    Pipeline(
            DataStore source,
            Sieve sieve,
            Transforms transforms,
            Clock clock,
            RateLimit records,
            RateLimit bytes,
            BooleanSupplier stop) {
        this.source = source;
        this.gate = new Gate(records, bytes, stop, Nowhere.SINK);
        this.filtered = new FilterSink(
                        sieve,
                        MAX_HELD_BYTES,
                        clock,
                        new ForwardingSink() {
                            @Override
                            protected RecordSink to() {
                                RecordSink to = decided;
                                return to == null ? Nowhere.SINK : to;
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

    /** Takes the next record of a reader. False if there is none. */
    boolean next(RecordReader reader) throws StoreException {
        boolean more = reader.next(gate);
        revisit();
        return more;
    }

    /** What waited for a second look gets it. */
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
        try (RecordReader reader = source.read(these, ReadOptions.ALL)) {
            while (reader.next(gate)) {
                // the sink has it
            }
        } finally {
            gate.to(filtered);
        }
    }
}
