package io.kvops.stores;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * What one look at one store found.
 *
 * @param at when
 * @param kind redis, etcd, memcached, lmdb, mvstore, host, prometheus, or the scheme of a probe of the user's own
 * @param subject which one: the address without credentials, or the host's name
 * @param target subject of the target that it is measured for: another than its own for a node of a cluster
 * @param state whether it answers
 * @param values gauge to value, sorted by gauge, finite; empty when it is down: never zeros. Names as README.md says
 * @param events that were not said before, the oldest first
 * @param problem one line: why it is down, or what is missing; empty if nothing is
 * @param labels as configured for the target
 */
public record Measurement(
        Instant at,
        String kind,
        String subject,
        String target,
        State state,
        Map<String, Double> values,
        List<StoreEvent> events,
        String problem,
        Map<String, String> labels) {
    public Measurement {
        Objects.requireNonNull(at, "at");
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(subject, "subject");
        Objects.requireNonNull(target, "target");
        Objects.requireNonNull(state, "state");
        values = Collections.unmodifiableMap(new TreeMap<>(values));
        events = List.copyOf(events);
        Objects.requireNonNull(problem, "problem");
        labels = Collections.unmodifiableMap(new TreeMap<>(labels));
        if (state == State.DOWN && !values.isEmpty()) {
            throw new IllegalArgumentException("values: " + values.size() + " (expected none of a store that is down)");
        }
    }

    /** Whether a store answers. */
    public enum State {
        /** All was measured. */
        UP,
        /** It answers; part or all of the measurement is missing, and {@code problem} says which. */
        DEGRADED,
        /** It does not answer, or what answers is not such a store. */
        DOWN
    }
}
