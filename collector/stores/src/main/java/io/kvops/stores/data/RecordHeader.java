package io.kvops.stores.data;

import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * How a record begins.
 *
 * @param key of any bytes, maybe empty; lent until the record's {@link RecordSink#end} (or {@code abort}) returns
 * @param type of the value
 * @param expiresAtMillis when the record expires, in milliseconds since 1970, maybe past; {@link #NO_EXPIRY} for never
 * @param metadata what else a store keeps with a record, as {@code flags}; at most {@link #MAX_METADATA} names, none longer
 *     than {@link #MAX_METADATA_CHARS}, nor any value; sorted by name
 */
public record RecordHeader(Slice key, RecordType type, long expiresAtMillis, Map<String, String> metadata) {
    /** Instead of an instant: never. */
    public static final long NO_EXPIRY = -1;

    public static final int MAX_METADATA = 16;
    public static final int MAX_METADATA_CHARS = 1_024;

    /** Name of the metadata that says how an opaque value is serialised, as {@code redis.dump}. */
    public static final String ENCODING = "encoding";

    public RecordHeader {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(type, "type");
        if (expiresAtMillis < NO_EXPIRY) {
            throw new IllegalArgumentException(
                    "expiresAtMillis: " + expiresAtMillis + " (expected >= 0, or -1 for never)");
        }
        if (metadata.size() > 1) {
            metadata = Collections.unmodifiableMap(new TreeMap<>(metadata));
        } else {
            metadata = Map.copyOf(metadata);
        }
        if (!metadata.isEmpty()) {
            checkBounds(metadata);
        }
    }

    /** One without metadata. */
    public static RecordHeader of(Slice key, RecordType type, long expiresAtMillis) {
        return new RecordHeader(key, type, expiresAtMillis, Map.of());
    }

    /** Whether it has an expiry. */
    public boolean expires() {
        return expiresAtMillis != NO_EXPIRY;
    }

    private static void checkBounds(Map<String, String> metadata) {
        if (metadata.size() > MAX_METADATA) {
            throw new IllegalArgumentException(
                    "metadata: " + metadata.size() + " names (expected <= " + MAX_METADATA + ")");
        }
        metadata.forEach((name, value) -> {
            if (name.isEmpty() || name.length() > MAX_METADATA_CHARS || value.length() > MAX_METADATA_CHARS) {
                throw new IllegalArgumentException(
                        "metadata: a name of " + name.length() + " characters with a value of " + value.length()
                                + " (expected 1 and 0 to " + MAX_METADATA_CHARS + ")");
            }
        });
    }
}
