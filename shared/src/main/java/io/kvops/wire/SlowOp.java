package io.kvops.wire;

import io.kvops.op.Outcome;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One operation that took longer than the threshold. */
public final class SlowOp {
    private final long atMillis;
    private final SeriesKey series;
    private final byte @Nullable [] key;
    private final boolean hashed;
    private final long latencyNanos;
    private final Outcome outcome;
    private final List<String> stack;

    /**
     * @param atMillis when it ended, epoch milliseconds
     * @param series its series
     * @param key the key or its keyed hash; null if the key stays in the process or the op has none
     * @param hashed true if key is a keyed hash
     * @param latencyNanos from call to completion
     * @param outcome how it ended
     * @param stack the caller, innermost first; empty if stacks are off
     */
    public SlowOp(
            long atMillis,
            SeriesKey series,
            byte @Nullable [] key,
            boolean hashed,
            long latencyNanos,
            Outcome outcome,
            List<String> stack) {
        this.atMillis = atMillis;
        this.series = Objects.requireNonNull(series, "series");
        this.key = key;
        this.hashed = hashed;
        this.latencyNanos = latencyNanos;
        this.outcome = Objects.requireNonNull(outcome, "outcome");
        this.stack = Objects.requireNonNull(stack, "stack");
    }

    public long atMillis() {
        return atMillis;
    }

    public SeriesKey series() {
        return series;
    }

    public byte @Nullable [] key() {
        return key;
    }

    public boolean hashed() {
        return hashed;
    }

    public long latencyNanos() {
        return latencyNanos;
    }

    public Outcome outcome() {
        return outcome;
    }

    public List<String> stack() {
        return stack;
    }
}
