package io.kvops.history;

import java.util.List;
import java.util.Objects;

/**
 * Uses of one key in one bucket of time, in the terms of a mergeable summary: the true count lies in {@code [count, count
 * + error + floor]}, with the floor of {@link Batch#hotKeyFloors()}; counts, errors and floors add up.
 *
 * @param startMillis begin of the bucket, epoch milliseconds
 * @param store kind of store
 * @param endpoint host:port/db, or a path
 * @param key the key, or its keyed hash; not copied
 * @param hashed which of the two
 * @param services who used it
 */
@SuppressWarnings("ArrayRecordComponent") // not compared; a wrapper would cost an object for each key
public record HotKeyPoint(
        long startMillis,
        String store,
        String endpoint,
        byte[] key,
        boolean hashed,
        long count,
        long error,
        long reads,
        long writes,
        long bytes,
        List<String> services) {
    public HotKeyPoint {
        Objects.requireNonNull(store, "store");
        Objects.requireNonNull(endpoint, "endpoint");
        Objects.requireNonNull(key, "key");
        services = List.copyOf(services);
    }
}
