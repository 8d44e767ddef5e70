package io.kvops.stores.format;

import java.util.Objects;

/**
 * How to pack.
 *
 * @param level of the compression, 1 to 22 where it has levels, higher is smaller and slower; 0 for its default
 */
public record PackOptions(Compression compression, int level) {
    private static final int MAX_LEVEL = 22;

    /** Not at all. */
    public static final PackOptions NONE = new PackOptions(Compression.NONE, 0);

    public PackOptions {
        Objects.requireNonNull(compression, "compression");
        int most = compression == Compression.ZSTD ? MAX_LEVEL : 9;
        if (level < 0 || level > most) {
            throw new IllegalArgumentException(
                    "level: " + level + " (expected 0 to " + most + " for " + compression.label() + ")");
        }
    }
}
