package io.kvops.demo;

import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * Lets one thread go round a number of times per second. Rounds that are due while the thread was busy follow at once, up
 * to a fifth of a second of them, so that a slow answer does not lower the rate and a long stall does not end in a burst.
 */
final class Pace {
    private static final long LONGEST_NAP_NANOS = 20_000_000;
    private static final long SHORTEST_NAP_NANOS = 1_000_000;
    private static final long MOST_BEHIND_NANOS = 200_000_000;

    private final Hours hours;
    private final LongSupplier nanoTime;
    private final long intervalNanos;
    private long dueNanos;

    /**
     * @param hours says when to stop
     * @param nanoTime a monotonic clock
     * @param perSecond rounds per second, more than 0
     */
    Pace(Hours hours, LongSupplier nanoTime, double perSecond) {
        this.hours = hours;
        this.nanoTime = nanoTime;
        this.intervalNanos = (long) (1e9 / perSecond);
        this.dueNanos = nanoTime.getAsLong();
    }

    /** Waits until the next round is due; false if the shop has closed. */
    boolean awaitNext() {
        while (hours.open()) {
            long now = nanoTime.getAsLong();
            long aheadNanos = dueNanos - now;
            if (aheadNanos <= 0) {
                dueNanos = Math.max(dueNanos, now - MOST_BEHIND_NANOS) + intervalNanos;
                return true;
            }
            LockSupport.parkNanos(Math.min(Math.max(aheadNanos, SHORTEST_NAP_NANOS), LONGEST_NAP_NANOS));
        }
        return false;
    }
}
