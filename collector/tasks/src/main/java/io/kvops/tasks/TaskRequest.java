package io.kvops.tasks;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * What a task is to do. Immutable.
 *
 * @param kind the name of its {@link Work}
 * @param title one line for people; no secrets
 * @param asker who asked: a person, a schedule, a rule
 * @param key tasks with the same key are subject to {@code overlap}; empty: this one overlaps with none
 * @param overlap see there
 * @param arguments what the work reads; kept in a file that only its owner can read, and never shown. At most 64 KiB in all
 */
public record TaskRequest(
        String kind, String title, String asker, String key, Overlap overlap, Map<String, String> arguments) {
    static final int MAX_ARGUMENT_BYTES = 64 * 1024;
    private static final int MAX_CHARS = 500;

    public TaskRequest {
        if (kind.isEmpty() || kind.length() > 64) {
            throw new IllegalArgumentException("kind: '" + kind + "' (expected 1 to 64 characters)");
        }
        title = Text.oneLine(title);
        asker = Text.oneLine(asker);
        if (key.length() > MAX_CHARS) {
            throw new IllegalArgumentException(
                    "key: " + key.length() + " characters (expected at most " + MAX_CHARS + ")");
        }
        Objects.requireNonNull(overlap, "overlap");
        arguments = java.util.Collections.unmodifiableMap(new TreeMap<>(arguments));
        long bytes = 0;
        for (Map.Entry<String, String> argument : arguments.entrySet()) {
            bytes += argument.getKey().getBytes(StandardCharsets.UTF_8).length;
            bytes += argument.getValue().getBytes(StandardCharsets.UTF_8).length;
        }
        if (bytes > MAX_ARGUMENT_BYTES) {
            throw new IllegalArgumentException(
                    "arguments: " + bytes + " bytes (expected at most " + MAX_ARGUMENT_BYTES + ")");
        }
    }

    /** A task that overlaps with no other. */
    public static TaskRequest of(String kind, String title, String asker, Map<String, String> arguments) {
        return new TaskRequest(kind, title, asker, "", Overlap.FORBID, arguments);
    }

    /** The same with a key and what to do about others that have it. */
    public TaskRequest withKey(String newKey, Overlap newOverlap) {
        return new TaskRequest(kind, title, asker, newKey, newOverlap, arguments);
    }
}
