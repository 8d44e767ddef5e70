package io.kvops.server.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Finds what {@code file:PATH} and {@code env:NAME} stand for. */
public final class Secrets {
    static final String EXPECTED = "a text, file:PATH or env:NAME";

    private static final String FILE = "file:";
    private static final String ENV = "env:";
    private static final int MAX_BYTES = 4_096;

    private Secrets() {}

    /**
     * The secret that a text stands for: itself, or what its file or variable holds.
     *
     * @throws IllegalArgumentException if it stands for nothing; the message says why, and no secret
     */
    public static String resolve(String written) {
        return resolve(written, System::getenv, new java.util.HashSet<>());
    }

    static String resolve(String written, UnaryOperator<@Nullable String> environment, Set<Path> files) {
        if (written.startsWith(ENV)) {
            String name = written.substring(ENV.length());
            String value = environment.apply(name);
            if (value == null || value.isEmpty()) {
                throw new IllegalArgumentException(
                        written + " (expected the environment variable " + name + ", and it is not set)");
            }
            return value;
        }
        if (!written.startsWith(FILE)) {
            return written;
        }
        try {
            Path file = Path.of(written.substring(FILE.length())).toAbsolutePath();
            files.add(file);
            if (Files.size(file) > MAX_BYTES) {
                throw new IllegalArgumentException(written + " (expected a file of at most " + MAX_BYTES + " bytes)");
            }
            String value = Files.readString(file).strip();
            if (value.isEmpty() || value.lines().count() > 1) {
                throw new IllegalArgumentException(written + " (expected a file with the secret in one line)");
            }
            return value;
        } catch (IOException | InvalidPathException e) {
            throw new IllegalArgumentException(
                    written + " (expected a file that can be read: " + Reason.of(e) + ")", e);
        }
    }

    static boolean isReference(String written) {
        return written.startsWith(FILE) || written.startsWith(ENV);
    }
}
