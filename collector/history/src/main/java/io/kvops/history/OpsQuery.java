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
 * @param limit most groups in the answer, by descending count; the rest are left out, see {@link OpsAnswer#groups()}
 */
public record OpsQuery(
        long fromMillis,
        long toMillis,
        long stepMillis,
        Set<Dimension> groupBy,
        Map<Dimension, String> where,
        int limit) {
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
