package io.kvops.migration.filter;

import io.kvops.stores.data.Slice;

/** 64 bits of a key: FNV-1a (http://www.isthe.com/chongo/tech/comp/fnv/), mixed by the last steps of MurmurHash3's 64 bits. */
public final class KeyHash {
    private KeyHash() {}

    /** The same for the same bytes, always. */
    public static long of(Slice key) {
        long hash = 0xcbf29ce484222325L;
        byte[] array = key.array();
        for (int i = key.offset(); i < key.offset() + key.length(); i++) {
            hash = (hash ^ (array[i] & 0xff)) * 0x100000001b3L;
        }
        hash = (hash ^ hash >>> 33) * 0xff51afd7ed558ccdL;
        hash = (hash ^ hash >>> 33) * 0xc4ceb9fe1a85ec53L;
        return hash ^ hash >>> 33;
    }
}
