package io.kvops.history;

import io.kvops.histogram.SparseHistogram;
import io.kvops.histogram.SparseSum;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What several points add up to. Belongs to one thread. */
final class OpsTotal {
    private long count;
    private long misses;
    private Map<String, Long> errors = Map.of();
    private long timeouts;
    private long cancelled;
    private long keyBytes;
    private long bytesIn;
    private long bytesOut;
    private long sumNanos;
    private long maxNanos;
    private long distinctKeys;

    /** The one there is, or all of them: most have one point alone, and are not unpacked. */
    private SparseHistogram one = SparseHistogram.EMPTY;

    private @Nullable SparseSum all;

    void add(OpsPoint p) {
        count = OpsPoint.plus(count, p.count());
        misses = OpsPoint.plus(misses, p.misses());
        timeouts = OpsPoint.plus(timeouts, p.timeouts());
        cancelled = OpsPoint.plus(cancelled, p.cancelled());
        keyBytes = OpsPoint.plus(keyBytes, p.keyBytes());
        bytesIn = OpsPoint.plus(bytesIn, p.bytesIn());
        bytesOut = OpsPoint.plus(bytesOut, p.bytesOut());
        sumNanos = OpsPoint.plus(sumNanos, p.sumNanos());
        maxNanos = Math.max(maxNanos, p.maxNanos());
        distinctKeys = Math.max(distinctKeys, p.distinctKeys());
        if (!p.errorsByClass().isEmpty()) {
            addErrors(p.errorsByClass());
        }
        if (p.latency().size() > 0) {
            addLatency(p.latency());
        }
    }

    private void addErrors(Map<String, Long> more) {
        if (errors.isEmpty()) {
            errors = more;
            return;
        }
        Map<String, Long> sum = new HashMap<>(errors);
        more.forEach((name, n) -> sum.merge(name, n, OpsPoint::plus));
        errors = sum;
    }

    private void addLatency(SparseHistogram more) {
        if (all == null && one.size() == 0) {
            one = more;
            return;
        }
        SparseSum sum = all;
        if (sum == null) {
            sum = new SparseSum();
            sum.add(one);
            all = sum;
        }
        sum.add(more);
    }

    /** To be called once nothing more is added. */
    OpsPoint toPoint(long startMillis, SeriesId series) {
        return new OpsPoint(
                startMillis,
                series,
                count,
                misses,
                errors,
                timeouts,
                cancelled,
                keyBytes,
                bytesIn,
                bytesOut,
                sumNanos,
                maxNanos,
                distinctKeys,
                all == null ? one : all.view());
    }
}
