package io.kvops.migration;

import io.kvops.migration.MigrationException.Kind;
import io.kvops.stores.data.Slice;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * The report of a comparison: a line of JSON for each key, as {@code {"difference":"missing","key":"a"}}, with {@code key64}
 * (base64) for keys that are no UTF-8. After a crash lines since the last checkpoint come again. Any thread.
 */
final class Differences implements AutoCloseable {
    private final @Nullable OutputStream out;
    private final String name;
    private final boolean back;

    private Differences(@Nullable OutputStream out, String name, boolean back) {
        this.out = out;
        this.name = name;
        this.back = back;
    }

    /**
     * Opens one.
     *
     * @param file empty for none; begun anew unless it goes on
     * @param back whether the comparison is the other way round: what it misses is extra, and what is extra to it is missing
     */
    static Differences open(String file, boolean goesOn, boolean back) throws MigrationException {
        if (file.isEmpty()) {
            return new Differences(null, "", back);
        }
        try {
            OutputStream out = goesOn
                    ? Files.newOutputStream(Path.of(file), StandardOpenOption.CREATE, StandardOpenOption.APPEND)
                    : Files.newOutputStream(Path.of(file));
            return new Differences(out, file, back);
        } catch (IOException | IllegalArgumentException e) {
            throw new MigrationException(
                    Kind.JOB,
                    "the report " + file + " can't be written (" + e + "); name a file in a folder that is there",
                    e);
        }
    }

    synchronized void add(String difference, Slice key) throws MigrationException {
        if (out == null) {
            return;
        }
        try {
            String said = back ? turned(difference) : difference;
            String line = "{\"difference\":\"" + said + "\"," + json(key) + "}\n";
            out.write(line.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new MigrationException(
                    Kind.STORE, "the report " + name + " can't be written (" + e.getMessage() + "); make room", e);
        }
    }

    private static String turned(String difference) {
        return switch (difference) {
            case "missing" -> "extra";
            case "extra" -> "missing";
            default -> difference;
        };
    }

    private static String json(Slice key) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(key.array(), key.offset(), key.length()))
                    .toString();
            StringBuilder quoted = new StringBuilder("\"key\":\"");
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                if (c == '"' || c == '\\') {
                    quoted.append('\\').append(c);
                } else if (c < ' ') {
                    quoted.append(String.format("\\u%04x", (int) c));
                } else {
                    quoted.append(c);
                }
            }
            return quoted.append('"').toString();
        } catch (CharacterCodingException e) {
            return "\"key64\":\"" + Base64.getEncoder().encodeToString(key.toBytes()) + "\"";
        }
    }

    @Override
    public void close() throws MigrationException {
        if (out != null) {
            try {
                out.close();
            } catch (IOException e) {
                throw new MigrationException(
                        Kind.STORE, "the report " + name + " can't be written: " + e.getMessage(), e);
            }
        }
    }
}
