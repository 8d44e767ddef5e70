package io.kvops.stores.data.rdb;

import io.kvops.stores.StoreException;
import io.kvops.stores.data.RecordSink;
import io.kvops.stores.data.Slice;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads the parts that serialised values are made of: lengths, strings, numbers; from memory, or from a file through a window
 * that holds no more than the largest string. Slices stay valid. What is cut off is an {@link IndexOutOfBoundsException}, what
 * makes no sense an {@link IllegalArgumentException}, a file that can't be read an {@link UncheckedIOException}. For one thread.
 */
final class RdbInput {
    /** A string of Redis is no longer. */
    private static final int MAX_STRING_BYTES = 512 << 20;

    private static final int WINDOW_BYTES = 256 << 10;

    private final @Nullable InputStream from;
    private final Crc64 crc = new Crc64();
    private byte[] bytes;
    private int at;
    private int end;
    /** Bytes behind the window. */
    private long behind;
    /** Where the window begins. */
    private long base;
    /** Up to where the checksum is computed. */
    private int summed;
    /** Bytes from here on are kept, if it is not -1. */
    private int mark = -1;
    /** How many bytes are kept at most. */
    private int markLimit;

    /** More came since the mark than is kept. */
    static final class TooFar extends RuntimeException {
        private static final long serialVersionUID = 1;

        TooFar() {
            super("too far from the mark", null, false, false);
        }
    }

    RdbInput(Slice from) {
        this.from = null;
        this.bytes = from.array();
        this.at = from.offset();
        this.end = from.offset() + from.length();
    }

    /**
     * Reads from a file.
     *
     * @param from at the position
     * @param behind how many bytes follow
     */
    RdbInput(InputStream from, long position, long behind) {
        this.from = from;
        this.base = position;
        this.behind = behind;
        this.bytes = new byte[WINDOW_BYTES];
    }

    boolean more() {
        return at < end || behind > 0;
    }

    /** Where the next byte is in the file. */
    long position() {
        return base + at;
    }

    /** The checksum of all bytes so far, from the position where reading began. */
    long checksum() {
        crc.update(bytes, summed, at - summed);
        summed = at;
        return crc.value();
    }

    /**
     * Keeps what comes from here on, for {@link #marked} or {@link #rewind}.
     *
     * @param limit so many bytes, and what was read ahead: beyond that is a {@link TooFar}
     */
    void mark(int limit) {
        mark = at;
        markLimit = limit;
    }

    /** All since the mark, which is no more. */
    Slice marked(Slice into) {
        into.set(bytes, mark, at - mark);
        mark = -1;
        return into;
    }

    void rewind() {
        at = mark;
        mark = -1;
    }

    private long left() {
        return end - at + behind;
    }

