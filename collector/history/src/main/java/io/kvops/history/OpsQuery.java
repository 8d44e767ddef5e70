package io.kvops.history;

import java.util.Map;
import java.util.Set;

/**
 * A question about operations.
 *
 * @param fromMillis inclusive, epoch milliseconds
 * @param toMillis exclusive
 * @param stepMillis width of the buckets of the answer; 0: one bucket, the whole window
 * @param groupBy empty: all in one
 * @param where exact values that series must have; empty: all series
 * @param limit most groups in the answer; the rest are left out, see {@link OpsAnswer#groups()}
 * @param keep which groups are in the answer where there are more
 * @param latencies whether the points of the answer have latencies and errors by class; without they cost less
 */
public record OpsQuery(
        long fromMillis,
        long toMillis,
        long stepMillis,
        Set<Dimension> groupBy,
        Map<Dimension, String> where,
        int limit,
        Keep keep,
        boolean latencies) {

    /** Which groups are kept. */
    public enum Keep {
        /** Those with the most operations. */
        MOST_USED,
        /** The same, but up to a tenth are those with the most failures, and up to a tenth those with the largest latency. */
        NOTABLE
    }

    /** The most used groups, with their latencies. */
    public OpsQuery(
            long fromMillis,
            long toMillis,
            long stepMillis,
            Set<Dimension> groupBy,
            Map<Dimension, String> where,
            int limit) {
        this(fromMillis, toMillis, stepMillis, groupBy, where, limit, Keep.MOST_USED, true);
    }

    public OpsQuery {
        groupBy = Set.copyOf(groupBy);
        where = Map.copyOf(where);
        if (toMillis < fromMillis) {
            throw new IllegalArgumentException("to: " + toMillis + " (expected >= from: " + fromMillis + ")");
        }
        if (stepMillis < 0) {
            throw new IllegalArgumentException("step: " + stepMillis + " ms (expected >= 0)");
        }
        if (limit < 1) {
            throw new IllegalArgumentException("limit: " + limit + " (expected >= 1)");
        }
    }
}
