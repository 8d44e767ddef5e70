package io.kvops.history;

import io.kvops.histogram.SparseHistogram;
import java.util.Map;
import java.util.Objects;

/**
 * What one series, or a group of them, did in one bucket of time. Points of one series and bucket add up.
 *
 * @param startMillis begin of the bucket, epoch milliseconds
 * @param series which
 * @param count operations that completed, however they ended
 * @param misses of them: reads that found nothing
 * @param errorsByClass of them: failures, by the simple name of the exception class
 * @param timeouts of them
 * @param cancelled of them
 * @param keyBytes bytes of keys sent
 * @param bytesIn bytes of values received
 * @param bytesOut bytes of values sent
 * @param sumNanos sum of the measured latencies
 * @param maxNanos largest measured latency, exact
 * @param distinctKeys estimate; points combine by maximum; 0 if not estimated
 * @param latency the measured latencies; may hold fewer than count, where timing is sampled
 */
public record OpsPoint(
        long startMillis,
        SeriesId series,
        long count,
        long misses,
        Map<String, Long> errorsByClass,
        long timeouts,
        long cancelled,
        long keyBytes,
        long bytesIn,
        long bytesOut,
        long sumNanos,
        long maxNanos,
        long distinctKeys,
        SparseHistogram latency) {
    public OpsPoint {
        Objects.requireNonNull(series, "series");
        Objects.requireNonNull(errorsByClass, "errorsByClass");
        Objects.requireNonNull(latency, "latency");
    }

    /**
     * The sum of two numbers of points. Agents may send any numbers, and what overflowed would be less than nothing, so a sum
     * stays at the ends.
     *
     * @return within {@link Long#MAX_VALUE} of 0
     */
    public static long plus(long a, long b) {
        long sum = a + b;
        if (((a ^ sum) & (b ^ sum)) < 0) {
            return a < 0 ? -Long.MAX_VALUE : Long.MAX_VALUE;
        }
        return sum;
    }
}
