package io.kvops.stores.data.redis;

import io.kvops.stores.data.Slice;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/**
 * Where a value that is written in parts is put together before it takes its place: {@code 00 kvops:part:} and 16 hexadecimal
 * digits, in a cluster with a tag of its slot in braces. Readers pass over such keys; one that was left by a writer that was killed expires.
 */
final class TemporaryKey {
    private static final byte[] PREFIX = RespConnection.ascii("\0kvops:part:");
    private static final int ID_CHARS = 16;
    private static final int LENGTH = PREFIX.length + ID_CHARS;
    private static final int MAX_TAG_CHARS = 8;

    private long next = RandomGenerator.getDefault().nextLong();

    /** Another one. */
    byte[] make() {
        return make(new byte[0]);
    }

    /** Another one of a cluster, in that slot. */
    byte[] make(int slot) {
        byte[] tag = Slots.tag(slot);
        byte[] braced = new byte[tag.length + 2];
        braced[0] = '{';
        System.arraycopy(tag, 0, braced, 1, tag.length);
        braced[tag.length + 1] = '}';
        return make(braced);
    }

    private byte[] make(byte[] tag) {
        byte[] key = Arrays.copyOf(PREFIX, LENGTH + tag.length);
        byte[] id = RespConnection.ascii(HexFormat.of().toHexDigits(next++));
        System.arraycopy(id, 0, key, PREFIX.length, ID_CHARS);
        System.arraycopy(tag, 0, key, LENGTH, tag.length);
        return key;
    }

    /** Whether it is of no interest to readers: such a key, or the {@link Marker}. */
    static boolean is(Slice key) {
        if (Marker.is(key)) {
            return true;
        }
        return key.length() >= LENGTH
                && key.length() <= LENGTH + MAX_TAG_CHARS
                && key.at(0) == 0
                && (key.length() == LENGTH || key.at(LENGTH) == '{')
                && Arrays.equals(key.array(), key.offset(), key.offset() + PREFIX.length, PREFIX, 0, PREFIX.length);
    }
}
