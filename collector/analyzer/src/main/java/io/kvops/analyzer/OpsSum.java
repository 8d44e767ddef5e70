package io.kvops.analyzer;

import io.kvops.histogram.LatencyBuckets;
import io.kvops.histogram.SparseHistogram;
import io.kvops.histogram.SparseSum;
import io.kvops.history.OpsPoint;
import io.kvops.wire.SeriesDelta;
import java.util.HashMap;
import java.util.Map;

/** What frames said of one series in one bucket of time, added up. Guarded by the analyzer's lock. */
final class OpsSum {
    /** Error classes told apart in one series; the others count as {@link SeriesRegistry#OTHER}. */
    static final int MAX_ERROR_CLASSES = 32;

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
    private final SparseSum latency = new SparseSum();
    private boolean filled;

    void add(SeriesDelta delta) {
        filled = true;
        count = OpsPoint.plus(count, notNegative(delta.count()));
        misses = OpsPoint.plus(misses, notNegative(delta.misses()));
        if (!delta.errors().isEmpty()) {
            errors = withErrors(errors, delta.errors());
        }
        timeouts = OpsPoint.plus(timeouts, notNegative(delta.timeouts()));
        cancelled = OpsPoint.plus(cancelled, notNegative(delta.cancelled()));
        keyBytes = OpsPoint.plus(keyBytes, notNegative(delta.keyBytes()));
        bytesIn = OpsPoint.plus(bytesIn, notNegative(delta.bytesIn()));
        bytesOut = OpsPoint.plus(bytesOut, notNegative(delta.bytesOut()));
        sumNanos = OpsPoint.plus(sumNanos, notNegative(delta.sumNanos()));
        maxNanos = Math.max(maxNanos, maxOf(delta));
        distinctKeys = Math.max(distinctKeys, delta.distinctKeys());
        latency.add(delta.latency());
    }

    /** Nothing was added yet. */
    boolean isEmpty() {
        return !filled;
    }

    /** Forgets all; keeps the memory. */
    void clear() {
        filled = false;
        count = 0;
        misses = 0;
        errors = Map.of();
        timeouts = 0;
        cancelled = 0;
        keyBytes = 0;
        bytesIn = 0;
        bytesOut = 0;
        sumNanos = 0;
        maxNanos = 0;
        distinctKeys = 0;
        latency.clear();
    }

    /** As the history takes it; good until this is changed. */
    OpsPoint toPoint(long startMillis, TrackedSeries series) {
        return new OpsPoint(
                startMillis,
                series.id,
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
                latency.view());
    }

    /** What the heap holds for this, roughly, with its place in a batch. */
    int approximateBytes() {
        return 180 + latency.heapBytes() + 80 * errors.size();
    }

    /** The maximum caps percentiles, so one that contradicts its own histogram is not believed. */
    static long maxOf(SeriesDelta delta) {
        SparseHistogram latency = delta.latency();
        long max = Math.min(notNegative(delta.maxNanos()), LatencyBuckets.MAX_VALUE);
        if (latency.size() == 0) {
            return max;
        }
        int last = latency.index(latency.size() - 1);
        return max < LatencyBuckets.lowest(last) ? LatencyBuckets.highest(last) : max;
    }

    /** The sum of two maps of errors, bounded. */
    static Map<String, Long> withErrors(Map<String, Long> sum, Map<String, Long> more) {
        Map<String, Long> all = new HashMap<>(sum);
        more.forEach((name, n) -> {
            int named = all.size() - (all.containsKey(SeriesRegistry.OTHER) ? 1 : 0);
            boolean room = named < MAX_ERROR_CLASSES || all.containsKey(name);
            all.merge(room ? name : SeriesRegistry.OTHER, notNegative(n), OpsPoint::plus);
        });
        return all;
    }

    /** Errors, timeouts and cancellations. */
    static long failures(SeriesDelta delta) {
        long sum = OpsPoint.plus(notNegative(delta.timeouts()), notNegative(delta.cancelled()));
        if (!delta.errors().isEmpty()) {
            for (long n : delta.errors().values()) {
                sum = OpsPoint.plus(sum, notNegative(n));
            }
        }
        return sum;
    }

    static long notNegative(long n) {
        return Math.max(0, n);
    }
}
