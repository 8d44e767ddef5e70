package io.kvops.demo;

import java.util.function.LongSupplier;

/** Says whether the shop is open: until its time is up, or someone closes it early. Any thread may ask or close. */
final class Hours {
    private final LongSupplier nanoTime;
    private final long openedNanos;
    private final long lengthNanos;
    private volatile boolean closed;

    Hours(LongSupplier nanoTime, long lengthNanos) {
        this.nanoTime = nanoTime;
        this.openedNanos = nanoTime.getAsLong();
        this.lengthNanos = lengthNanos;
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
