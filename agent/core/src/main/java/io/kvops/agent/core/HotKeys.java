package io.kvops.agent.core;

import io.kvops.sketch.SpaceSaving;
import java.util.concurrent.atomic.LongAdder;

/** The one sketch of heavy hitters of this process, which lives across frames. Any thread, behind a lock. */
final class HotKeys {
    static final int COUNTERS = 1_024;

    private static final int TRIES = 256;

    private final SpaceSaving sketch;
    private final SpinLock lock = new SpinLock();
    private final LongAdder lost = new LongAdder();

    HotKeys(int counters) {
        sketch = new SpaceSaving(counters, KeyCache.KEY_BYTES);
    }

    /** Counts operations on a key, whose hash is known; gives up, and counts that, where the lock stays taken. */
    void add(
            long hash,
            int endpoint,
            byte[] key,
            int offset,
            int length,
            long count,
            long reads,
            long writes,
            long bytes) {
        if (!lock.tryLock(TRIES)) {
            lost.add(count);
            return;
        }
        try {
            sketch.add(hash, endpoint, key, offset, length, count, 0, reads, writes, bytes);
        } finally {
            lock.unlock();
        }
    }

    void drain(SpaceSaving.Sink sink) {
        lock.lock();
        try {
            sketch.drain(sink);
        } finally {
            lock.unlock();
        }
    }

    /** Begins a new epoch of the sketch, so that what turns hot late is seen. */
    void restart() {
        lock.lock();
        try {
            sketch.restart();
        } finally {
            lock.unlock();
        }
    }

    /** Operations that the sketch missed since the last call. */
    long takeLost() {
        return lost.sumThenReset();
    }
}
