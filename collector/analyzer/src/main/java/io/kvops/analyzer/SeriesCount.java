package io.kvops.analyzer;

import io.kvops.histogram.LatencyBuckets;
import io.kvops.histogram.SparseHistogram;
import io.kvops.op.OpClass;
import io.kvops.wire.SeriesDelta;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** What is known of one series in one cell of time. Immutable, so that a report may read it while frames come in. */
final class SeriesCount {
    /** Error classes told apart in one series; the others count as {@link SeriesRegistry#OTHER}. */
    static final int MAX_ERROR_CLASSES = 32;

    final SeriesId id;
    final long count;
    final long misses;
    final Map<String, Long> errorsByClass;
    final long timeouts;
    final long cancelled;
    final long bytesIn;
    final long bytesOut;
    final long sumNanos;
    final long maxNanos;
    final long distinctKeys;
    final SparseHistogram latency;

    SeriesCount(
            SeriesId id,
            long count,
            long misses,
            Map<String, Long> errorsByClass,
            long timeouts,
            long cancelled,
            long bytesIn,
            long bytesOut,
            long sumNanos,
            long maxNanos,
            long distinctKeys,
            SparseHistogram latency) {
        this.id = id;
        this.count = count;
        this.misses = misses;
        this.errorsByClass = errorsByClass;
        this.timeouts = timeouts;
        this.cancelled = cancelled;
        this.bytesIn = bytesIn;
        this.bytesOut = bytesOut;
        this.sumNanos = sumNanos;
        this.maxNanos = maxNanos;
        this.distinctKeys = distinctKeys;
        this.latency = latency;
    }

    static SeriesCount of(SeriesId id, SeriesDelta delta) {
        return new SeriesCount(
                id,
                notNegative(delta.count()),
                notNegative(delta.misses()),
                boundedErrors(delta.errors()),
                notNegative(delta.timeouts()),
                notNegative(delta.cancelled()),
                notNegative(delta.bytesIn()),
                notNegative(delta.bytesOut()),
                notNegative(delta.sumNanos()),
                maxOf(delta),
                notNegative(delta.distinctKeys()),
                delta.latency());
    }

    SeriesCount plus(SeriesCount other) {
        return new SeriesCount(
                id,
                count + other.count,
                misses + other.misses,
                sum(errorsByClass, other.errorsByClass),
                timeouts + other.timeouts,
                cancelled + other.cancelled,
                bytesIn + other.bytesIn,
                bytesOut + other.bytesOut,
                sumNanos + other.sumNanos,
                Math.max(maxNanos, other.maxNanos),
                Math.max(distinctKeys, other.distinctKeys),
                merge(latency, other.latency));
    }

    /** Errors, timeouts and cancellations. */
    long failures() {
        long sum = timeouts + cancelled;
        for (long n : errorsByClass.values()) {
            sum += n;
        }
        return sum;
    }

    /** Counts towards TPS: it asks the store to change data. */
    boolean transactional() {
        OpClass c = id.key.opClass();
        return c == OpClass.WRITE || c == OpClass.DELETE || c == OpClass.TRANSACTION;
    }

    /** What the heap holds for this, roughly, in bytes, with its place in a cell's map. */
    int approximateBytes() {
        return 220 + 12 * latency.size() + 80 * errorsByClass.size();
    }

    static Map<String, Long> sum(Map<String, Long> a, Map<String, Long> b) {
        if (a.isEmpty() || b.isEmpty()) {
            return a.isEmpty() ? b : a;
        }
        Map<String, Long> sum = new HashMap<>(a);
        b.forEach((name, n) -> addBounded(sum, name, n));
        return sum;
    }

    /** Adds the counts of two histograms bucket by bucket. */
    static SparseHistogram merge(SparseHistogram a, SparseHistogram b) {
        if (a.size() == 0 || b.size() == 0) {
            return a.size() == 0 ? b : a;
        }
        int[] indices = new int[a.size() + b.size()];
        long[] counts = new long[indices.length];
        int n = 0;
        int i = 0;
        int j = 0;
        while (i < a.size() || j < b.size()) {
            int left = i < a.size() ? a.index(i) : Integer.MAX_VALUE;
            int right = j < b.size() ? b.index(j) : Integer.MAX_VALUE;
            indices[n] = Math.min(left, right);
            if (left <= right) {
                counts[n] += a.count(i++);
            }
            if (right <= left) {
                counts[n] += b.count(j++);
            }
            n++;
        }
        boolean full = n == indices.length;
        return SparseHistogram.of(full ? indices : Arrays.copyOf(indices, n), full ? counts : Arrays.copyOf(counts, n));
    }

    private static Map<String, Long> boundedErrors(Map<String, Long> errors) {
        if (errors.isEmpty()) {
            return Map.of();
        }
        Map<String, Long> bounded = new HashMap<>();
        errors.forEach((name, n) -> addBounded(bounded, name, notNegative(n)));
        return bounded;
    }

    private static void addBounded(Map<String, Long> sum, String name, long n) {
        boolean room = sum.size() < MAX_ERROR_CLASSES || sum.containsKey(name);
        sum.merge(room ? name : SeriesRegistry.OTHER, n, Long::sum);
    }

    /** The maximum caps percentiles, so one that contradicts its own histogram is not believed. */
    private static long maxOf(SeriesDelta delta) {
        SparseHistogram latency = delta.latency();
        long max = Math.min(notNegative(delta.maxNanos()), LatencyBuckets.MAX_VALUE);
        if (latency.size() == 0) {
            return max;
        }
        int last = latency.index(latency.size() - 1);
        return max < LatencyBuckets.lowest(last) ? LatencyBuckets.highest(last) : max;
    }

    private static long notNegative(long n) {
        return Math.max(0, n);
    }
}
