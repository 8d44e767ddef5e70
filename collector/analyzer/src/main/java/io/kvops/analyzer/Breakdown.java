package io.kvops.analyzer;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What some operations did, by groups. Immutable. As in {@link Report}: what client libraries send by themselves is left
 * out, and so is what blocking operations wait where they stand beside others.
 *
 * @param window what the numbers cover
 * @param by what the groups differ in
 * @param total all that was selected, in groups that are not listed too
 * @param groups in the order that was asked for
 * @param groupCount how many groups there are, those that are not listed too
 */
public record Breakdown(Report.Window window, List<GroupBy> by, Group total, List<Group> groups, int groupCount) {
    public Breakdown {
        by = List.copyOf(by);
        groups = List.copyOf(groups);
    }

    /** What comes first; what is equal is ordered by name. */
    public enum Order {
        /** Most operations. */
        COUNT,
        /** Most time spent. */
        TIME,
        /** Most errors, timeouts and cancellations. */
        ERRORS,
        /** Highest 99th percentile. */
        P99
    }

    /**
     * One group.
     *
     * @param key what it is, in the order of {@code by}; empty for all
     * @param count operations that completed, however they ended
     * @param share of the count of all that was selected, 0 to 1
     * @param opsPerSecond count / window.coveredSeconds
     * @param transactionsPerSecond those that change data / window.coveredSeconds
     * @param errors of count: errors, timeouts and cancellations
     * @param errorRate errors / count
     * @param misses of count: reads that found nothing
     * @param missRate misses / count
     * @param timeouts of errors
     * @param cancelled of errors
     * @param errorsByClass of errors: the others, by the simple name of the exception class
     * @param bytesIn bytes of values received
     * @param bytesOut bytes of values sent
     * @param timed operations whose latency was measured
     * @param meanNanos exact mean of the measured latencies
     * @param totalNanos time spent waiting for the store, blocking operations left out; scaled up where timing is sampled
     * @param timeShare of the time of all that was selected, 0 to 1
     */
    public record Group(
            Map<GroupBy, String> key,
            long count,
            double share,
            double opsPerSecond,
            double transactionsPerSecond,
            long errors,
            double errorRate,
            long misses,
            double missRate,
            long timeouts,
            long cancelled,
            Map<String, Long> errorsByClass,
            long bytesIn,
            long bytesOut,
            long timed,
            long meanNanos,
            long p50Nanos,
            long p90Nanos,
            long p99Nanos,
            long p999Nanos,
            long p9999Nanos,
            long maxNanos,
            long totalNanos,
            double timeShare) {
        public Group {
            key = Collections.unmodifiableMap(new LinkedHashMap<>(key));
            errorsByClass = Map.copyOf(errorsByClass);
        }
    }
}
