package io.kvops.server.config;

import java.util.List;

/**
 * What became of a change.
 *
 * @param kind in one word
 * @param version in force now
 * @param changes what became another
 * @param problems why it was refused, one line each: path, value, what is expected
 */
public record Outcome(Kind kind, long version, List<Version.Change> changes, List<String> problems) {
    /** What became of it. */
    public enum Kind {
        /** It is in force. */
        APPLIED,
        /** It says what is in force already. */
        UNCHANGED,
        /** It is wrong, and nothing changed. */
        REFUSED,
        /** Another version is in force than the one that it is based on; nothing changed. */
        CONFLICT
    }

    public Outcome {
        changes = List.copyOf(changes);
        problems = List.copyOf(problems);
    }
}
