package io.kvops.stores.data;

import java.util.Objects;
import java.util.Set;

/**
 * What a store can hold, and how it can be read.
 *
 * @param types that it holds as such; not OPAQUE
 * @param expiry whether records expire, to {@code expiryMillis}
 * @param expiryMillis to how many milliseconds an expiry is kept, at least 1
 * @param fieldExpiry whether fields of hashes expire
 * @param metadata names of metadata that it keeps when they are written
 * @param encodes whether it takes the encoding of {@link Envelope} for what it cannot hold as such
 * @param maxKeyBytes longest key
 * @param maxValueBytes largest string, or other value in its encoding
 * @param opaque how it serialises values, as {@code redis.dump}; empty if it does not
 * @param opaqueVersion of that; a store takes those of its own version and before
 * @param changes how changes can be followed
 * @param snapshot whether a scan sees the records of one instant, not those of its duration
 * @param complete whether a scan sees every record that was there all the time; memcached can't say so
 * @param writable whether it can be written here
 */
public record Capabilities(
        Set<RecordType> types,
        boolean expiry,
        long expiryMillis,
        boolean fieldExpiry,
        Set<String> metadata,
        boolean encodes,
        long maxKeyBytes,
        long maxValueBytes,
        String opaque,
        int opaqueVersion,
        Changes changes,
        boolean snapshot,
        boolean complete,
        boolean writable) {
    public Capabilities {
        types = Set.copyOf(types);
        metadata = Set.copyOf(metadata);
        Objects.requireNonNull(opaque, "opaque");
        Objects.requireNonNull(changes, "changes");
        if (expiryMillis < 1) {
            throw new IllegalArgumentException("expiryMillis: " + expiryMillis + " (expected >= 1)");
        }
    }

    /**
     * Of a store of bytes by bytes, without expiry or metadata.
     *
     * @param snapshot as above
     */
    public static Capabilities ofBytes(long maxKeyBytes, long maxValueBytes, boolean snapshot, boolean writable) {
        return new Capabilities(
                Set.of(RecordType.STRING),
                false,
                1,
                false,
                Set.of(),
                true,
                maxKeyBytes,
                maxValueBytes,
                "",
                0,
                Changes.COMPARE,
                snapshot,
                true,
                writable);
    }

    /** The same where changes can be followed. */
    public Capabilities withLog() {
        return new Capabilities(
                types,
                expiry,
                expiryMillis,
                fieldExpiry,
                metadata,
                encodes,
                maxKeyBytes,
                maxValueBytes,
                opaque,
                opaqueVersion,
                Changes.LOG,
                snapshot,
                complete,
                writable);
    }

    /** Whether opaque values of a source can be written here. */
    public boolean takesOpaqueOf(Capabilities source) {
        return !opaque.isEmpty() && opaque.equals(source.opaque) && source.opaqueVersion <= opaqueVersion;
    }

    /** How changes are found. */
    public enum Changes {
        /** By the store's own log, or as it tells them. */
        LOG,
        /** By comparing two scans. */
        COMPARE
    }
}
