package io.kvops.rules;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Alerts that one receiver is told of together, and what it was told. On one thread at a time. */
final class Group {
    final String key;
    final String receiver;
    final Labels labels;
    final Map<Labels, Alert> alerts = new LinkedHashMap<>();
    /** What the receiver knows to be firing. */
    final Map<Labels, Alert> told = new LinkedHashMap<>();

    Route route;

    @Nullable
    Instant toldAt;

    Instant next;
    boolean inFlight;

    Group(String key, String receiver, Labels labels, Route route, Instant next) {
        this.key = key;
        this.receiver = receiver;
        this.labels = labels;
        this.route = route;
        this.next = next;
    }
}
