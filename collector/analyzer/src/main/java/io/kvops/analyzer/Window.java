package io.kvops.analyzer;

import java.time.Instant;

/**
 * A window of time.
 *
 * @param from inclusive
 * @param to exclusive; not before from
 */
public record Window(Instant from, Instant to) {
    public Window {
        if (to.isBefore(from)) {
            throw new IllegalArgumentException("to: " + to + " (expected not before from: " + from + ")");
        }
    }
}
