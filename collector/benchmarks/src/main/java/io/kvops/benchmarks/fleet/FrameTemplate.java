package io.kvops.benchmarks.fleet;

import io.kvops.wire.Frame;
import io.kvops.wire.SeriesDelta;
import io.kvops.wire.WireCodec;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * An encoded frame with holes: who counted, the sequence number and the times are filled in when it is sent, all else is
 * copied. The bytes are those that {@link WireCodec} gives for such a frame. Immutable.
 */
final class FrameTemplate {
    private static final int TAG_AGENT_FRAME = (2 << 3) | 2;
    private static final int TAG_SOURCE = (2 << 3) | 2;
    private static final int TAG_SEQUENCE = 3 << 3;
    private static final int TAG_START = 4 << 3;
    private static final int TAG_END = 5 << 3;

    private final byte[] before;
    private final byte[] after;
    private final int series;
    private final long operations;
    private final Map<String, Long> byStoreOp;

    private FrameTemplate(byte[] before, byte[] after, Frame frame) {
        this.before = before;
        this.after = after;
        this.series = frame.series().size();
        this.byStoreOp = new TreeMap<>();
        long sum = 0;
        for (SeriesDelta delta : frame.series()) {
            sum += delta.count();
            byStoreOp.merge(delta.key().store() + "/" + delta.key().op(), delta.count(), Long::sum);
        }
        this.operations = sum;
    }

    /** Takes over all of a frame but who counted it, its sequence number and its times, which must not be 0. */
    static FrameTemplate of(Frame frame) {
        byte[] message = WireCodec.encode(frame);
        ByteBuffer in = ByteBuffer.wrap(message);
        if (varint(in) != TAG_AGENT_FRAME || varint(in) != in.remaining()) {
            throw new IllegalArgumentException("not an encoded frame");
        }
        int begin = in.position();
        int strings = -1;
        while (in.hasRemaining()) {
            int at = in.position();
            int tag = (int) varint(in);
            if (strings < 0 && tag >= TAG_SOURCE) {
                strings = at;
            }
            if ((tag & 7) == 2) {
                int length = (int) varint(in);
                in.position(in.position() + length);
            } else {
                varint(in);
            }
            if (tag == TAG_END) {
                break;
            }
        }
        if (strings < 0) {
            throw new IllegalArgumentException("a frame without a source");
        }
        return new FrameTemplate(
                Arrays.copyOfRange(message, begin, strings),
                Arrays.copyOfRange(message, in.position(), message.length),
                frame);
    }

    /** A source as it stands in a frame, with its tag and length. */
    static byte[] source(Frame frame) {
        byte[] message = WireCodec.encode(frame);
        ByteBuffer in = ByteBuffer.wrap(message);
        varint(in);
        varint(in);
        while (in.hasRemaining()) {
            int at = in.position();
            long tag = varint(in);
            int length = (int) varint(in);
            in.position(in.position() + length);
            if (tag == TAG_SOURCE) {
                return Arrays.copyOfRange(message, at, in.position());
            }
        }
        throw new IllegalArgumentException("a frame without a source");
    }

    /** Bytes that {@link #write} writes. */
    int messageBytes(byte[] source, long sequence, long startMillis, long endMillis) {
        int body = bodyBytes(source, sequence, startMillis, endMillis);
        return 1 + varintBytes(body) + body;
    }

    /** Writes the message behind its length, as it goes over the wire. */
    void write(ByteBuf out, byte[] source, long sequence, long startMillis, long endMillis) {
        int body = bodyBytes(source, sequence, startMillis, endMillis);
        out.writeInt(1 + varintBytes(body) + body);
        out.writeByte(TAG_AGENT_FRAME);
        writeVarint(out, body);
        out.writeBytes(before);
        out.writeBytes(source);
        out.writeByte(TAG_SEQUENCE);
        writeVarint(out, sequence);
        out.writeByte(TAG_START);
        writeVarint(out, startMillis);
        out.writeByte(TAG_END);
        writeVarint(out, endMillis);
        out.writeBytes(after);
    }

    /** Number of series in it. */
    int series() {
        return series;
    }

    /** Operations that it counts. */
    long operations() {
        return operations;
    }

    /** The same by {@code store/OP}. */
    Map<String, Long> byStoreOp() {
        return byStoreOp;
    }

    private int bodyBytes(byte[] source, long sequence, long startMillis, long endMillis) {
        return before.length
                + source.length
                + 3
                + varintBytes(sequence)
                + varintBytes(startMillis)
                + varintBytes(endMillis)
                + after.length;
    }

    private static int varintBytes(long value) {
        return (Math.max(1, 64 - Long.numberOfLeadingZeros(value)) + 6) / 7;
    }

    private static void writeVarint(ByteBuf out, long value) {
        long rest = value;
        while (rest >>> 7 != 0) {
            out.writeByte(((int) rest & 0x7F) | 0x80);
            rest >>>= 7;
        }
        out.writeByte((int) rest);
    }

    private static long varint(ByteBuffer in) {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = in.get();
            value |= (long) (next & 0x7F) << shift;
            if (next >= 0) {
                return value;
            }
        }
    }
}
