package io.kvops.stores.data;

import java.util.Objects;

/**
 * How to write.
 *
 * @param conflict what becomes of a key that is there already
 * @param loss what becomes of what the store cannot hold
 * @param batchBytes about how much is sent before an answer is waited for; 1 KiB to 64 MiB
 */
public record WriteOptions(Conflict conflict, Loss loss, int batchBytes) {
    private static final int DEFAULT_BATCH_BYTES = 1 << 20;

    /** Replaces what is there, and fails at the first record that cannot be held as it is. */
    public static final WriteOptions REPLACE = new WriteOptions(Conflict.REPLACE, Loss.FAIL, DEFAULT_BATCH_BYTES);

    public WriteOptions {
        Objects.requireNonNull(conflict, "conflict");
        Objects.requireNonNull(loss, "loss");
        if (batchBytes < 1 << 10 || batchBytes > 64 << 20) {
            throw new IllegalArgumentException("batchBytes: " + batchBytes + " (expected 1 KiB to 64 MiB)");
        }
    }

    /** The same with another policy for conflicts. */
    public WriteOptions with(Conflict other) {
        return new WriteOptions(other, loss, batchBytes);
    }

    /** The same with another policy for losses. */
    public WriteOptions with(Loss other) {
        return new WriteOptions(conflict, other, batchBytes);
    }

    /** A key is there already. */
    public enum Conflict {
        /** The new record takes its place, whatever type it had. */
        REPLACE,
        /** It stays as it is; the record is counted as skipped. */
        SKIP,
        /** Writing ends with an error of kind CONFLICT. */
        FAIL
    }

    /** The store cannot hold something of a record. */
    public enum Loss {
        /** Writing ends with an error of kind UNSUPPORTED. */
        FAIL,
        /** It is held in the encoding of {@link Envelope}, where {@link Capabilities#encodes}; else as SKIP. */
        ENCODE,
        /** A record whose type or size can't be held is left out; an expiry or metadata is dropped. Both are counted. */
        SKIP
    }
}
