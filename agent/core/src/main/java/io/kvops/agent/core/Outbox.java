package io.kvops.agent.core;

import io.kvops.agent.core.Spool.SpooledFrame;
import io.kvops.wire.Frame;
import io.kvops.wire.Message;
import io.kvops.wire.SeriesDelta;
import io.kvops.wire.WireCodec;
import io.kvops.wire.WireException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A spool on its way out over one connection after the other: which frames of it were sent on this one. The I/O thread. */
final class Outbox {
    /** Frames under way at most, so that a slow collector is not drowned. */
    private static final int WINDOW = 256;

    private final Spool spool;
    private long sent;
    private int underWay;

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
        underWay = 0;
    }

    /**
     * Sends what can be sent.
     *
     * @param bytesMax frames over it are given up
     * @return operations in frames that were given up
     */
    long send(Connection connection, int bytesMax) throws IOException {
        long lostOperations = 0;
        while (underWay < WINDOW) {
            SpooledFrame frame = spool.next(sent);
            if (frame == null) {
                break;
            }
            if (frame.bytes.length > bytesMax) {
                lostOperations += giveUp(frame);
            } else {
                connection.send(frame.bytes);
                underWay++;
            }
            sent = frame.sequence;
        }
        connection.flush();
        return lostOperations;
    }

    void acked(long sequence) {
        spool.acked(sequence);
        underWay = (int) Math.max(0, Math.min(WINDOW, sent - sequence));
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