    /** Makes sure that so many bytes are in the window, in a new one if need be. */
    private void fill(int count) {
        if (end - at >= count) {
            return;
        }
        if (from == null || count > left()) {
            throw new IndexOutOfBoundsException("cut off");
        }
        crc.update(bytes, summed, Math.max(0, at - summed));
        summed = Math.max(summed, at);
        if (mark >= 0 && at - mark > markLimit) {
            throw new TooFar();
        }
        int kept = mark >= 0 ? mark : at;
        int keptBytes = end - kept;
        byte[] next = new byte[Math.max(WINDOW_BYTES, at - kept + count + (mark >= 0 ? keptBytes : 0))];
        System.arraycopy(bytes, kept, next, 0, keptBytes);
        bytes = next;
        base += kept;
        at -= kept;
        summed -= kept;
        mark = mark >= 0 ? 0 : -1;
        end = keptBytes;
        try {
            while (end - at < count) {
                int read = from.read(bytes, end, (int) Math.min(bytes.length - end, behind));
                if (read < 0) {
                    throw new IndexOutOfBoundsException("cut off");
                }
                end += read;
                behind -= read;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int one() {
        if (at >= end) {
            fill(1);
        }
        return bytes[at++] & 0xff;
    }

    long littleEndian(int count) {
        long value = 0;
        for (int i = 0; i < count; i++) {
            value |= (long) one() << (8 * i);
        }
        return value;
    }

    /** With the sign of its highest bit. */
    long signed(int count) {
        int unused = 64 - 8 * count;
        return littleEndian(count) << unused >> unused;
    }

    long bigEndian(int count) {
        long value = 0;
        for (int i = 0; i < count; i++) {
            value = value << 8 | one();
        }
        return value;
    }

    /** A length, or a number that is kept as one. */
    long length() {
        int first = one();
        return switch (first >> 6) {
            case 0 -> first & 0x3f;
            case 1 -> (first & 0x3f) << 8 | one();
            case 2 -> bigEndian(first == 0x81 ? 8 : 4);
            default -> throw new IllegalArgumentException("no length but the encoding " + first);
        };
    }

    /** How many things follow: each takes a byte at least. */
    int count() {
        long count = length();
        if (count < 0 || count > Math.min(left(), Integer.MAX_VALUE)) {
            throw new IllegalArgumentException(count + " elements in " + left() + " bytes");
        }
        return (int) count;
    }

    /** Some bytes as they are, in place. */
    Slice raw(long length, Slice into) {
        if (length < 0 || length > left() || length > Integer.MAX_VALUE / 2) {
            throw new IndexOutOfBoundsException("a string of " + length + " bytes in " + left());
        }
        fill((int) length);
        into.set(bytes, at, (int) length);
        at += (int) length;
        return into;
    }

    /** A string, in place where it is kept as it is. */
    Slice string(Slice into) {
        int first = one();
        if (first >> 6 != 3) {
            at--;
            return raw(length(), into);
        }
        return switch (first & 0x3f) {
            case 0 -> digits(signed(1), into);
            case 1 -> digits(signed(2), into);
            case 2 -> digits(signed(4), into);
            case 3 -> unpacked(into);
            default -> throw new IllegalArgumentException("a string in the encoding " + first);
        };
    }

    static Slice digits(long number, Slice into) {
        byte[] text = Long.toString(number).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        return into.set(text, 0, text.length);
    }

    private Slice unpacked(Slice into) {
        long packed = length();
        long length = unpackedLength(packed);
        raw(packed, into);
        byte[] text = Lzf.unpack(bytes, into.offset(), into.length(), (int) length);
        return into.set(text, 0, text.length);
    }

    private long unpackedLength(long packed) {
        long length = length();
        // LZF makes three bytes to 264 at best
        if (length < 0 || length > MAX_STRING_BYTES || packed < 0 || length > packed * 100) {
            throw new IllegalArgumentException("a string of " + length + " bytes packed in " + packed);
        }
        return length;
    }

    /** A string in chunks, so that a long one need not be in memory. */
    void chunks(int chunkBytes, RecordSink to) throws StoreException {
        Slice part = new Slice();
        int first = one();
        if (first == 0xc3) {
            long packed = length();
            long length = unpackedLength(packed);
            if (length > chunkBytes) {
                Lzf.unpack(this, packed, length, chunkBytes, to);
            } else {
                raw(packed, part);
                to.chunk(Slice.of(Lzf.unpack(part.array(), part.offset(), part.length(), (int) length)));
            }
            return;
        }
        at--;
        if (first >> 6 == 3) {
            to.chunk(string(part));
            return;
        }
        long left = length();
        if (left < 0 || left > left()) {
            throw new IndexOutOfBoundsException("a string of " + left + " bytes in " + left());
        }
        for (; left > 0; left -= part.length()) {
            to.chunk(raw(Math.min(left, chunkBytes), part));
        }
    }

    /** Passes over some bytes. */
    void skip(long count) {
        if (count < 0 || count > left()) {
            throw new IndexOutOfBoundsException(count + " bytes in " + left());
        }
        for (long left = count; left > 0; ) {
            int some = (int) Math.min(left, Math.max(1, end - at));
            fill(some);
            at += some;
            left -= some;
        }
    }

    /** Passes over a string. */
    void skipString() {
        int first = one();
        switch (first) {
            case 0xc0 -> skip(1);
            case 0xc1 -> skip(2);
            case 0xc2 -> skip(4);
            case 0xc3 -> {
                long packed = length();
                length();
                skip(packed);
            }
            default -> {
                at--;
                skip(length());
            }
        }
    }

    double littleEndianDouble() {
        return Double.longBitsToDouble(littleEndian(8));
    }
}
