package io.kvops.stores.data;

import java.util.Objects;
import java.util.function.Predicate;

/**
 * How to read.
 *
 * @param opaque whether values may come in the store's own serialised form, which is faster; only for a target that
 *     {@link Capabilities#takesOpaqueOf} this store
 * @param chunkBytes how large chunks of strings are at most, and about how much is asked for at a time; 1 KiB to 64 MiB
 * @param keys which keys are wanted; asked before their values are read, so that others cost little
 */
public record ReadOptions(boolean opaque, int chunkBytes, Predicate<Slice> keys) {
    private static final int DEFAULT_CHUNK_BYTES = 1 << 20;

    /** All records, with their elements, in chunks of 1 MiB. */
    public static final ReadOptions ALL = new ReadOptions(false, DEFAULT_CHUNK_BYTES, key -> true);

    public ReadOptions {
        Objects.requireNonNull(keys, "keys");
        if (chunkBytes < 1 << 10 || chunkBytes > 64 << 20) {
            throw new IllegalArgumentException("chunkBytes: " + chunkBytes + " (expected 1 KiB to 64 MiB)");
        }
    }

    /** The same with or without opaque values. */
    public ReadOptions withOpaque(boolean wanted) {
        return new ReadOptions(wanted, chunkBytes, keys);
    }

    /** The same for other keys. */
    public ReadOptions withKeys(Predicate<Slice> wanted) {
        return new ReadOptions(opaque, chunkBytes, wanted);
    }
}
