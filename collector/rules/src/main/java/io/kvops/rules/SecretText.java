package io.kvops.rules;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where a secret is, {@code file:PATH} (its first line) or {@code env:NAME}; looked up at each use. Immutable. */
public final class SecretText {
    private static final int MAX_BYTES = 64 * 1024;

    private final String place;

    private SecretText(String place) {
        this.place = place;
    }

    /** Any other text is refused, without being repeated: it may be the secret itself. */
    static SecretText of(String key, String place) {
        if (!place.startsWith("file:") && !place.startsWith("env:")) {
            throw new IllegalArgumentException(key + ": a secret in plain text (expected file:PATH or env:NAME)");
        }
        return new SecretText(place);
    }

    static boolean isPlace(String text) {
        return text.startsWith("file:") || text.startsWith("env:");
    }

    /**
     * The secret.
     *
     * @throws IOException that says which place holds none
     */
    public String resolve() throws IOException {
        if (place.startsWith("env:")) {
            String value = System.getenv(place.substring(4));
            if (value == null || value.isEmpty()) {
                throw new IOException("the environment has no variable " + place.substring(4) + "; set it");
            }
            return value;
        }
        Path file = Path.of(place.substring(5));
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new IOException("too large");
            }
            String line = Files.readString(file).lines().findFirst().orElse("").strip();
            if (line.isEmpty()) {
                throw new IOException("empty");
            }
            return line;
        } catch (IOException e) {
            throw new IOException(
                    "the secret's file " + file + " can't be used ("
                            + e.getClass().getSimpleName() + "); it has to hold the secret in its first line",
                    e);
        }
    }

    /** The place, never the secret. */
    @Override
    public String toString() {
        return place;
    }
}
