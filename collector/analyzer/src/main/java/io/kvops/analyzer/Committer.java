package io.kvops.analyzer;

import io.kvops.history.History;
import io.kvops.history.HistoryException;
import java.time.Clock;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * The thread kvops-analyzer: writes what frames added up to to the history, once a second, with the position that they
 * reach. One batch fills while another is being written; when the history can't take the one and the other is full, who
 * brings frames waits: the journal has room. A batch that was not written is tried again until it is.
 */
final class Committer implements Runnable {
    private static final long TICK_MILLIS = 1_000;
    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(TICK_MILLIS);
    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    /** So often a history may refuse a batch while it is closed: whoever closes does not wait for a disk. */
    private static final int MOST_AT_CLOSE = 3;

    /** Frames come so late at most, as a rule; a wide bucket is written once they are in. */
    private static final long LATE_MILLIS = 2_000;

    /** A wide bucket is written early so many times at most, however often somebody asks. */
    private static final int EARLY_SHARE = 4;

    /** Work that belongs to this thread; what it throws is told by {@link #problem}, and ends nothing. */
    interface Hooks {
        /** Without the lock, before a batch is sealed. */
        void beforeSeal();

        /** Under the lock. */
        void sealed(PendingBatch batch);

        /** Without the lock, now and then. */
        void betweenBatches();
    }

    private final History history;
    private final Clock clock;
    private final Hooks hooks;
    private final ReentrantLock lock;
    private final Condition work;
    private final Condition changed;

    /** Reports read under it, so that all their questions are answered of one state. */
    private final ReentrantReadWriteLock gate = new ReentrantReadWriteLock();

    private final Thread thread = new Thread(this, "kvops-analyzer");
    private volatile long maxBytes;
    private volatile long durable;
    private volatile @Nullable String problem;
    private volatile @Nullable String hookProblem;
    private volatile @Nullable String endProblem;

    // guarded by lock
    private final OpsSumPool pool = new OpsSumPool();
    private PendingBatch filling;
    private @Nullable PendingBatch sealed;
    private long accepted;
    private long sealCount;
    private long doneCount;
    private boolean kicked;
    private boolean closing;
    private boolean abandoned;
    private int refusedAtClose;
    private boolean ended;
    /** Begin of the bucket that was open when a batch was sealed last. */
    private long openMillis = Long.MIN_VALUE;

    private long sealedMillis;
    private long earlyMillis = Long.MIN_VALUE / 2;

    Committer(History history, Clock clock, ReentrantLock lock, long maxBytes, Hooks hooks) {
        this.history = history;
        this.clock = clock;
        this.hooks = hooks;
        this.lock = lock;
        this.maxBytes = maxBytes;
        work = lock.newCondition();
        changed = lock.newCondition();
        sealedMillis = clock.millis();
        durable = history.position();
        accepted = durable;
        filling = new PendingBatch(durable, pool);
        thread.setDaemon(true);
    }

    /** Its thread has the lowest priority, as agents wait for the processor to acknowledge their frames. */
    @SuppressWarnings("ThreadPriorityCheck") // a hint; nothing depends on it
    void start() {
        thread.setPriority(Thread.MIN_PRIORITY);
        thread.start();
    }

    void setMaxBytes(long bytes) {
        maxBytes = bytes;
    }

    /** Position of the last batch that the history has. */
    long durable() {
        return durable;
    }

    /** What keeps it from writing, or failed beside that just now; null if nothing did. */
    @Nullable
    String problem() {
        String end = endProblem;
        String unwritten = problem;
        return end != null ? end : unwritten != null ? unwritten : hookProblem;
    }

    Lock readLock() {
        return gate.readLock();
    }

    /**
     * The batch that is to be filled, under the lock.
     *
     * @param wait for room if there is none
     * @return null if there is no room, or it is closed
     */
    @Nullable
    PendingBatch room(boolean wait) {
        while (isFull() && !closing) {
            if (sealed == null) {
                seal();
            } else if (wait) {
                changed.awaitUninterruptibly();
            } else {
                return null;
            }
        }
        return closing ? null : filling;
    }

    private boolean isFull() {
        // the one that is written needs its room until it is: frames wait rather than have a batch sealed before its
        // bucket is over, which costs a row a series more
        return filling.bytes() + (sealed == null ? 0 : sealed.bytes()) > maxBytes;
    }

    /** A frame with a position was added, under the lock. */
    void reached(long position) {
        accepted = position;
        filling.reaches(position);
        if (sealed == null && filling.isBucketOver()) {
            long bucketMillis = history.bucketMillis();
            if (bucketMillis > TICK_MILLIS && isBucketOver(bucketMillis)) {
                seal();
            }
        }
    }

    /** Position of the last frame that was taken. */
    long accepted() {
        lock.lock();
        try {
            return accepted;
        } finally {
            lock.unlock();
        }
    }

    /** The batch that is being filled, under the lock. */
    PendingBatch filling() {
        return filling;
    }

    /** Frames that are not in the history, under the lock. */
    long pendingFrames() {
        return filling.frames() + (sealed == null ? 0 : sealed.frames());
    }

