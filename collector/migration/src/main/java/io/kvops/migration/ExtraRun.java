package io.kvops.migration;

import io.kvops.migration.filter.FilterSink;
import io.kvops.migration.filter.KeyHash;
import io.kvops.migration.filter.Sieve;
import io.kvops.migration.transform.Transforms;
import io.kvops.migration.value.ElementSink;
import io.kvops.stores.StoreException;
import io.kvops.stores.data.DataStore;
import io.kvops.stores.data.ForwardingSink;
import io.kvops.stores.data.ReadOptions;
import io.kvops.stores.data.RecordHeader;
import io.kvops.stores.data.RecordReader;
import io.kvops.stores.data.RecordSink;
import io.kvops.stores.data.ScanPart;
import io.kvops.stores.data.Slice;
import io.kvops.stores.data.WholeRecord.Element;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Target to source: records of the target that pass the filter and that the source has not. Keys that the other direction has seen
 * are passed over, unread. One for each run of a task.
 */
final class ExtraRun {
    private static final int BATCH = 256;

    private final MigrationJob job;
    private final DataStore source;
    private final DataStore target;
    private final Clock clock;
    private final LongSupplier nanos;
    private final KeySet keys;
    private final Differences differences;
    private final Sieve sieve;

    /** @param keys that the target should have; not complete if the source is to be asked */
    ExtraRun(
            MigrationJob job,
            DataStore source,
            DataStore target,
            Clock clock,
            LongSupplier nanos,
            KeySet keys,
            Differences differences) {
        this.job = job;
        this.source = source;
        this.target = target;
        this.clock = clock;
        this.nanos = nanos;
        this.keys = keys;
        this.differences = differences;
        this.sieve = new Sieve(job.filter());
    }

    void backward(Parts.Part part) throws StoreException, MigrationException {
        Retry retry = new Retry(job.pace().retrySeconds(), nanos, part.state());
        while (true) {
            try {
                part.restart();
                attempt(part);
                return;
            } catch (StoreException e) {
                if (!retry.again(e, part.state(), part::stop)) {
                    throw e;
                }
                part.context().log("part " + part.index() + " is tried again: " + e.getMessage());
            }
        }
    }

    private void attempt(Parts.Part part) throws StoreException, MigrationException {
        Headers found = new Headers();
        Slice[] current = {new Slice()};
        FilterSink filter =
                new FilterSink(sieve, VerifyRun.MAX_HELD_BYTES, clock, found, () -> found.keys.add(current[0].copy()));
        RecordSink entry = new ForwardingSink() {
            @Override
            protected RecordSink to() {
                return filter.entry();
            }

            @Override
            public void begin(RecordHeader header) throws StoreException {
                current[0] = header.key();
                super.begin(header);
            }
        };
        ReadOptions options = ReadOptions.ALL.withKeys(key -> {
            boolean wanted = sieve.key(key) && !(keys.complete() && keys.has(KeyHash.of(key)));
            if (!wanted) {
                part.seen();
            }
            return wanted;
        });
        Tally tally = Tally.NONE;
        try (RecordReader reader = target.scan(new ScanPart(part.state().rest()), options)) {
            boolean more = true;
            while (more && !part.stop()) {
                more = reader.next(entry);
                if (more) {
                    part.seen();
                }
                if (found.keys.size() >= BATCH) {
                    tally = tally.plus(settle(found.keys));
                    part.sure(reader.rest().text(), false, tally);
                }
            }
            tally = tally.plus(settle(found.keys));
            part.sure(reader.rest().text(), !more, tally);
        }
    }

    private Tally settle(List<Slice> found) throws StoreException, MigrationException {
        Tally tally = Tally.NONE;
        if (found.isEmpty()) {
            return tally;
        }
        List<Slice> candidates = List.copyOf(found);
        found.clear();
        Set<Slice> known = needsKeys(job, source) ? Set.of() : there(source, candidates);
        Set<Slice> still = there(target, candidates);
        List<Slice> extra = candidates.stream()
                .filter(key -> !known.contains(key) && still.contains(key))
                .toList();
        for (Slice key : extra) {
            differences.add("extra", key);
        }
        tally = tally.plus(Tally.Of.EXTRA, extra.size());
        if (job.repair() && !extra.isEmpty()) {
            synchronized (target) { // other parts delete as well
                target.delete(extra);
            }
            tally = tally.plus(Tally.Of.REPAIRED, extra.size());
        }
        return tally;
    }

    /** Whether the source can't be asked for keys of the target: those that the other direction has seen have to do. */
    static boolean needsKeys(MigrationJob job, DataStore source) {
        return Transforms.of(job.transforms()).changesKeys() || !source.readsByKey();
    }

    private Set<Slice> there(DataStore store, List<Slice> candidates) throws StoreException {
        Set<Slice> found = new HashSet<>();
        Headers headers = new Headers();
        try (RecordReader reader = store.read(candidates, ReadOptions.ALL)) {
            while (reader.next(headers)) {
                // the headers have it
            }
        }
        found.addAll(headers.keys);
        return found;
    }

    /** Keeps keys, and nothing of values. */
    private static final class Headers extends ElementSink {
        private final List<Slice> keys = new ArrayList<>();
        private Slice key = new Slice();

        @Override
        public void begin(RecordHeader header) {
            key = header.key().copy();
        }

        @Override
        protected void element(Element element, long bytes) {}

        @Override
        public void end() {
            keys.add(key);
        }

        @Override
        public void abort() {}
    }
}
