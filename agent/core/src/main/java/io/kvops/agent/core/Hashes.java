package io.kvops.agent.core;

/** Mixing of bits. */
final class Hashes {
    /** 2^64 divided by the golden ratio, odd. */
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private static final long OTHER_ODD = 0xC2B2AE3D27D4EB4FL;

    private Hashes() {}

    /** Where a key belongs in a table whose length is a power of two. */
    static int slot(long key, int length) {
        long h = key * GOLDEN;
        return (int) (h ^ (h >>> 32)) & length - 1;
    }

    /** Adds 8 bytes to a hash. */
    static long add(long hash, long word) {
        long h = (hash ^ word) * GOLDEN;
        return h ^ (h >>> 32);
    }

    /** Ends a hash; never 0. */
    static long end(long hash) {
        long h = hash * OTHER_ODD;
        h ^= h >>> 29;
        return h == 0 ? 1 : h;
    }
}
