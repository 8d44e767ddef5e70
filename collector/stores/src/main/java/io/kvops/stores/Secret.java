package io.kvops.stores;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A password, or where it is: {@code file:PATH} (its first line) or {@code env:NAME}. It is looked up at each use, so a
 * secret that is replaced in its file is found at the next connection. Never in {@link #toString}. Immutable.
 */
public final class Secret {
    private static final long MAX_FILE_BYTES = 64 * 1024;

    private final String text;

    private Secret(String text) {
        this.text = text;
    }

    /** From the secret itself, {@code file:PATH} or {@code env:NAME}. */
    public static Secret of(String text) {
        return new Secret(text);
    }

    /**
     * The secret itself.
     *
     * @throws StoreException of kind CONFIGURATION if the file or variable is not there; names it
     */
    public String resolve() throws StoreException {
        if (text.startsWith("env:")) {
            String value = System.getenv(text.substring(4));
            if (value == null) {
                throw unusable("the environment has no variable " + text.substring(4) + "; set it", null);
            }
            return value;
        }
        return text.startsWith("file:") ? read(text.substring(5)) : text;
    }

    private static String read(String name) throws StoreException {
        Path file = Path.of(name);
        try {
            if (Files.size(file) > MAX_FILE_BYTES) {
                throw unusable(file + " is larger than " + MAX_FILE_BYTES + " bytes; expected one line", null);
            }
            return Files.readString(file).lines().findFirst().orElse("");
        } catch (IOException e) {
            throw unusable(
                    "the secret's file " + file + " can't be read ("
                            + e.getClass().getSimpleName() + ")",
                    e);
        }
    }

    private static StoreException unusable(String message, @Nullable Throwable cause) {
        return new StoreException(StoreException.Kind.CONFIGURATION, message, cause);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Secret secret && secret.text.equals(text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return "***";
    }
}
