package io.kvops.ingest;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Memory for large messages that are coming in: who begins one takes its size first, or is not read until it gets it, in the
 * order of asking. So that many agents in the middle of their largest message cannot take all memory. Any thread.
 */
final class LargeMessages {
    /** Smaller ones need not ask. */
    static final int LEAST_BYTES = 16 << 10;

    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private long max;
    private long taken;

    private record Waiting(int bytes, Runnable granted) {}

    LargeMessages(long max) {
        this.max = max;
    }

    synchronized void max(long most) {
        max = most;
    }

    /**
     * Takes room for a message.
     *
     * @param granted called once, by any thread, when the room was given, if this returns false; one message always has room
     * @return whether it was given at once
     */
    synchronized boolean take(int bytes, Runnable granted) {
        if (waiting.isEmpty() && fits(bytes)) {
            taken += bytes;
            return true;
        }
        waiting.add(new Waiting(bytes, granted));
        return false;
    }

    /** Gives room back. */
    synchronized void release(int bytes) {
        taken -= bytes;
        for (Waiting next = waiting.peek(); next != null && fits(next.bytes()); next = waiting.peek()) {
            waiting.remove();
            taken += next.bytes();
            next.granted().run();
        }
    }

    private boolean fits(int bytes) {
        return taken == 0 || taken + bytes <= max;
    }
}
