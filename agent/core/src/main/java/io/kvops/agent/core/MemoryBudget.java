package io.kvops.agent.core;

import java.util.concurrent.atomic.AtomicLong;

/** What the recorder may still allocate of {@code memory=}. Memory that was taken is kept and used again. Any thread. */
final class MemoryBudget {
    private final AtomicLong leftBytes;

    MemoryBudget(long bytes) {
        leftBytes = new AtomicLong(bytes);
    }

    /** True if so much may be allocated; it then counts as used. */
    boolean take(long bytes) {
        long left = leftBytes.get();
        while (left >= bytes) {
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
