package io.kvops.agent.core;

/**
 * A stripe's memory of the keys it met lately: each key's pattern, so that it need not be found again, and its counts that
 * the heavy-hitter sketch does not have yet, so that a hot key costs the sketch one update a frame. Sets of four entries; a
 * new key takes the place of the least used of its set, whose counts go to the sketch. One thread at a time.
 */
final class KeyCache {
    /** Keys up to so many bytes are kept whole. */
    static final int KEY_BYTES = 64;

    /** What is kept of longer keys, before a ~ and their hash in 16 digits. */
    private static final int LONG_KEY_BYTES = KEY_BYTES - 17;

    private static final int WAYS = 4;
    private static final int WORDS = 8;
    /** Endpoint, pattern and length. */
    private static final int META = 0;

    static final int COUNT = 2;
    static final int READS = 3;
    static final int WRITES = 4;
    static final int BYTES = 5;
    /** The series that this key's last op belonged to, and its row. */
    static final int SERIES = 6;

    static final int ROW = 7;

    private static final int BYTES_EACH = (1 + WORDS) * 8 + KEY_BYTES;

    private final int sets;
    /** Of all keys, so that a set's are in one cache line; 0 is a free entry. */
    private final long[] hashes;

    private final long[] entries;
    private final byte[] arena;
    private final HotKeys hotKeys;
    private final Patterns patterns;

    /** @param capacity a power of two, at least 4 */
    KeyCache(int capacity, HotKeys hotKeys, Patterns patterns) {
        sets = capacity / WAYS;
        hashes = new long[capacity];
        entries = new long[capacity * WORDS];
        arena = new byte[capacity * KEY_BYTES];
        this.hotKeys = hotKeys;
        this.patterns = patterns;
    }

    static long bytesOf(int capacity) {
        return (long) capacity * BYTES_EACH;
    }

    /** The entry of the key that was read, made if need be: an index for {@link #get} and {@link #add}. */
    int entry(KeyReader key, int endpoint) {
        long hash = key.hash + endpoint * 0x9E3779B97F4A7C15L;
        int first = ((int) (hash >>> 17) & (sets - 1)) * WAYS;
        for (int at = first; at < first + WAYS; at++) {
            if (hashes[at] == hash && same(at * WORDS, key, endpoint)) {
                return at * WORDS;
            }
        }
        return insert(first, hash, key, endpoint);
    }

    /** The bytes are not compared, which would touch memory that nothing else here needs: 64 bits of hash, and the length. */
    private boolean same(int entry, KeyReader key, int endpoint) {
        long meta = entries[entry + META];
        return (int) meta == key.length && (int) (meta >>> 48) == endpoint;
    }

    private int insert(int first, long hash, KeyReader key, int endpoint) {
        int at = first;
        for (int way = first; way < first + WAYS; way++) {
            if (hashes[way] == 0) {
                at = way;
                break;
            }
            if (entries[way * WORDS + COUNT] < entries[at * WORDS + COUNT]) {
                at = way;
            }
        }
        int victim = at * WORDS;
        if (entries[victim + COUNT] > 0) {
            flush(victim);
        }
        int pattern = patterns.of(key.bytes, key.offset, key.length);
        patterns.met(pattern, key.hash);
        hashes[at] = hash;
        entries[victim + META] = (long) endpoint << 48 | (long) pattern << 32 | key.length;
        entries[victim + SERIES] = 0;
        int arenaAt = victim / WORDS * KEY_BYTES;
        if (key.length > KEY_BYTES) {
            System.arraycopy(key.bytes, key.offset, arena, arenaAt, LONG_KEY_BYTES);
            writeHash(key.hash, arenaAt + LONG_KEY_BYTES);
        } else {
            System.arraycopy(key.bytes, key.offset, arena, arenaAt, key.length);
        }
        return victim;
    }

    /** Ends a long key's start, so that keys with the same start stay apart. */
    private void writeHash(long hash, int at) {
        arena[at] = '~';
        for (int i = 0; i < 16; i++) {
            arena[at + 1 + i] = (byte) Character.forDigit((int) (hash >>> (60 - 4 * i)) & 15, 16);
        }
    }

    int pattern(int entry) {
        return (int) (entries[entry + META] >>> 32) & Patterns.MAX - 1;
    }

    long get(int entry, int field) {
        return entries[entry + field];
    }

    void set(int entry, int field, long value) {
        entries[entry + field] = value;
    }

    void add(int entry, int field, long amount) {
        entries[entry + field] += amount;
    }

    /** Hands all counts to the sketch. */
    void flush() {
        for (int entry = 0; entry < entries.length; entry += WORDS) {
            if (entries[entry + COUNT] > 0) {
                flush(entry);
            }
        }
    }

    private void flush(int entry) {
        long meta = entries[entry + META];
        int length = (int) meta;
        hotKeys.add(
                hashes[entry / WORDS],
                (int) (meta >>> 48),
                arena,
                entry / WORDS * KEY_BYTES,
                Math.min(length, KEY_BYTES),
                entries[entry + COUNT],
                entries[entry + READS],
                entries[entry + WRITES],
                entries[entry + BYTES]);
        for (int field = COUNT; field <= BYTES; field++) {
            entries[entry + field] = 0;
        }
    }

    /** Forgets rows: the table of series was cleared. */
    void forgetRows() {
        for (int entry = 0; entry < entries.length; entry += WORDS) {
            entries[entry + SERIES] = 0;
        }
    }
}
