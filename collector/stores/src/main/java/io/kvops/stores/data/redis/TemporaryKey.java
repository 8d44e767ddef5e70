package io.kvops.stores.data.redis;

import io.kvops.stores.data.Slice;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/**
 * Where a value that is written in parts is put together before it takes its place: {@code 00 kvops:part:} and 16 hexadecimal
 * digits. Readers pass over such keys; one that was left by a writer that was killed expires.
 */
final class TemporaryKey {
    private static final byte[] PREFIX = RespConnection.ascii("\0kvops:part:");
    private static final int ID_CHARS = 16;

    private long next = RandomGenerator.getDefault().nextLong();

    /** Another one. */
    byte[] make() {
        byte[] key = Arrays.copyOf(PREFIX, PREFIX.length + ID_CHARS);
        byte[] id = RespConnection.ascii(HexFormat.of().toHexDigits(next++));
        System.arraycopy(id, 0, key, PREFIX.length, ID_CHARS);
        return key;
    }

    static boolean is(Slice key) {
        return key.length() == PREFIX.length + ID_CHARS
                && key.at(0) == 0
                && Arrays.equals(key.array(), key.offset(), key.offset() + PREFIX.length, PREFIX, 0, PREFIX.length);
    }
}
