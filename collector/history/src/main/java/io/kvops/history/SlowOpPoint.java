package io.kvops.history;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A slow operation.
 *
 * @param atMillis when it ended, epoch milliseconds
 * @param severity how slow for its kind: latency / threshold of its kind, above 0; the log keeps the most severe
 * @param key null if it has none or the key stayed in its process
 * @param hashed key is a keyed hash
 * @param outcome lower case: ok, miss, error, timeout, cancelled
 * @param stack the caller, innermost first; empty if stacks are off
 */
@SuppressWarnings("ArrayRecordComponent") // not compared; a wrapper would cost an object for each key
public record SlowOpPoint(
        long atMillis,
        SeriesId series,
        double severity,
        byte @Nullable [] key,
        boolean hashed,
        long latencyNanos,
        String outcome,
        List<String> stack) {
    public SlowOpPoint {
        Objects.requireNonNull(series, "series");
        Objects.requireNonNull(outcome, "outcome");
        stack = List.copyOf(stack);
    }
}
