package io.kvops.migration;

import io.kvops.migration.MigrationException.Kind;
import io.kvops.migration.filter.KeyHash;
import io.kvops.migration.filter.Sieve;
import io.kvops.migration.transform.Transforms;
import io.kvops.migration.value.ElementSink;
import io.kvops.stores.StoreException;
import io.kvops.stores.data.DataStore;
import io.kvops.stores.data.ReadOptions;
import io.kvops.stores.data.RecordHeader;
import io.kvops.stores.data.RecordReader;
import io.kvops.stores.data.RecordSink;
import io.kvops.stores.data.ScanPart;
import io.kvops.stores.data.Slice;
import io.kvops.stores.data.WholeRecord.Element;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/** After a second full copy: removes from the target what the first one brought and the source has not any more. */
final class StaleKeys {
    private static final int BATCH = 500;
    /** Found in one scan of the target; if there are more, it is scanned again. */
    private static final int MAX_FOUND = 200_000;

    private final MigrationJob job;
    private final Clock clock;
    private final int keysMax;
    private final BooleanSupplier stop;

    StaleKeys(MigrationJob job, Clock clock, int keysMax, BooleanSupplier stop) {
        this.job = job;
        this.clock = clock;
        this.keysMax = keysMax;
        this.stop = stop;
    }

    /**
     * Removes them.
     *
     * @param copied all records that the target should have, before filter and transforms
     * @return how many; what was done is not undone if it is to stop meanwhile
     */
    long remove(DataStore copied, DataStore target) throws StoreException, MigrationException {
        KeySet wanted = new KeySet(keysMax);
        Sieve sieve = new Sieve(job.filter());
        boolean values =
                sieve.needsType() || sieve.needsValue() || !job.filter().ttl().isEmpty();
        Transforms transforms = Transforms.of(job.transforms());
        KeySink keys = new KeySink(wanted);
        RecordSink renamed = transforms.onto(keys, clock);
        if (values) {
            whole(copied, sieve, transforms, keys);
        } else {
            scan(copied, key -> {
                if (sieve.key(key)) {
                    header(renamed, key);
                }
                return false;
            });
        }
        if (!wanted.complete()) {
            throw new MigrationException(
                    Kind.JOB,
                    "there are more keys than " + keysMax
                            + ", which is what is remembered here, so that what is stale in the"
                            + " target can't be told; give Java more memory (KVOPS_JAVA_OPTS=-Xmx4g), or empty the target"
                            + " and begin anew");
        }
        long removed = 0;
        List<Slice> stale;
        do {
            stale = stale(target, wanted);
            for (int from = 0; from < stale.size() && !stop.getAsBoolean(); from += BATCH) {
                removed += target.delete(stale.subList(from, Math.min(stale.size(), from + BATCH)));
            }
        } while (stale.size() >= MAX_FOUND && !stop.getAsBoolean());
        return removed;
    }

    private static List<Slice> stale(DataStore target, KeySet wanted) throws StoreException {
        List<Slice> stale = new ArrayList<>();
        scan(target, key -> {
            if (stale.size() < MAX_FOUND && !wanted.has(KeyHash.of(key))) {
                stale.add(key.copy());
            }
            return false;
        });
        return stale;
    }

    private void whole(DataStore copied, Sieve sieve, Transforms transforms, RecordSink keys) throws StoreException {
        RateLimit none = new RateLimit(0, () -> 0);
        for (ScanPart part : copied.split(1)) {
            Reread reread = new Reread(copied, part.text());
            Pipeline pipeline = new Pipeline(reread, sieve, transforms, clock, none, none, stop);
            pipeline.to(keys, keys);
            try (RecordReader reader = copied.scan(part, ReadOptions.ALL.withKeys(sieve::key))) {
                while (pipeline.next(reader::next)) {
                    // the sink has it
                }
                pipeline.revisit();
            }
        }
    }

    private static void scan(DataStore store, Predicate<Slice> keys) throws StoreException {
        for (ScanPart part : store.split(1)) {
            try (RecordReader reader = store.scan(part, ReadOptions.ALL.withKeys(keys))) {
                while (reader.next(Nowhere.SINK)) {
                    // the predicate has its key
                }
            }
        }
    }

    /** What becomes of a key: transforms that need more than it are refused for live syncs. */
    static void header(RecordSink renamed, Slice key) {
        try {
            renamed.begin(RecordHeader.of(key, io.kvops.stores.data.RecordType.STRING, RecordHeader.NO_EXPIRY));
            renamed.end();
        } catch (StoreException e) {
            throw new IllegalStateException("a sink that writes nowhere failed", e);
        }
    }

    private static final class KeySink extends ElementSink {
        private final KeySet into;

        KeySink(KeySet into) {
            this.into = into;
        }

        @Override
        public void begin(RecordHeader header) {
            into.add(KeyHash.of(header.key()));
        }

        @Override
        protected void element(Element element, long bytes) {}

        @Override
        public void end() {}

        @Override
        public void abort() {}
    }
}
