package io.kvops.stores.data.rdb;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The checksum of RDB files and serialised values: CRC-64 by Jones (polynomial ad93d23594c935a9, bits reflected, from 0), eight
 * bytes at a time. For one thread.
 */
final class Crc64 {
    private static final long REFLECTED = 0x95ac9329ac4bc9b5L;
    private static final int WIDTH = 8;
    private static final long[] TABLES = tables();
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private long value;

    private static long[] tables() {
        long[] tables = new long[WIDTH * 256];
        for (int i = 0; i < 256; i++) {
            long crc = i;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 1) == 0 ? crc >>> 1 : crc >>> 1 ^ REFLECTED;
            }
            tables[i] = crc;
        }
        for (int i = 256; i < tables.length; i++) {
            long before = tables[i - 256];
            tables[i] = tables[(int) before & 0xff] ^ before >>> 8;
        }
        return tables;
    }

    void update(byte[] bytes, int offset, int length) {
        long crc = value;
        int at = offset;
        int end = offset + length;
        for (; at + WIDTH <= end; at += WIDTH) {
            long word = crc ^ (long) LONGS.get(bytes, at);
            crc = TABLES[7 * 256 + (int) (word & 0xff)]
                    ^ TABLES[6 * 256 + (int) (word >>> 8 & 0xff)]
                    ^ TABLES[5 * 256 + (int) (word >>> 16 & 0xff)]
                    ^ TABLES[4 * 256 + (int) (word >>> 24 & 0xff)]
                    ^ TABLES[3 * 256 + (int) (word >>> 32 & 0xff)]
                    ^ TABLES[2 * 256 + (int) (word >>> 40 & 0xff)]
                    ^ TABLES[256 + (int) (word >>> 48 & 0xff)]
                    ^ TABLES[(int) (word >>> 56)];
        }
        for (; at < end; at++) {
            crc = TABLES[(int) (crc ^ bytes[at]) & 0xff] ^ crc >>> 8;
        }
        value = crc;
    }

    long value() {
        return value;
    }
}
