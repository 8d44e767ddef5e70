package io.kvops.server.http;

import java.util.List;

/**
 * What became of a change of the configuration.
 *
 * @param outcome in one word
 * @param version the version in force now
 * @param changes what became another, each as {@code path: old → new}, without secrets
 * @param problems why it was refused, one line each: path, value, what is expected
 * @param needsRestart keys that were changed and take effect at the next start only
 */
public record Applied(
        Outcome outcome, long version, List<String> changes, List<String> problems, List<String> needsRestart) {
    /** What became of it. */
    public enum Outcome {
        /** It is in force. */
        APPLIED,
        /** It says what is in force already. */
        UNCHANGED,
        /** It is wrong, and nothing changed. */
        REFUSED,
        /** Another version is in force than the one it is based on; nothing changed. */
        CONFLICT
    }

    public Applied {
        changes = List.copyOf(changes);
        problems = List.copyOf(problems);
        needsRestart = List.copyOf(needsRestart);
    }

    public static Applied applied(long version, List<String> needsRestart) {
        return new Applied(Outcome.APPLIED, version, List.of(), List.of(), needsRestart);
    }

    public static Applied changed(long version, List<String> changes) {
        return new Applied(Outcome.APPLIED, version, changes, List.of(), List.of());
    }

    public static Applied unchanged(long version) {
        return new Applied(Outcome.UNCHANGED, version, List.of(), List.of(), List.of());
    }

    public static Applied refused(long version, List<String> problems) {
        return new Applied(Outcome.REFUSED, version, List.of(), problems, List.of());
    }

    public static Applied conflict(long version) {
        return new Applied(Outcome.CONFLICT, version, List.of(), List.of(), List.of());
    }
}
