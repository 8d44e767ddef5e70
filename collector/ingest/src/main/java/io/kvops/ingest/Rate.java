package io.kvops.ingest;

import java.util.concurrent.TimeUnit;

/**
 * So many a second, with a burst of one second. What has come is never turned away: it may go into debt, and who brought it
 * waits until the debt is paid. Not thread-safe.
 */
final class Rate {
    private static final double SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long WAIT_SECONDS_MAX = 60;

    private long perSecond;
    private double available;
    private long atNanos;

    /** @param perSecond 0: no limit */
    Rate(long perSecond, long nowNanos) {
        this.perSecond = perSecond;
        this.available = perSecond;
        this.atNanos = nowNanos;
    }

    void perSecond(long most) {
        perSecond = most;
        available = Math.min(available, (double) most);
    }

    /** Takes some; returns for how long to wait before the next, in nanoseconds. */
    long take(long amount, long nowNanos) {
        if (perSecond == 0) {
            return 0;
        }
        double refill = (double) Math.max(0, nowNanos - atNanos) / SECOND_NANOS * perSecond;
        atNanos = nowNanos;
        double debtMax = (double) perSecond * WAIT_SECONDS_MAX;
        available = Math.max(-debtMax, Math.min((double) perSecond, available + refill) - amount);
        return available >= 0 ? 0 : (long) (-available / perSecond * SECOND_NANOS);
    }

    /** Whether so many a second are well below the limit. */
    boolean hasRoomFor(double rate) {
        return perSecond == 0 || rate <= 0.9 * perSecond;
    }
}
