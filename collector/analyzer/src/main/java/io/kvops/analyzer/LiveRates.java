package io.kvops.analyzer;

import java.util.Arrays;

/**
 * Operations per second over the last ten minutes, each frame's spread evenly over its own interval. A frame of 1.02 s
 * counts in the second in which it ended, so counts by second beat (none in one, two frames in the next) although the
 * application runs evenly; rates taken from here do not. Guarded by the analyzer's lock.
 */
final class LiveRates {
    static final int SECONDS = 600;

    private final long[] second = new long[SECONDS];
    private final double[] ops = new double[SECONDS];
    private final double[] transactions = new double[SECONDS];

    LiveRates() {
        Arrays.fill(second, Long.MIN_VALUE);
    }

    /** Spreads a frame. */
    void add(long startMillis, long endMillis, long frameOps, long frameTransactions) {
        long end = Math.max(endMillis, startMillis + 1);
        double length = (double) end - startMillis;
        long newest = Math.floorDiv(end - 1, 1_000L);
        long oldest = Math.max(Math.floorDiv(startMillis, 1_000L), newest - SECONDS + 1);
        for (long s = oldest; s <= newest; s++) {
            double part = (Math.min(end, (s + 1) * 1_000) - Math.max(startMillis, s * 1_000)) / length;
            int i = (int) Math.floorMod(s, (long) SECONDS);
            if (second[i] > s) {
                continue;
            }
            if (second[i] < s) {
                second[i] = s;
                ops[i] = 0;
                transactions[i] = 0;
            }
            ops[i] += frameOps * part;
            transactions[i] += frameTransactions * part;
        }
    }

    /** True if all of the time from then to now is held here. */
    boolean holds(long fromMillis, long nowMillis) {
        return fromMillis > nowMillis - SECONDS * 1_000L;
    }

    /** Operations in the whole seconds from one to before the other. */
    double ops(long fromMillis, long toMillis) {
        return sum(ops, fromMillis, toMillis);
    }

    double transactions(long fromMillis, long toMillis) {
        return sum(transactions, fromMillis, toMillis);
    }

    /** An independent copy, for readers without the lock. */
    LiveRates copy() {
        LiveRates copy = new LiveRates();
        System.arraycopy(second, 0, copy.second, 0, SECONDS);
        System.arraycopy(ops, 0, copy.ops, 0, SECONDS);
        System.arraycopy(transactions, 0, copy.transactions, 0, SECONDS);
        return copy;
    }

    private double sum(double[] of, long fromMillis, long toMillis) {
        double sum = 0;
        for (long s = Math.floorDiv(fromMillis, 1_000L); s < Math.floorDiv(toMillis, 1_000L); s++) {
            int i = (int) Math.floorMod(s, (long) SECONDS);
            sum += second[i] == s ? of[i] : 0;
        }
        return sum;
    }
}
