package io.kvops.wire;

import io.kvops.histogram.SparseHistogram;
import java.util.Map;
import java.util.Objects;

/** What happened to one series during one frame. Every number is an increment, except the maximum. */
public final class SeriesDelta {
    private final SeriesKey key;
    private final long count;
    private final long misses;
    private final Map<String, Long> errors;
    private final long timeouts;
    private final long cancelled;
    private final long keyBytes;
    private final long bytesIn;
    private final long bytesOut;
    private final long sumNanos;
    private final long maxNanos;
    private final SparseHistogram latency;
    private final long distinctKeys;

    /**
     * @param key the series
     * @param count operations that completed, however they ended
     * @param misses of them: reads that found nothing
     * @param errors of them: failures, by the simple name of the exception class
     * @param timeouts of them: the caller stopped waiting
     * @param cancelled of them: cancelled
     * @param keyBytes bytes of the keys
     * @param bytesIn bytes of values received by the client
     * @param bytesOut bytes of values sent by the client
     * @param sumNanos sum of the timed latencies
     * @param maxNanos largest latency of this frame, 0 if none was timed
     * @param latency latencies, in nanoseconds; holds fewer than count where timing is sampled
     * @param distinctKeys estimate of the distinct keys of this pattern seen by the agent so far, 0 if not estimated
     */
    public SeriesDelta(
            SeriesKey key,
            long count,
            long misses,
            Map<String, Long> errors,
            long timeouts,
            long cancelled,
            long keyBytes,
            long bytesIn,
            long bytesOut,
            long sumNanos,
            long maxNanos,
            SparseHistogram latency,
            long distinctKeys) {
        this.key = Objects.requireNonNull(key, "key");
        this.count = count;
        this.misses = misses;
        this.errors = Objects.requireNonNull(errors, "errors");
        this.timeouts = timeouts;
        this.cancelled = cancelled;
        this.keyBytes = keyBytes;
        this.bytesIn = bytesIn;
        this.bytesOut = bytesOut;
        this.sumNanos = sumNanos;
        this.maxNanos = maxNanos;
        this.latency = Objects.requireNonNull(latency, "latency");
        this.distinctKeys = distinctKeys;
    }

    public SeriesKey key() {
        return key;
    }

    public long count() {
        return count;
    }

    public long misses() {
        return misses;
    }

    public Map<String, Long> errors() {
        return errors;
    }

    public long timeouts() {
        return timeouts;
    }

    public long cancelled() {
        return cancelled;
    }

    public long keyBytes() {
        return keyBytes;
    }

    public long bytesIn() {
        return bytesIn;
    }

    public long bytesOut() {
        return bytesOut;
    }

    public long sumNanos() {
        return sumNanos;
    }

    public long maxNanos() {
        return maxNanos;
    }

    public SparseHistogram latency() {
        return latency;
    }

    public long distinctKeys() {
        return distinctKeys;
    }

    /** Failures of every kind: errors, timeouts and cancellations. */
    public long failures() {
        long sum = timeouts + cancelled;
        for (long n : errors.values()) {
            sum += n;
        }
        return sum;
    }
}
