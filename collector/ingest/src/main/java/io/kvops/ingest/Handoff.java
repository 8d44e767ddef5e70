package io.kvops.ingest;

import io.kvops.wire.Frame;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Decoded frames that the journal has, on their way to the reader: while it keeps up, nothing is read from the disk and
 * decoded a second time. Bounded: what does not fit is not in it, and the reader finds it in the journal. One thread adds,
 * one takes.
 */
final class Handoff {
    private final long bytesMax;
    private final ArrayDeque<Entry> entries = new ArrayDeque<>();
    private long bytes;

    /** @param bytesMax of frames as encoded; decoded they take some five times as much */
    Handoff(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    /**
     * A frame.
     *
     * @param previous position of the frame before it in the journal, which may be in here or not
     * @param position its own
     */
    record Entry(long previous, long position, Frame frame, int bytes) {}

    synchronized void offer(Entry entry) {
        if (bytes + entry.bytes() <= bytesMax) {
            entries.add(entry);
            bytes += entry.bytes();
        }
    }

    /** The oldest, which stays; null if there is none. */
    synchronized @Nullable Entry peek() {
        return entries.peek();
    }

    /** Removes the oldest. */
    synchronized void remove() {
        bytes -= entries.remove().bytes();
    }
}
