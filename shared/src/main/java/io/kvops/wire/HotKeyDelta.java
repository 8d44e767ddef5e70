package io.kvops.wire;

import java.util.Objects;

/** Increments of one key in the agent's heavy-hitter sketch (Space-Saving: Metwally, Agrawal, El Abbadi,
 * "Efficient computation of frequent and top-k elements in data streams", ICDT 2005). The true count of a key lies in
 * {@code [sum of count, sum of count + sum of error]} over its frames. */
public final class HotKeyDelta {
    private final String store;
    private final String endpoint;
    private final byte[] key;
    private final boolean hashed;
    private final long count;
    private final long error;
    private final long reads;
    private final long writes;
    private final long bytes;

    /**
     * @param store kind of store
     * @param endpoint host:port/db, or a path
     * @param key the key, or its keyed hash; not to be modified
     * @param hashed true if key is a keyed hash
     * @param count occurrences seen since the last frame
     * @param error occurrences that may have been missed before the sketch (re)admitted the key; 0 in every other frame
     * @param reads of count: reads
     * @param writes of count: writes and deletes
     * @param bytes bytes of the values, both ways
     */
    public HotKeyDelta(
            String store,
            String endpoint,
            byte[] key,
            boolean hashed,
            long count,
            long error,
            long reads,
            long writes,
            long bytes) {
        this.store = Objects.requireNonNull(store, "store");
        this.endpoint = Objects.requireNonNull(endpoint, "endpoint");
        this.key = Objects.requireNonNull(key, "key");
        this.hashed = hashed;
        this.count = count;
        this.error = error;
        this.reads = reads;
        this.writes = writes;
        this.bytes = bytes;
    }

    public String store() {
        return store;
    }

    public String endpoint() {
        return endpoint;
    }

    public byte[] key() {
        return key;
    }

    public boolean hashed() {
        return hashed;
    }

    public long count() {
        return count;
    }

    public long error() {
        return error;
    }

    public long reads() {
        return reads;
    }

    public long writes() {
        return writes;
    }

    public long bytes() {
        return bytes;
    }
}
