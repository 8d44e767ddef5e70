package io.kvops.stores.data;

import java.util.Objects;

/**
 * A part of a store's records that is not read yet, as text for a checkpoint.
 *
 * @param text one line, of a form that only the store's connector knows, at most {@link #MAX_CHARS}
 */
public record ScanPart(String text) {
    /** Enough for a key of 64 KiB in hexadecimal digits. */
    public static final int MAX_CHARS = 1 << 18;

    public ScanPart {
        Objects.requireNonNull(text, "text");
        if (text.length() > MAX_CHARS) {
            throw new IllegalArgumentException(
                    "part: " + text.length() + " characters (expected <= " + MAX_CHARS + ")");
        }
    }
}
