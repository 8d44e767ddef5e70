package io.kvops.migration;

/**
 * 64-bit hashes of keys that were seen, up to a bound. Two keys of the same hash are taken for one, at a chance of n / 2^64 for each
 * key that is asked for. Any thread.
 */
final class KeySet {
    private static final int FIRST = 1 << 12;

    private final int maxEntries;
    private long[] table = new long[FIRST];
    private int size;
    private boolean zero;
    private boolean complete = true;

    /** @param maxEntries 0 for a set that never was complete */
    KeySet(int maxEntries) {
        this.maxEntries = maxEntries;
        this.complete = maxEntries > 0;
    }

    /** As much as an eighth of the heap takes. */
    static int entriesForHeap() {
        return (int) Math.min(1 << 28, Runtime.getRuntime().maxMemory() / 8 / Long.BYTES / 4);
    }

    synchronized void add(long hash) {
        if (!complete) {
            return;
        }
        if (hash == 0) {
            zero = true;
            return;
        }
        if (size >= maxEntries) {
            complete = false;
            table = new long[0];
            return;
        }
        if (2 * (size + 1) > table.length) {
            grow();
        }
        if (put(table, hash)) {
            size++;
        }
    }

    private void grow() {
        long[] larger = new long[2 * table.length];
        for (long hash : table) {
            if (hash != 0) {
                put(larger, hash);
            }
        }
        table = larger;
    }

    private static boolean put(long[] into, long hash) {
        int mask = into.length - 1;
        int at = (int) hash & mask;
        while (into[at] != 0) {
            if (into[at] == hash) {
                return false;
            }
            at = at + 1 & mask;
        }
        into[at] = hash;
        return true;
    }

    /** Whether every key that was added is known. */
    synchronized boolean complete() {
        return complete;
    }

    synchronized boolean has(long hash) {
        if (hash == 0) {
            return zero;
        }
        if (!complete) {
            return false;
        }
        int mask = table.length - 1;
        for (int at = (int) hash & mask; table[at] != 0; at = at + 1 & mask) {
            if (table[at] == hash) {
                return true;
            }
        }
        return false;
    }
}
