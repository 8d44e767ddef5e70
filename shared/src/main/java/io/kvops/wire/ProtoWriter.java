package io.kvops.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Appends protobuf fields to a growing buffer. As proto3 wants it, a scalar that has its default value is left out. A
 * nested message is written in place: {@link #begin} notes where it starts, {@link #end} puts the length in front, which
 * moves the body only if the length takes more than the one byte set aside.
 */
final class ProtoWriter {
    static final int VARINT = 0;
    static final int FIXED64 = 1;
    static final int BYTES = 2;

    private byte[] buffer = new byte[512];
    private int size;

    byte[] toBytes() {
        return Arrays.copyOf(buffer, size);
    }

    /** A count, size or index: 0 is left out. */
    void unsigned(int field, long value, String what) {
        if (value < 0) {
            throw new IllegalArgumentException(what + ": " + value + " (expected >= 0)");
        }
        signed(field, value);
    }

    void signed(int field, long value) {
        if (value != 0) {
            tag(field, VARINT);
            varint(value);
        }
    }

    void bool(int field, boolean value) {
        signed(field, value ? 1 : 0);
    }

    void fixed64(int field, long value) {
        if (value != 0) {
            tag(field, FIXED64);
            littleEndian(value);
        }
    }

    void string(int field, String value) {
        if (!value.isEmpty()) {
            element(field, value);
        }
    }

    void bytes(int field, byte[] value) {
        if (value.length > 0) {
            element(field, value);
        }
    }

    /** A string that is written even if empty: an element of a list, or half of a map entry. */
    void element(int field, String value) {
        element(field, value.getBytes(StandardCharsets.UTF_8));
    }

    void element(int field, byte[] value) {
        tag(field, BYTES);
        varint(value.length);
        ensure(value.length);
        System.arraycopy(value, 0, buffer, size, value.length);
        size += value.length;
    }

    /** Half of a map entry: written even if 0. */
    void entryVarint(int field, long value, String what) {
        if (value < 0) {
            throw new IllegalArgumentException(what + ": " + value + " (expected >= 0)");
        }
        tag(field, VARINT);
        varint(value);
    }

    void entryDouble(int field, double value) {
        tag(field, FIXED64);
        littleEndian(Double.doubleToRawLongBits(value));
    }

    /** Starts a nested message or packed list; the result goes to {@link #end}. */
    int begin(int field) {
        tag(field, BYTES);
        ensure(1);
        return ++size;
    }

    void end(int start) {
        int length = size - start;
        int extra = varintSize(length) - 1;
        if (extra > 0) {
            ensure(extra);
            System.arraycopy(buffer, start, buffer, start + extra, length);
        }
        size = start - 1;
        varint(length);
        size += length;
    }

    /** A varint without a tag, for packed lists. */
    void varint(long value) {
        ensure(10);
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            buffer[size++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        buffer[size++] = (byte) rest;
    }

    private void tag(int field, int wireType) {
        varint((long) field << 3 | wireType);
    }

    private void littleEndian(long value) {
        ensure(8);
        for (int shift = 0; shift < 64; shift += 8) {
            buffer[size++] = (byte) (value >>> shift);
        }
    }

    private static int varintSize(int value) {
        return (38 - Integer.numberOfLeadingZeros(value | 1)) / 7;
    }

    private void ensure(int more) {
        if (more > buffer.length - size) {
            buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, size + more));
        }
    }
}
