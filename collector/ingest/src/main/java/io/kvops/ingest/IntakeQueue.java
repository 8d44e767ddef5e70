package io.kvops.ingest;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Frames on their way from the sockets to the journal, bounded in number and bytes. When it is full, a connection leaves
 * word and is called when there is room. Any thread offers, one takes.
 */
final class IntakeQueue {
    /** While no more than this waits, frames stay decoded beside their bytes, which takes some five times as much. */
    private static final long DECODED_BYTES = 4L << 20;

    private final int framesMax;
    private volatile long bytesMax;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private final ArrayDeque<Received> frames = new ArrayDeque<>();
    // one for each connection that waits, so bounded by them
    private final List<Runnable> waiting = new ArrayList<>();
    private long bytes;
    private int wanted = 1;
    private boolean closing;

    IntakeQueue(int framesMax, long bytesMax) {
        this.framesMax = framesMax;
        this.bytesMax = bytesMax;
    }

    /**
     * Adds a frame if there is room.
     *
     * @param onRoom called once, by the taking thread, when there may be room again; only if this returns false, and
     *     never once the queue is closing
     * @return false if the queue is full: the frame is not in it
     */
    boolean offer(Received frame, Runnable onRoom) {
        lock.lock();
        try {
            if (closing) {
                return false;
            }
            boolean full = frames.size() >= framesMax || bytes + frame.bytes().length > bytesMax;
            if (full && !frames.isEmpty()) {
                waiting.add(onRoom);
                arrived.signal();
                return false;
            }
            frames.add(bytes < DECODED_BYTES ? frame : frame.encodedOnly());
            bytes += frame.bytes().length;
            if (frames.size() >= wanted) {
                arrived.signal();
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until so many frames are there, it is full, the time is over, or it closes. */
    void gather(int enough, long timeoutNanos) {
        lock.lock();
        try {
            wanted = enough;
            long left = timeoutNanos;
            while (frames.size() < enough && waiting.isEmpty() && !closing && left > 0) {
                left = arrived.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            wanted = 1;
            lock.unlock();
        }
    }

    /**
     * Takes what is there, oldest first, waiting for the first; then calls those who wait for room.
     *
     * @param bytesLimit the sum after which no more is taken
     * @return empty if none came in time, or the queue is closing
     */
    List<Received> take(int limit, long bytesLimit, long timeoutNanos) {
        List<Received> batch = new ArrayList<>();
        List<Runnable> calls = List.of();
        lock.lock();
        try {
            long left = timeoutNanos;
            while (frames.isEmpty() && !closing && left > 0) {
                left = arrived.awaitNanos(left);
            }
            long taken = 0;
            while (!frames.isEmpty() && batch.size() < limit && taken < bytesLimit) {
                Received frame = frames.remove();
                taken += frame.bytes().length;
                batch.add(frame);
            }
            bytes -= taken;
            if (!batch.isEmpty() && !waiting.isEmpty()) {
                calls = new ArrayList<>(waiting);
                waiting.clear();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
        calls.forEach(Runnable::run);
        return batch;
    }

    /** Changes the bound; what waits already stays. */
    void bytesMax(long most) {
        bytesMax = most;
    }

    /** How full it is, 0 to 1 and a little over. */
    double fill() {
        lock.lock();
        try {
            return Math.max((double) bytes / bytesMax, (double) frames.size() / framesMax);
        } finally {
            lock.unlock();
        }
    }

    /** From now on nothing more is taken in, and {@link #take} does not wait. */
    void close() {
        lock.lock();
        try {
            closing = true;
            arrived.signalAll();
        } finally {
            lock.unlock();
        }
    }

    int size() {
        lock.lock();
        try {
            return frames.size();
        } finally {
            lock.unlock();
        }
    }

    long bytes() {
        lock.lock();
        try {
            return bytes;
        } finally {
            lock.unlock();
        }
    }
}