    /**
     * Waits until all that was taken so far is in the history. Returns false if it still is not after that time, or if a wide
     * bucket was written early for somebody only lately: that costs a row a series each time, and whoever asks every second
     * is not to undo what wide buckets are for.
     */
    boolean settle(long timeoutNanos) {
        long bucketMillis = history.bucketMillis();
        lock.lock();
        try {
            if (filling.isEmpty() && sealed == null) {
                return true;
            }
            if (bucketMillis > TICK_MILLIS) {
                long now = clock.millis();
                if (now >= earlyMillis && now - earlyMillis < bucketMillis / EARLY_SHARE) {
                    return false;
                }
                earlyMillis = now;
            }
            long until = sealCount + (filling.isEmpty() ? 0 : 1);
            long left = timeoutNanos;
            while (doneCount < until && left > 0 && !ended) {
                kicked = true;
                work.signalAll();
                left = changed.awaitNanos(left);
            }
            return doneCount >= until;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    /** Writes what is pending, for at most so long or until it was refused three times, and ends the thread. Returns whether all was written. */
    boolean close(long timeoutNanos) {
        lock.lock();
        try {
            closing = true;
            work.signalAll();
            changed.signalAll();
            long left = timeoutNanos;
            while (!ended && left > 0) {
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            abandoned = true;
            work.signalAll();
            lock.unlock();
        }
        return written();
    }

    private boolean written() {
        lock.lock();
        try {
            return filling.isEmpty() && sealed == null;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void run() {
        try {
            while (!mayEnd()) {
                awaitWork();
                boolean well = survived(hooks::beforeSeal);
                PendingBatch batch = next();
                if (batch != null) {
                    write(batch);
                }
                if (survived(hooks::betweenBatches) && well) {
                    hookProblem = null;
                }
            }
        } catch (RuntimeException | Error e) {
            endProblem = "analyzer: its thread has ended (" + e
                    + "), nothing is written any more; restart the collector, which reads what is missing from the journal";
            throw e;
        } finally {
            end();
        }
    }

    /** Without this thread nothing is written any more, so what it does beside that must not end it. */
    private boolean survived(Runnable hook) {
        try {
            hook.run();
            return true;
        } catch (RuntimeException | Error e) {
            hookProblem = "analyzer: " + e + "; frames are written all the same";
            return false;
        }
    }

    private void end() {
        lock.lock();
        try {
            ended = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private boolean mayEnd() {
        lock.lock();
        try {
            return abandoned || (closing && filling.isEmpty() && sealed == null);
        } finally {
            lock.unlock();
        }
    }

    private void awaitWork() {
        lock.lock();
        try {
            long left = TICK_NANOS;
            while (!kicked && !closing && sealed == null && left > 0) {
                left = work.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            // nobody interrupts this thread; if somebody does, it goes on
        } finally {
            lock.unlock();
        }
    }

    private @Nullable PendingBatch next() {
        long bucketMillis = history.bucketMillis();
        lock.lock();
        try {
            if (sealed == null && !filling.isEmpty()) {
                if (kicked || closing || bucketMillis <= TICK_MILLIS || isBucketOver(bucketMillis)) {
                    seal();
                }
            }
            kicked = false;
            return sealed;
        } finally {
            lock.unlock();
        }
    }

    /**
     * A bucket wider than a second is written once, when its frames are in: by their own time, as after a pause they come
     * late; by the clock if none come. What of the next bucket is in by then costs a row a series more.
     */
    private boolean isBucketOver(long bucketMillis) {
        long sinceMillis = clock.millis() - sealedMillis;
        return openMillis(bucketMillis) > openMillis || sinceMillis < 0 || sinceMillis >= bucketMillis + LATE_MILLIS;
    }

    private long openMillis(long bucketMillis) {
        long late = filling.isBucketOver() ? 0 : LATE_MILLIS;
        return Math.floorDiv(filling.newestMillis() - late, bucketMillis) * bucketMillis;
    }

    /** Under the lock. */
    private void seal() {
        openMillis = openMillis(history.bucketMillis());
        PendingBatch full = filling;
        full.seal();
        sealed = full;
        sealedMillis = clock.millis();
        sealCount++;
        filling = new PendingBatch(full.position(), pool);
        survived(() -> hooks.sealed(full));
        work.signalAll();
    }

    private void write(PendingBatch pending) {
        while (!tryWrite(pending)) {
            lock.lock();
            try {
                if (closing && ++refusedAtClose >= MOST_AT_CLOSE) {
                    abandoned = true;
                }
                if (abandoned) {
                    return;
                }
                work.awaitNanos(RETRY_NANOS);
            } catch (InterruptedException e) {
                // as in awaitWork
            } finally {
                lock.unlock();
            }
        }
        lock.lock();
        try {
            sealed = null;
            pending.recycle();
            doneCount++;
            durable = pending.position();
            problem = null;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private boolean tryWrite(PendingBatch pending) {
        gate.writeLock().lock();
        try {
            history.commit(pending.toBatch());
            return true;
        } catch (HistoryException | RuntimeException | Error e) {
            if (pending.positioned() && history.position() >= pending.position()) {
                // it was written all the same: a second time would count twice
                return true;
            }
            problem = "history: " + e.getMessage() + "; " + pending.frames() + " frames wait, and are tried again";
            return false;
        } finally {
            gate.writeLock().unlock();
        }
    }
}
