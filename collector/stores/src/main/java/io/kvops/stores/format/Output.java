package io.kvops.stores.format;

import io.kvops.stores.StoreException;
import io.kvops.stores.data.Slice;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Bytes on their way to a stream, gathered in an array that grows with what is put in between two {@link #flush flushes}. Not
 * safe for use by several threads.
 */
final class Output implements Closeable {
    private static final int FIRST_BYTES = 64 << 10;
    /** An array that one huge element made larger than this is not kept. */
    private static final int KEPT_BYTES = 4 << 20;

    byte[] array = new byte[FIRST_BYTES];
    int size;

    private final OutputStream out;
    private final String name;
    private final Crc crc;

    /** @param name of the file, for messages */
    Output(OutputStream out, String name) {
        this(out, name, 0);
    }

    /** @param crcBefore of what the stream has already */
    Output(OutputStream out, String name, int crcBefore) {
        this.out = out;
        this.name = name;
        this.crc = new Crc(crcBefore);
    }

    /** Makes room for n more bytes. */
    void room(int n) {
        if (array.length - size < n) {
            long wanted = Math.max((long) size + n, Math.min(2L * array.length, Integer.MAX_VALUE - 8));
            if (wanted > Integer.MAX_VALUE - 8) {
                throw new IllegalArgumentException("an element of more than 2 GiB as it is written");
            }
            array = Arrays.copyOf(array, (int) wanted);
        }
    }

    void put(int b) {
        room(1);
        array[size++] = (byte) b;
    }

    void put(byte[] bytes) {
        put(bytes, 0, bytes.length);
    }

    void put(byte[] bytes, int from, int length) {
        room(length);
        System.arraycopy(bytes, from, array, size, length);
        size += length;
    }

    /** Text of ASCII characters. */
    void ascii(String text) {
        int length = text.length();
        room(length);
        put(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    void varint(long value) {
        room(10);
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            array[size++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        array[size++] = (byte) rest;
    }

    void signed(long value) {
        varint(value << 1 ^ value >> 63);
    }

    void littleEndian64(long value) {
        room(Long.BYTES);
        LittleEndian.putLong(array, size, value);
        size += Long.BYTES;
    }

    void put(Slice bytes) {
        put(bytes.array(), bytes.offset(), bytes.length());
    }

    /** A length, then the bytes. */
    void sized(Slice bytes) {
        varint(bytes.length());
        put(bytes);
    }

    /** A length, then text as UTF-8. */
    void sized(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        varint(bytes.length);
        put(bytes);
    }

    /** Puts the length of what stands from an index on before it, as a varint, for which one byte was left there. */
    void lengthAt(int at) {
        int length = size - at - 1;
        if (length < 0x80) {
            array[at] = (byte) length;
            return;
        }
        int more = (31 - Integer.numberOfLeadingZeros(length)) / 7;
        room(more);
        System.arraycopy(array, at + 1, array, at + 1 + more, length);
        size = at;
        varint(length);
        size += length;
    }

    /** Hands over what was put in. */
    void flush() throws StoreException {
        crc.update(array, 0, size);
        try {
            out.write(array, 0, size);
        } catch (IOException | RuntimeException e) {
            throw FileFailure.writing(name, e);
        }
        size = 0;
        if (array.length > KEPT_BYTES) {
            array = new byte[FIRST_BYTES];
        }
    }

    /** CRC32C of all that was handed over, and of what the stream had before. */
    int crc() {
        return crc.value();
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
