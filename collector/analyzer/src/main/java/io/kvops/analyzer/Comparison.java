package io.kvops.analyzer;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What changed from one window to another, and whether that may be chance. Immutable. What client libraries send by themselves
 * is left out, and so is what blocking operations wait where they stand beside others.
 *
 * @param before what the numbers of the first window cover
 * @param after what those of the second cover
 * @param significance of all the changes called significant here, at most this share is expected to be chance (Benjamini and
 *     Hochberg's false discovery rate over all changes of the answer)
 * @param groups most used first
 * @param groupCount how many groups there are, those that are not listed too
 * @param summary in one line: how many changes are significant, or that none is
 */
public record Comparison(
        Report.Window before,
        Report.Window after,
        double significance,
        List<Group> groups,
        int groupCount,
        String summary) {
    public Comparison {
        groups = List.copyOf(groups);
    }

    /**
     * One group.
     *
     * @param key what it is; empty if nothing was grouped by
     * @param countBefore operations in the first window
     * @param countAfter in the second
     * @param changes of rate, errors, misses and latency, in this order
     * @param quantiles of the latency: the 50th, 90th and 99th percentile; empty where one window has no latencies
     */
    public record Group(
            Map<GroupBy, String> key, long countBefore, long countAfter, List<Change> changes, List<Shift> quantiles) {
        public Group {
            key = Collections.unmodifiableMap(new LinkedHashMap<>(key));
            changes = List.copyOf(changes);
            quantiles = List.copyOf(quantiles);
        }
    }

    /** What is compared. */
    public enum Metric {
        /** Operations per second covered. */
        RATE,
        /** Errors, timeouts and cancellations / operations. */
        ERROR_RATE,
        /** Misses / operations. */
        MISS_RATE,
        /** The distribution of latencies; before and after are medians, in ns. */
        LATENCY
    }

    /**
     * One number, then and now.
     *
     * @param ratio after / before; infinite if there was none before; 1 if there is none at all
     * @param probability of a difference at least as large if nothing had changed
     * @param adjusted that, for how many changes were looked at
     * @param significant adjusted is below the significance, and for latencies a percentile has moved too
     * @param verdict {@code higher}, {@code lower}, {@code no significant change}; for latencies {@code slower}, {@code
     *     faster}, {@code different} (some percentiles rose, others fell)
     * @param test how that was judged
     */
    public record Change(
            Metric metric,
            double before,
            double after,
            double ratio,
            double probability,
            double adjusted,
            boolean significant,
            String verdict,
            String test) {}

    /**
     * One percentile of the latency, then and now, each with the bounds in which that of the population lies with 99 %
     * confidence.
     *
     * @param percentile 50, 90 or 99
     * @param moved the bounds do not overlap
     */
    public record Shift(
            double percentile,
            long beforeNanos,
            long beforeLowNanos,
            long beforeHighNanos,
            long afterNanos,
            long afterLowNanos,
            long afterHighNanos,
            boolean moved) {}
}
