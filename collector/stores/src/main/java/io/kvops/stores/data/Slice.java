package io.kvops.stores.data;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Some bytes of an array. A slice that is handed to a {@link RecordSink} is lent: whoever hands it over may {@link #set} it
 * to other bytes, or change the array, as soon as the call returns; who wants to keep it takes a {@link #copy}. Equal,
 * hashed and ordered by content (unsigned bytes). For one thread.
 */
public final class Slice implements Comparable<Slice> {
    private static final byte[] NONE = {};

    private byte[] array = NONE;
    private int offset;
    private int length;

    /** An empty one. */
    public Slice() {}

    /** A whole array, not copied. */
    public static Slice of(byte[] array) {
        return new Slice().set(array, 0, array.length);
    }

    /** A part of an array, not copied. */
    public static Slice of(byte[] array, int offset, int length) {
        return new Slice().set(array, offset, length);
    }

    /** The UTF-8 bytes of a text. */
    public static Slice of(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Lets it be other bytes. */
    public Slice set(byte[] newArray, int newOffset, int newLength) {
        java.util.Objects.checkFromIndexSize(newOffset, newLength, newArray.length);
        array = newArray;
        offset = newOffset;
        length = newLength;
        return this;
    }

    public byte[] array() {
        return array;
    }

    public int offset() {
        return offset;
    }

    public int length() {
        return length;
    }

    /** One byte, from 0. */
    public byte at(int index) {
        return array[offset + index];
    }

    /** A new array with these bytes. */
    public byte[] toBytes() {
        return Arrays.copyOfRange(array, offset, offset + length);
    }

    /** A slice of its own, with an array of its own. */
    public Slice copy() {
        return of(toBytes());
    }

    /** The bytes as UTF-8; what is none becomes U+FFFD. */
    public String toText() {
        return new String(array, offset, length, StandardCharsets.UTF_8);
    }

    @Override
    public int compareTo(Slice other) {
        return Arrays.compareUnsigned(
                array, offset, offset + length, other.array, other.offset, other.offset + other.length);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Slice slice
                && Arrays.equals(
                        array, offset, offset + length, slice.array, slice.offset, slice.offset + slice.length);
    }

    @Override
    public int hashCode() {
        int hash = 1;
        for (int i = offset; i < offset + length; i++) {
            hash = 31 * hash + array[i];
        }
        return hash;
    }

    /** How many bytes, not which: they may be a secret. */
    @Override
    public String toString() {
        return length + " bytes";
    }
}
