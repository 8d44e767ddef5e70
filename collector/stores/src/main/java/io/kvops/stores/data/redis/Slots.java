package io.kvops.stores.data.redis;

import io.kvops.stores.data.Slice;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;

/**
 * Which slot of a cluster a key belongs to: the CRC16 (CCITT, as XMODEM has it) of what stands between its first brace and the next
 * closing one, or of the whole key if that is nothing, modulo 16384, as Redis' cluster specification says.
 */
final class Slots {
    static final int COUNT = 16_384;

    private static final int POLYNOMIAL = 0x1021;
    private static final int[] CRC = crc();

    private Slots() {}

    private static int[] crc() {
        int[] table = new int[256];
        for (int i = 0; i < table.length; i++) {
            int crc = i << 8;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 0x8000) != 0 ? crc << 1 ^ POLYNOMIAL : crc << 1;
            }
            table[i] = crc & 0xffff;
        }
        return table;
    }

    static int of(byte[] key) {
        return of(key, 0, key.length);
    }

    static int of(Slice key) {
        return of(key.array(), key.offset(), key.length());
    }

    private static int of(byte[] bytes, int offset, int length) {
        int end = offset + length;
        int open = find(bytes, offset, end, '{');
        if (open < end) {
            int close = find(bytes, open + 1, end, '}');
            if (close < end && close > open + 1) {
                return slot(bytes, open + 1, close);
            }
        }
        return slot(bytes, offset, end);
    }

    private static int find(byte[] bytes, int from, int end, char wanted) {
        int at = from;
        while (at < end && bytes[at] != wanted) {
            at++;
        }
        return at;
    }

    private static int slot(byte[] bytes, int from, int end) {
        int crc = 0;
        for (int i = from; i < end; i++) {
            crc = (crc << 8 & 0xffff) ^ CRC[(crc >> 8 ^ bytes[i]) & 0xff];
        }
        return crc % COUNT;
    }

    /** A few characters that belong to a slot: in braces, they put any key there. */
    static byte[] tag(int slot) {
        return Tags.ALL[slot];
    }

    /** As text: {@code 0-5460,7000}. */
    static String text(BitSet slots) {
        StringBuilder text = new StringBuilder();
        for (int first = slots.nextSetBit(0); first >= 0; ) {
            int last = slots.nextClearBit(first) - 1;
            text.append(text.length() == 0 ? "" : ",").append(first);
            if (last > first) {
                text.append('-').append(last);
            }
            first = slots.nextSetBit(last + 1);
        }
        return text.toString();
    }

    /**
     * Reads such a text.
     *
     * @throws IllegalArgumentException if it is none
     */
    static BitSet parse(String text) {
        BitSet slots = new BitSet(COUNT);
        for (String range : text.isEmpty() ? new String[0] : text.split(",", -1)) {
            int dash = range.indexOf('-');
            int first = Integer.parseInt(dash < 0 ? range : range.substring(0, dash));
            int last = dash < 0 ? first : Integer.parseInt(range.substring(dash + 1));
            if (first < 0 || last < first || last >= COUNT) {
                throw new IllegalArgumentException("slots: " + range + " (expected 0 to " + (COUNT - 1) + ")");
            }
            slots.set(first, last + 1);
        }
        return slots;
    }

    private static final class Tags {
        static final byte[][] ALL = all();

        private static byte[][] all() {
            byte[][] tags = new byte[COUNT][];
            int left = COUNT;
            for (int number = 0; left > 0; number++) {
                byte[] tag = Integer.toString(number, 36).getBytes(StandardCharsets.US_ASCII);
                int slot = slot(tag, 0, tag.length);
                if (tags[slot] == null) {
                    tags[slot] = tag;
                    left--;
                }
            }
            return tags;
        }
    }
}
