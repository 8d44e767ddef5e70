package io.kvops.stores.data.rdb;

import io.kvops.stores.data.Slice;

/**
 * Reads the parts that serialised values are made of: lengths, strings, numbers. What is cut off is an {@link
 * IndexOutOfBoundsException}, what makes no sense an {@link IllegalArgumentException}. For one thread.
 */
final class RdbInput {
    /** A string of Redis is no longer. */
    private static final int MAX_STRING_BYTES = 512 << 20;

    private final byte[] bytes;
    private final int end;
    private int at;

    RdbInput(Slice from) {
        this.bytes = from.array();
        this.at = from.offset();
        this.end = from.offset() + from.length();
    }

    boolean more() {
        return at < end;
    }

    int one() {
        if (at >= end) {
            throw new IndexOutOfBoundsException("cut off");
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
        if (count < 0 || count > end - at) {
            throw new IllegalArgumentException(count + " elements in " + (end - at) + " bytes");
        }
        return (int) count;
    }

    /** Some bytes as they are, in place. */
    Slice raw(long length, Slice into) {
        if (length < 0 || length > end - at) {
            throw new IndexOutOfBoundsException("a string of " + length + " bytes in " + (end - at));
        }
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
        long length = length();
        // LZF makes three bytes to 264 at best
        if (length < 0 || length > MAX_STRING_BYTES || length > packed * 100) {
            throw new IllegalArgumentException("a string of " + length + " bytes packed in " + packed);
        }
        raw(packed, into);
        byte[] text = Lzf.unpack(bytes, into.offset(), into.length(), (int) length);
        return into.set(text, 0, text.length);
    }

    double littleEndianDouble() {
        return Double.longBitsToDouble(littleEndian(8));
    }
}
