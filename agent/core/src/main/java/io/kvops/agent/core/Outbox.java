package io.kvops.agent.core;

import io.kvops.agent.core.Spool.SpooledFrame;
import io.kvops.wire.Frame;
import io.kvops.wire.Message;
import io.kvops.wire.SeriesDelta;
import io.kvops.wire.WireCodec;
import io.kvops.wire.WireException;
import java.io.IOException;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** A spool on its way out over one connection after the other: which frames of it were sent on this one. The I/O thread. */
final class Outbox {
    /** Frames under way at most, so that a slow collector is not drowned. */
    private static final int WINDOW = 256;
    /**
     * Bytes under way at most, and one frame more: what the system's buffers take in, so that writing does not wait for a
     * collector that has stopped to read, and what that collector has to say is still heard.
     */
    static final int WINDOW_BYTES = 128 << 10;

    private final Spool spool;
    /** Sent and not acked, oldest first: sequence, bytes. */
    private final ArrayDeque<long[]> underWay = new ArrayDeque<>();

    private long sent;
    private long bytesUnderWay;

    Outbox(Spool spool) {
        this.spool = spool;
        sent = spool.acked();
    }

    Spool spool() {
        return spool;
    }

    /** A new connection: what is not acked goes out again. */
    void rewind() {
        sent = spool.acked();
        underWay.clear();
        bytesUnderWay = 0;
    }

    /** True if a frame of this process waits which the collector leaves no room to send. */
    boolean isHeld() {
        return !spool.isOfDeadProcess() && spool.lastSequence() > sent;
    }

    /**
     * Sends what can be sent.
     *
     * @param bytesMax frames over it are given up
     * @return operations in frames that were given up
     */
    long send(Connection connection, int bytesMax) throws IOException {
        long lostOperations = 0;
        while (underWay.size() < WINDOW && bytesUnderWay < WINDOW_BYTES) {
            SpooledFrame frame = spool.next(sent);
            if (frame == null) {
                break;
            }
            if (frame.bytes.length > bytesMax) {
                lostOperations += giveUp(frame);
            } else {
                connection.send(frame.bytes);
                underWay.add(new long[] {frame.sequence, frame.bytes.length});
                bytesUnderWay += frame.bytes.length;
            }
            sent = frame.sequence;
        }
        connection.flush();
        return lostOperations;
    }

    void acked(long sequence) {
        spool.acked(sequence);
        for (long[] oldest = underWay.peek(); oldest != null && oldest[0] <= sequence; oldest = underWay.peek()) {
            bytesUnderWay -= oldest[1];
            underWay.remove();
        }
    }

    /** Gives up the oldest frame, which the collector refuses; returns the operations in it. */
    long giveUpOldest() {
        SpooledFrame frame = spool.next(spool.acked());
        return frame == null ? 0 : giveUp(frame);
    }

    /** Gives up the largest frame that waits; returns the operations in it. */
    long giveUpLargest() {
        SpooledFrame largest = null;
        for (SpooledFrame f = spool.next(spool.acked()); f != null && f.sequence <= sent; f = spool.next(f.sequence)) {
            largest = largest == null || f.bytes.length > largest.bytes.length ? f : largest;
        }
        return largest == null ? 0 : giveUp(largest);
    }

    private long giveUp(SpooledFrame frame) {
        spool.remove(frame.sequence);
        return operations(frame.bytes);
    }

    private static long operations(byte[] bytes) {
        long sum = 0;
        Frame frame = decode(bytes);
        if (frame != null) {
            for (SeriesDelta delta : frame.series()) {
                sum += delta.count();
            }
        }
        return sum;
    }

    private static @Nullable Frame decode(byte[] bytes) {
        try {
            Message message = WireCodec.decode(bytes);
            return message instanceof Frame ? (Frame) message : null;
        } catch (WireException e) {
            return null; // it passed its CRC, so this is a frame of a newer agent
        }
    }
}
