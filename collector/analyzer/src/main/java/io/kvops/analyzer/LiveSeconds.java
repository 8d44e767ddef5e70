package io.kvops.analyzer;

import org.jspecify.annotations.Nullable;

/** The last five minutes by second, and the last seconds by operation too. Guarded by the analyzer's lock. */
final class LiveSeconds {
    static final long KEPT = 320;

    /** So many seconds know which operations they are made of: ten that are shown, and those still on their way. */
    private static final long BY_OP = 14;

    private final @Nullable LiveSecond[] ring = new LiveSecond[(int) KEPT];
    private long newest = Long.MIN_VALUE;

    /** The second of a moment; null if it is no longer held. */
    @Nullable
    LiveSecond at(long millis) {
        long second = Math.floorDiv(millis, 1_000L);
        int i = index(second);
        LiveSecond there = ring[i];
        if (there != null && there.second >= second) {
            return there.second == second ? there : null;
        }
        if (newest != Long.MIN_VALUE && second <= newest - KEPT) {
            return null;
        }
        LiveSecond added = new LiveSecond(second);
        if (second > newest) {
            foldBefore(second - BY_OP);
            newest = second;
        } else if (second < newest - BY_OP) {
            added.fold();
        }
        ring[i] = added;
        return added;
    }

    /** The second, if frames ended in it. */
    @Nullable
    LiveSecond find(long second) {
        LiveSecond there = ring[index(second)];
        return there != null && there.second == second ? there : null;
    }

    private void foldBefore(long second) {
        // what is between was folded when the clock passed it; after a jump of the clock all is looked at
        long from = newest == Long.MIN_VALUE ? second : Math.max(newest - BY_OP, second - KEPT);
        for (long s = from; s < second; s++) {
            LiveSecond old = find(s);
            if (old != null) {
                old.fold();
            }
        }
        if (second - from >= KEPT) {
            for (LiveSecond old : ring) {
                if (old != null) {
                    old.fold();
                }
            }
        }
    }

    private static int index(long second) {
        return (int) Math.floorMod(second, KEPT);
    }
}
