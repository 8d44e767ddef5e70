package io.kvops.agent.core;

/** Counts by a positive long, open addressing, grows up to a bound; past it counts go to key 0. One thread. */
final class LongCounts {
    private final int capacityMax;
    private long[] keys = new long[16];
    private long[] counts = new long[16];
    private int size;
    private long overflow;

    LongCounts(int capacityMax) {
        this.capacityMax = capacityMax;
    }

    void add(long key, long count) {
        int slot = slot(keys, key);
        if (keys[slot] == 0) {
            if (size >= capacityMax) {
                overflow += count;
                return;
            }
            keys[slot] = key;
            size++;
            counts[slot] = count;
            if (size * 2 > keys.length) {
                grow();
            }
        } else {
            counts[slot] += count;
        }
    }

    private static int slot(long[] keys, long key) {
        int slot = Hashes.slot(key, keys.length);
        while (keys[slot] != 0 && keys[slot] != key) {
            slot = (slot + 1) & keys.length - 1;
        }
        return slot;
    }

    private void grow() {
        long[] oldKeys = keys;
        long[] oldCounts = counts;
        keys = new long[oldKeys.length * 2];
        counts = new long[oldKeys.length * 2];
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldKeys[i] != 0) {
                int slot = slot(keys, oldKeys[i]);
                keys[slot] = oldKeys[i];
                counts[slot] = oldCounts[i];
            }
        }
    }

    boolean isEmpty() {
        return size == 0 && overflow == 0;
    }

    /** Moves all counts into another one. */
    void moveTo(LongCounts other) {
        for (int i = 0; i < keys.length; i++) {
            if (keys[i] != 0) {
                other.add(keys[i], counts[i]);
            }
        }
        other.overflow += overflow;
        clear();
    }

    void clear() {
        java.util.Arrays.fill(keys, 0);
        size = 0;
        overflow = 0;
    }

    int slots() {
        return keys.length;
    }

    /** The key in a slot, 0 if it is free. */
    long keyAt(int slot) {
        return keys[slot];
    }

    long countAt(int slot) {
        return counts[slot];
    }
}
