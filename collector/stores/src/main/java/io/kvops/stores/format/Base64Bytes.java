package io.kvops.stores.format;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Base64 (RFC 4648, section 4, padded) straight between arrays. */
final class Base64Bytes {
    private static final byte[] DIGITS =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] VALUES = new byte[256];

    static {
        Arrays.fill(VALUES, (byte) -1);
        for (int i = 0; i < DIGITS.length; i++) {
            VALUES[DIGITS[i]] = (byte) i;
        }
    }

    private Base64Bytes() {}

    static void encode(byte[] bytes, int from, int length, Output out) {
        if (length > Integer.MAX_VALUE / 4 * 3 - 64) {
            throw new IllegalArgumentException("an element of " + length + " bytes is too long for base64");
        }
        out.room((length + 2) / 3 * 4);
        byte[] to = out.array;
        int at = out.size;
        int whole = from + length / 3 * 3;
        int i = from;
        for (; i < whole; i += 3) {
            int bits = (bytes[i] & 0xff) << 16 | (bytes[i + 1] & 0xff) << 8 | (bytes[i + 2] & 0xff);
            to[at++] = DIGITS[bits >> 18];
            to[at++] = DIGITS[bits >> 12 & 63];
            to[at++] = DIGITS[bits >> 6 & 63];
            to[at++] = DIGITS[bits & 63];
        }
        int rest = from + length - whole;
        if (rest > 0) {
            int bits = (bytes[i] & 0xff) << 16 | (rest == 2 ? (bytes[i + 1] & 0xff) << 8 : 0);
            to[at++] = DIGITS[bits >> 18];
            to[at++] = DIGITS[bits >> 12 & 63];
            to[at++] = rest == 2 ? DIGITS[bits >> 6 & 63] : (byte) '=';
            to[at++] = '=';
        }
        out.size = at;
    }

    /** Replaces digits by what they stand for, in place. @return how many bytes that is */
    static int decode(byte[] bytes, int from, int length) throws DamagedException {
        if (length % 4 != 0) {
            throw wrong();
        }
        int padding = length == 0 || bytes[from + length - 1] != '=' ? 0 : bytes[from + length - 2] == '=' ? 2 : 1;
        int digits = length - padding;
        int to = from;
        int i = from;
        int bits = 0;
        for (int n = 0; n < digits; n++) {
            int value = VALUES[bytes[i++] & 0xff];
            if (value < 0) {
                throw wrong();
            }
            bits = bits << 6 | value;
            if ((n & 3) == 3) {
                bytes[to++] = (byte) (bits >> 16);
                bytes[to++] = (byte) (bits >> 8);
                bytes[to++] = (byte) bits;
                bits = 0;
            }
        }
        if (padding == 2) {
            bytes[to++] = (byte) (bits >> 4);
        } else if (padding == 1) {
            bytes[to++] = (byte) (bits >> 10);
            bytes[to++] = (byte) (bits >> 2);
        }
        return to - from;
    }

    private static DamagedException wrong() {
        return new DamagedException("base64 that is none");
    }
}
