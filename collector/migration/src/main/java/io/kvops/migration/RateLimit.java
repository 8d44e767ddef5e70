package io.kvops.migration;

import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/** So many units a second, for several threads together; a tenth of a second's may come at once. Any thread. */
final class RateLimit {
    private static final long BURST_NANOS = 100_000_000;
    private static final long STEP_NANOS = 20_000_000;

    private final LongSupplier nanos;
    private double perSecond;
    private long freeAt;

    /** @param perSecond 0 for no limit */
    RateLimit(double perSecond, LongSupplier nanos) {
        this.perSecond = perSecond;
        this.nanos = nanos;
        this.freeAt = nanos.getAsLong();
    }

    synchronized void set(double newPerSecond) {
        perSecond = newPerSecond;
    }

    synchronized double perSecond() {
        return perSecond;
    }

    /** Waits until so many may pass, or until it is told to stop. */
    void take(long units, BooleanSupplier stop) {
        long at = reserve(units);
        for (long left = at - nanos.getAsLong(); left > 0 && !stop.getAsBoolean(); left = at - nanos.getAsLong()) {
            LockSupport.parkNanos(this, Math.min(left, STEP_NANOS));
        }
    }

    /** When they may pass. */
    synchronized long reserve(long units) {
        long now = nanos.getAsLong();
        if (perSecond <= 0) {
            return now;
        }
        long start = Math.max(freeAt, now - BURST_NANOS);
        freeAt = start + (long) (units * 1e9 / perSecond);
        return start;
    }
}
