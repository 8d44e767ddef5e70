package io.kvops.migration;

import io.kvops.migration.filter.KeyHash;
import io.kvops.migration.filter.Sieve;
import io.kvops.migration.transform.Transforms;
import io.kvops.migration.value.Comparison;
import io.kvops.migration.value.Value;
import io.kvops.migration.value.ValueSink;
import io.kvops.stores.StoreException;
import io.kvops.stores.data.DataStore;
import io.kvops.stores.data.ForwardingSink;
import io.kvops.stores.data.ReadOptions;
import io.kvops.stores.data.RecordSink;
import io.kvops.stores.data.RecordWriter;
import io.kvops.stores.data.Slice;
import io.kvops.stores.data.WholeRecord;
import io.kvops.stores.data.WriteOptions;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Source to target: each record of the source, as filter and transforms make it, is looked up in the target. What differs is
 * read again from both sides, twice, as either may have changed in between. One for each run of a task.
 */
final class VerifyRun {
    static final long MAX_HELD_BYTES = 1 << 20;
    private static final int BATCH = 256;
    private static final long BATCH_BYTES = 4 << 20;
    private static final int LOOKS = 3;
    private static final long SURE_NANOS = 500_000_000L;

    private final MigrationJob job;
    private final DataStore source;
    private final DataStore target;
    private final Clock clock;
    private final LongSupplier nanos;
    private final Sieve sieve;
    private final Transforms transforms;
    private final Comparison as;
    private final KeySet keys;
    private final Differences differences;
    private final RateLimit records;
    private final RateLimit bytes;

    /** @param keys gets the keys that the target should have */
    VerifyRun(
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
        this.transforms = Transforms.of(job.transforms());
        Comparison both = Comparison.of(source.capabilities(), target.capabilities());
        this.as = transforms.steady() ? both : new Comparison(false, 0, both.fieldExpiry());
        this.records = new RateLimit(job.pace().maxOps(), nanos);
        this.bytes = new RateLimit(job.pace().maxBytes(), nanos);
    }

    /** A record as the target should have it, and its key in the source. */
    private record Expected(Slice sourceKey, Value value) {}

    /** Compares a part, again and again while a store can't be reached. */
    void forward(Parts.Part part) throws StoreException, MigrationException {
        Retry retry = new Retry(job.pace().retrySeconds(), nanos, part.state());
        while (true) {
            try {
                part.restart();
                new Attempt(part).run();
                return;
            } catch (StoreException e) {
                if (!retry.again(e, part.state(), part::stop)) {
                    throw e;
                }
                part.context().log("part " + part.index() + " is tried again: " + e.getMessage());
            }
        }
    }

    private Pipeline pipeline(Parts.Part part, Reread reread) {
        return new Pipeline(reread, sieve, transforms, clock, records, bytes, part::stop);
    }

    private final class Attempt {
        private final Parts.Part part;
        private final Reread reread;
        private final Pipeline pipeline;
        private final List<Expected> batch = new ArrayList<>();
        private long batchBytes;
        private Tally tally = Tally.NONE;

        Attempt(Parts.Part part) {
            this.part = part;
            this.reread = new Reread(source, part.state().rest());
            this.pipeline = pipeline(part, reread);
        }

        void run() throws StoreException, MigrationException {
            RecordSink values = new ValueSink(MAX_HELD_BYTES, as, this::add);
            pipeline.to(values, values);
            ReadOptions options = ReadOptions.ALL.withKeys(key -> {
                boolean wanted = sieve.key(key);
                if (!wanted) {
                    part.seen();
                }
                return wanted;
            });
            try (SourceReader reader = SourceReader.scan(source, part.state().rest(), options)) {
                Pipeline.Records next = reader::next;
                long sureAt = nanos.getAsLong();
                boolean more = true;
                while (more && !part.stop()) {
                    more = pipeline.next(next);
                    if (more) {
                        part.seen();
                    }
                    if (batch.size() >= BATCH || batchBytes >= BATCH_BYTES) {
                        settle();
                        if (nanos.getAsLong() - sureAt >= SURE_NANOS) {
                            part.sure(reader.rest(), false, tally);
                            sureAt = nanos.getAsLong();
                        }
                    }
                }
                settle();
                part.sure(reader.rest(), !more, tally);
            } catch (Stopped e) {
                part.context().log("part " + part.index() + " stopped within a large record, which is read again");
            }
        }

        private void add(Value value) {
            keys.add(KeyHash.of(value.key()));
            batch.add(new Expected(pipeline.key().copy(), value));
            batchBytes += value.whole() == null ? 0 : value.bytes();
        }

        private void settle() throws StoreException, MigrationException {
            pipeline.revisit();
            tally = tally.plus(Tally.Of.COMPARED, batch.size());
            Map<Slice, Value> there = there(batch);
            List<Expected> wrong = wrong(batch, there);
            for (int look = 1; look < LOOKS && !wrong.isEmpty(); look++) {
                List<Expected> now = readAgain(part, reread, wrong);
                there = there(now);
                wrong = wrong(now, there);
            }
            for (Expected expected : wrong) {
                Slice key = expected.value().key();
                boolean missing = !there.containsKey(key);
                tally = tally.plus(missing ? Tally.Of.MISSING : Tally.Of.DIFFERENT, 1);
                differences.add(missing ? "missing" : "different", key);
            }
            if (job.repair() && !wrong.isEmpty()) {
                tally = tally.plus(Tally.Of.REPAIRED, repair(part, reread, wrong));
            }
            batch.clear();
            batchBytes = 0;
        }
    }

    private Map<Slice, Value> there(List<Expected> of) throws StoreException {
        return Lookup.values(target, of.stream().map(e -> e.value().key()).toList(), MAX_HELD_BYTES, as);
    }

    private List<Expected> wrong(List<Expected> of, Map<Slice, Value> there) {
        return of.stream().filter(e -> !same(e, there)).toList();
    }

    private boolean same(Expected expected, Map<Slice, Value> there) {
        Value found = there.get(expected.value().key());
        return found != null && expected.value().same(found, as);
    }

    private boolean expired(Value value) {
        return value.header().expires() && value.header().expiresAtMillis() <= clock.millis();
    }

    /** Records as they are now, without those that are gone. A file's do not change. */
    private List<Expected> readAgain(Parts.Part part, Reread reread, List<Expected> before) throws StoreException {
        if (!reread.byKey()) {
            return before;
        }
        List<Expected> now = new ArrayList<>();
        Pipeline once = pipeline(part, reread);
        ValueSink values = new ValueSink(
                MAX_HELD_BYTES, as, value -> now.add(new Expected(once.key().copy(), value)));
        once.to(values, values);
        once.next(before.stream().map(Expected::sourceKey).toList());
        now.removeIf(expected -> expired(expected.value()));
        return now;
    }

    /** Writes records. @return how many of them the target has then */
    private long repair(Parts.Part part, Reread reread, List<Expected> wrong) throws StoreException {
        try (RecordWriter writer = target.writer(WriteOptions.REPLACE.with(job.loss()))) {
            RecordSink sink = new ForwardingSink() {
                @Override
                protected RecordSink to() {
                    return writer;
                }
            };
            for (Expected expected : wrong) {
                WholeRecord whole = expected.value().whole();
                if (whole != null) {
                    whole.writeTo(writer);
                } else {
                    Pipeline once = pipeline(part, reread);
                    once.to(sink, sink);
                    once.next(List.of(expected.sourceKey()));
                }
            }
            writer.flush();
        }
        Map<Slice, Value> now = there(wrong);
        return wrong.stream().filter(expected -> same(expected, now)).count();
    }
}
