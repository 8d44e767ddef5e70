package io.kvops.analyzer;

import io.kvops.op.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * One operation under way, from {@link PerformanceAnalyzer#start} to {@link #close}. Belongs to one thread at a time; an
 * asynchronous operation may be closed by another one. What is said after close is ignored.
 */
public final class TimedOp implements AutoCloseable {
    private final LocalOps ops;
    final String store;
    final OpType type;
    final @Nullable String key;
    private final long startNanos;

    Outcome outcome = Outcome.OK;

    @Nullable
    String error;

    long bytesIn;
    long bytesOut;
    private boolean closed;

    TimedOp(LocalOps ops, String store, OpType type, @Nullable String key, long startNanos) {
        this.ops = ops;
        this.store = store;
        this.type = type;
        this.key = key;
        this.startNanos = startNanos;
    }

    /** A read that found nothing. */
    public TimedOp miss() {
        outcome = Outcome.MISS;
        return this;
    }

    /** The operation failed; try-with-resources does not tell by itself. Timeouts and cancellations are told by the class's name. */
    public TimedOp error(Throwable failure) {
        String name = failure.getClass().getSimpleName();
        if (failure instanceof java.util.concurrent.CancellationException) {
            outcome = Outcome.CANCELLED;
        } else if (name.contains("Timeout")) {
            outcome = Outcome.TIMEOUT;
        } else {
            outcome = Outcome.ERROR;
            error = name.isEmpty() ? failure.getClass().getName() : name;
        }
        return this;
    }

    /**
     * Adds to the bytes of values.
     *
     * @param received from the store, 0 or more
     * @param sent to the store, 0 or more
     */
    public TimedOp bytes(long received, long sent) {
        bytesIn += Math.max(0, received);
        bytesOut += Math.max(0, sent);
        return this;
    }

    /** Stops the clock and counts the operation; later calls do nothing. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            ops.record(this, startNanos);
        }
    }
}
