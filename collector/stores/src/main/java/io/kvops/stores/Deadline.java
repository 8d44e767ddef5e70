package io.kvops.stores;

import java.time.Duration;
import java.util.function.LongSupplier;

/** When an answer must be there. Immutable. */
public final class Deadline {
    private final LongSupplier nanos;
    private final long end;
    private final Duration whole;

    Deadline(LongSupplier nanos, Duration whole) {
        this.nanos = nanos;
        this.whole = whole;
        this.end = nanos.getAsLong() + whole.toNanos();
    }

    /** Nanoseconds left, 0 when there is no more time. */
    public long leftNanos() {
        return Math.max(0, end - nanos.getAsLong());
    }

    /** Milliseconds left, at least 1: for sockets, where 0 means for ever. */
    public int leftMillis() {
        return (int) Math.max(1, leftNanos() / 1_000_000);
    }

    /**
     * Does nothing while there is time.
     *
     * @throws StoreException if there is none left
     */
    public void check() throws StoreException {
        if (leftNanos() == 0) {
            throw late();
        }
    }

    /** What to throw when it is too late. */
    public StoreException late() {
        return new StoreException(
                StoreException.Kind.UNREACHABLE, "no answer within " + whole.toMillis() + " ms (its timeout)");
    }
}
