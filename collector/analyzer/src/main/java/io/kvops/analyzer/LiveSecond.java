package io.kvops.analyzer;

import io.kvops.history.OpsPoint;
import io.kvops.wire.SeriesDelta;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What frames said whose end lies in one second: by operation while it is new, then as a whole. Guarded by the analyzer's
 * lock.
 */
final class LiveSecond {
    private static final @Nullable Sums[] NONE = {};

    final long second;
    long coveredFromMillis = Long.MAX_VALUE;
    private @Nullable Sums[] byOp = NONE;
    private @Nullable LatencySum folded;
    private long ops;
    private long errors;
    private long misses;
    private @Nullable Latency latency;

    LiveSecond(long second) {
        this.second = second;
    }

    /** Of one operation. */
    static final class Sums {
        final LatencySum latency = new LatencySum();
        long count;
        long errors;
        long misses;

        void add(Sums other) {
            count = OpsPoint.plus(count, other.count);
            errors = OpsPoint.plus(errors, other.errors);
            misses = OpsPoint.plus(misses, other.misses);
            latency.add(other.latency);
        }
    }

    /** The latencies of a second over all operations. */
    record Latency(long p50Nanos, long p90Nanos, long p99Nanos, long maxNanos) {
        static final Latency NONE = new Latency(0, 0, 0, 0);
    }

    void add(TrackedSeries series, SeriesDelta delta, long count, long failures, long missed) {
        ops = OpsPoint.plus(ops, count);
        errors = OpsPoint.plus(errors, failures);
        misses = OpsPoint.plus(misses, missed);
        latency = null;
        LatencySum into;
        if (folded != null) {
            into = folded;
        } else {
            Sums sums = sums(series.op.slot);
            sums.count = OpsPoint.plus(sums.count, count);
            sums.errors = OpsPoint.plus(sums.errors, failures);
            sums.misses = OpsPoint.plus(sums.misses, missed);
            into = sums.latency;
        }
        into.add(delta.latency(), OpsSum.maxOf(delta), OpsSum.notNegative(delta.sumNanos()), series.blocking);
    }

    private Sums sums(int slot) {
        if (slot >= byOp.length) {
            byOp = Arrays.copyOf(byOp, Math.max(slot + 1, 2 * byOp.length));
        }
        Sums known = byOp[slot];
        if (known == null) {
            known = new Sums();
            byOp[slot] = known;
        }
        return known;
    }

    /** Forgets which operations it was. */
    void fold() {
        if (folded == null) {
            folded = all();
            byOp = NONE;
        }
    }

    /** The sums by slot of the operation; with gaps, and empty once it is folded. */
    @Nullable
    Sums[] byOp() {
        return byOp;
    }

    long ops() {
        return ops;
    }

    long errors() {
        return errors;
    }

    long misses() {
        return misses;
    }

    /** Computed again only after a change. */
    Latency latency() {
        Latency known = latency;
        if (known == null) {
            LatencySum all = folded != null ? folded : all();
            known = new Latency(all.percentile(50), all.percentile(90), all.percentile(99), all.maxNanos());
            latency = known;
        }
        return known;
    }

    private LatencySum all() {
        LatencySum all = new LatencySum();
        for (Sums sums : byOp) {
            if (sums != null) {
                all.add(sums.latency);
            }
        }
        return all;
    }
}
