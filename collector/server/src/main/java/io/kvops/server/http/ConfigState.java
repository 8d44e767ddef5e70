package io.kvops.server.http;

import java.time.Instant;
import java.util.List;

/**
 * A configuration that is or was in force.
 *
 * @param version 1 or more
 * @param at when it was applied
 * @param who who applied it
 * @param origin where it came from, in a word or two: file, api, reload, command line, defaults
 * @param changes what became another by it, each as {@code path: old → new}, without secrets
 * @param yaml its text with {@link ConfigControl#SECRET} for each secret; empty in a list of versions
 */
public record ConfigState(long version, Instant at, String who, String origin, List<String> changes, String yaml) {
    public ConfigState {
        changes = List.copyOf(changes);
    }

    /** One that does not say what changed. */
    public ConfigState(long version, Instant at, String who, String origin, String yaml) {
        this(version, at, who, origin, List.of(), yaml);
    }
}
