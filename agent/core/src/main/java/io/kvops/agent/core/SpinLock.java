package io.kvops.agent.core;

import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

/** A lock for a few dozen nanoseconds of work: taken by one CAS, released by an ordered write. Not reentrant. */
class SpinLock {
    private static final AtomicIntegerFieldUpdater<SpinLock> TAKEN =
            AtomicIntegerFieldUpdater.newUpdater(SpinLock.class, "taken");

    private volatile int taken;

    final boolean tryLock() {
        return taken == 0 && TAKEN.compareAndSet(this, 0, 1);
    }

    /** Tries so many times, yielding in between; for threads that may wait a little. */
    final boolean tryLock(int times) {
        for (int i = 0; i < times; i++) {
            if (tryLock()) {
                return true;
            }
            if ((i & 15) == 15) {
                pause();
            }
        }
        return false;
    }

    /** Waits; for the agent's own threads. */
    final void lock() {
        while (!tryLock(1_000)) {
            pause();
        }
    }

    /** Lets the thread run that has the lock: it may have been descheduled, and needs some nanoseconds only. */
    @SuppressWarnings("ThreadPriorityCheck")
    static void pause() {
        Thread.yield();
    }

    final void unlock() {
        TAKEN.lazySet(this, 0);
    }
}
