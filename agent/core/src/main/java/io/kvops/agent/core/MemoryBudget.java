package io.kvops.agent.core;

import java.util.concurrent.atomic.AtomicLong;

/**
 * What the recorder may still allocate of {@code memory=}. Memory that was taken is kept and used again; a third is for the
 * frame that is growing, or a flood of series would fill the stripes and leave nothing to send them by. Any thread.
 */
final class MemoryBudget {
    private final AtomicLong leftBytes;
    private final long reserveBytes;

    MemoryBudget(long bytes) {
        leftBytes = new AtomicLong(bytes);
        reserveBytes = bytes / 3;
    }

    /** True if so much may be allocated; it then counts as used. */
    boolean take(long bytes) {
        return take(bytes, 0);
    }

    /** The same for a stripe, which leaves the frame its share. */
    boolean takeForStripe(long bytes) {
        return take(bytes, reserveBytes);
    }

    private boolean take(long bytes, long leave) {
        long left = leftBytes.get();
        while (left - leave >= bytes) {
            if (leftBytes.compareAndSet(left, left - bytes)) {
                return true;
            }
            left = leftBytes.get();
        }
        return false;
    }

    /** Gives back what was taken. */
    void give(long bytes) {
        leftBytes.addAndGet(bytes);
    }

    long left() {
        return leftBytes.get();
    }
}
