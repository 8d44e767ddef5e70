package io.kvops.stores.data;

import io.kvops.stores.StoreException;
import io.kvops.stores.StoreException.Kind;
import java.util.Arrays;

/** Bytes that are put together, up to a bound; kept for the next use as long as it is not large. For one thread. */
final class ByteBuffers {
    private static final int KEPT_BYTES = 1 << 20;

    private final long maxBytes;
    private final Slice slice = new Slice();
    private byte[] bytes = new byte[256];
    private int length;

    ByteBuffers(long maxBytes) {
        this.maxBytes = Math.min(maxBytes, Integer.MAX_VALUE - 64);
    }

    void clear() {
        length = 0;
        if (bytes.length > KEPT_BYTES) {
            bytes = new byte[256];
        }
    }

    /** All so far; lent until the next change. */
    Slice all() {
        return slice.set(bytes, 0, length);
    }

    void put(int b) throws StoreException {
        room(1);
        bytes[length++] = (byte) b;
    }

    void put(byte[] from, int offset, int count) throws StoreException {
        room(count);
        System.arraycopy(from, offset, bytes, length, count);
        length += count;
    }

    void put(Slice part) throws StoreException {
        put(part.array(), part.offset(), part.length());
    }

    /** LEB128. */
    void number(long value) throws StoreException {
        room(10);
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            bytes[length++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[length++] = (byte) rest;
    }

    void bytes(Slice part) throws StoreException {
        number(part.length());
        put(part);
    }

    void score(double score) throws StoreException {
        long bits = Double.doubleToRawLongBits(score);
        for (int shift = 56; shift >= 0; shift -= 8) {
            put((int) (bits >>> shift));
        }
    }

    void id(StreamId id) throws StoreException {
        number(id.millis());
        number(id.sequence());
    }

    private void room(int more) throws StoreException {
        if (length + (long) more > maxBytes) {
            throw new StoreException(
                    Kind.UNSUPPORTED,
                    "a value of more than " + maxBytes
                            + " bytes can't be held there; leave it out, or choose another target");
        }
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, (int) Math.min(maxBytes, Math.max(length + more, bytes.length * 2L)));
        }
    }
}
