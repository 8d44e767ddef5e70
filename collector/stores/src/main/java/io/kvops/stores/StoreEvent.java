package io.kvops.stores;

import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Something that happened at a store, said once.
 *
 * @param at when it happened, by the store's own time where it says one
 * @param type what kind of thing
 * @param severity how bad
 * @param title one line
 * @param details names and values, as command, key, micros; at most some dozen
 */
public record StoreEvent(Instant at, Type type, Severity severity, String title, Map<String, String> details) {
    public StoreEvent {
        Objects.requireNonNull(at, "at");
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(severity, "severity");
        title = OneLine.of(title);
        details = java.util.Collections.unmodifiableMap(new TreeMap<>(details));
    }

    /** What happened. */
    public enum Type {
        /** It does not answer any more. */
        DOWN,
        /** It answers again; {@code gapSeconds} is how long it did not. */
        UP,
        /** It answers, and part of the measurement is missing. */
        DEGRADED,
        /** The whole measurement is there again. */
        RESTORED,
        /** It was started anew, or another server answers at the address: its counters begin again. */
        RESTARTED,
        /** Its role changed: a replica became a master, or the other way round. */
        ROLE_CHANGED,
        /** An operation that the store itself found slow. */
        SLOW_OPERATION,
        /** A pause that the store itself saw. */
        LATENCY_SPIKE,
        /** A key that takes much of the store's time or network, as the store itself says. */
        HOT_KEY,
        /** What the store advises, or an alarm that it raises. */
        ADVICE,
        /** What a probe of the user's own has to say. */
        OTHER
    }

    /** As the severities of events in the history. */
    public enum Severity {
        INFO,
        WARNING,
        CRITICAL
    }
}
