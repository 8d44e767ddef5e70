package io.kvops.demo;

import java.util.function.LongSupplier;

/** Says whether the shop is open: until its time is up, or someone closes it early. Any thread may ask or close. */
final class Hours {
    private final LongSupplier nanoTime;
    private volatile long openedNanos;
    private final long lengthNanos;
    private volatile boolean closed;

    Hours(LongSupplier nanoTime, long lengthNanos) {
        this.nanoTime = nanoTime;
        this.openedNanos = nanoTime.getAsLong();
        this.lengthNanos = lengthNanos;
    }

    /** Begins to count the time now: the shelves are stocked. */
    void begin() {
        openedNanos = nanoTime.getAsLong();
    }

    boolean open() {
        return !closed && sinceOpeningNanos() < lengthNanos;
    }

    void close() {
        closed = true;
    }

    long sinceOpeningNanos() {
        return nanoTime.getAsLong() - openedNanos;
    }
}
