package io.kvops.stores.format;

import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.zip.CRC32C;

/**
 * A CRC32C that can be written down and gone on from: the checksum of two parts follows from theirs and the second's length,
 * as appending zeros is linear over GF(2) (the polynomial is 0x1EDC6F41, reflected 0x82F63B78).
 */
final class Crc {
    private static final int BUFFER_BYTES = 256 << 10;
    private static final int POLYNOMIAL = 0x82f63b78;

    private final CRC32C rest = new CRC32C();
    private final int before;
    private long length;

    Crc() {
        this(0);
    }

    /** Goes on behind bytes with that checksum. */
    Crc(int before) {
        this.before = before;
    }

    void update(byte[] bytes, int from, int count) {
        rest.update(bytes, from, count);
        length += count;
    }

    /** Takes what a stream gives, up to so many bytes. @return how many there were */
    long updateFrom(InputStream in, long most) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        long taken = 0;
        while (taken < most) {
            int n = in.read(buffer, 0, (int) Math.min(buffer.length, most - taken));
            if (n < 0) {
                break;
            }
            update(buffer, 0, n);
            taken += n;
        }
        return taken;
    }

    int value() {
        return before == 0 ? (int) rest.getValue() : combined(before, (int) rest.getValue(), length);
    }

    static String text(int crc) {
        return String.format(Locale.ROOT, "%08x", crc);
    }

    /** @throws IllegalArgumentException if it is none */
    static int parse(String digits) {
        if (digits.length() != 8) {
            throw new IllegalArgumentException("checksum: " + digits.length() + " digits (expected 8)");
        }
        return Integer.parseUnsignedInt(digits, 16);
    }

    /** The checksum of what has the first, followed by that many bytes with the second. */
    static int combined(int first, int second, long secondLength) {
        // the operator "append a zero bit", squared to append 8, 16, 32 ... of them
        int[] operator = new int[Integer.SIZE];
        operator[0] = POLYNOMIAL;
        for (int i = 1; i < operator.length; i++) {
            operator[i] = 1 << (i - 1);
        }
        for (int i = 0; i < 3; i++) {
            operator = squared(operator);
        }
        int crc = first;
        for (long bytes = secondLength; bytes > 0; bytes >>>= 1) {
            if ((bytes & 1) != 0) {
                crc = applied(operator, crc);
            }
            operator = squared(operator);
        }
        return crc ^ second;
    }

    private static int applied(int[] operator, int vector) {
        int sum = 0;
        for (int i = 0; i < operator.length; i++) {
            if ((vector >>> i & 1) != 0) {
                sum ^= operator[i];
            }
        }
        return sum;
    }

    private static int[] squared(int[] operator) {
        int[] square = new int[operator.length];
        for (int i = 0; i < square.length; i++) {
            square[i] = applied(operator, operator[i]);
        }
        return square;
    }
}
