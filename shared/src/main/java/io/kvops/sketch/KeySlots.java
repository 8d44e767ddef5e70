package io.kvops.sketch;

import java.util.Arrays;

/** Numbered places for keys in one flat array. A key is a number (its scope) and bytes. */
final class KeySlots {
    private static final byte[] HEX = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'};
    private static final int HASH_LENGTH = 17;

    private final int maxLength;
    private final byte[] arena;
    private final int[] scopes;
    private final int[] lengths;

    KeySlots(int slots, int maxLength) {
        this.maxLength = maxLength;
        arena = new byte[slots * maxLength];
        scopes = new int[slots];
        lengths = new int[slots];
    }

    /** A key that is too long keeps its start, and its hash behind a tilde in place of the rest. */
    void set(int slot, int scope, byte[] key, int offset, int length, long hash) {
        int at = slot * maxLength;
        scopes[slot] = scope;
        lengths[slot] = Math.min(length, maxLength);
        if (length <= maxLength) {
            System.arraycopy(key, offset, arena, at, length);
            return;
        }
        int kept = maxLength - HASH_LENGTH;
        System.arraycopy(key, offset, arena, at, kept);
        arena[at + kept] = '~';
        for (int i = 1; i < HASH_LENGTH; i++) {
            arena[at + kept + i] = HEX[(int) (hash >>> (64 - 4 * i)) & 15];
        }
    }

    void copy(int slot, KeySlots to, int toSlot) {
        to.scopes[toSlot] = scopes[slot];
        to.lengths[toSlot] = lengths[slot];
        System.arraycopy(arena, slot * maxLength, to.arena, toSlot * maxLength, lengths[slot]);
    }

    /** True if a slot holds a key that has the same hash. Of one too long only the start is left to compare. */
    boolean holds(int slot, int scope, byte[] key, int offset, int length) {
        if (scopes[slot] != scope || lengths[slot] != Math.min(length, maxLength)) {
            return false;
        }
        int compared = length <= maxLength ? length : maxLength - HASH_LENGTH;
        int at = slot * maxLength;
        for (int i = 0; i < compared; i++) {
            if (arena[at + i] != key[offset + i]) {
                return false;
            }
        }
        return true;
    }

    int scope(int slot) {
        return scopes[slot];
    }

    byte[] key(int slot) {
        int at = slot * maxLength;
        return Arrays.copyOfRange(arena, at, at + lengths[slot]);
    }

    static long hash(int scope, byte[] key, int offset, int length) {
        long hash = scope * 0x9E3779B97F4A7C15L + length;
        for (int i = offset; i < offset + length; i++) {
            hash = (hash ^ key[i]) * 0x2545F4914F6CDD1DL;
            hash ^= hash >>> 29;
        }
        hash = (hash ^ (hash >>> 32)) * 0xD6E8FEB86659FD93L;
        return hash ^ (hash >>> 32);
    }
}
