package io.kvops.history;

import java.time.Duration;
import java.util.Objects;
import java.util.Set;

/**
 * What a query of a user may take, and what it does not see.
 *
 * @param timeout 1 ms to 1 h
 * @param maxRows most rows of the answer, 1 to 10 000 000
 * @param hiddenKinds kinds of events that are not there for it
 */
public record QueryLimits(Duration timeout, int maxRows, Set<String> hiddenKinds) {
    public QueryLimits {
        Objects.requireNonNull(timeout, "timeout");
        hiddenKinds = Set.copyOf(hiddenKinds);
        if (timeout.compareTo(Duration.ofMillis(1)) < 0 || timeout.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException("timeout: " + timeout + " (expected 1 ms to 1 h)");
        }
        if (maxRows < 1 || maxRows > 10_000_000) {
            throw new IllegalArgumentException("maxRows: " + maxRows + " (expected 1 to 10000000)");
        }
    }

    /** With nothing hidden. */
    public QueryLimits(Duration timeout, int maxRows) {
        this(timeout, maxRows, Set.of());
    }

    /** The same, without events of this kind only. */
    public QueryLimits hiding(String kind) {
        return new QueryLimits(timeout, maxRows, Set.of(kind));
    }

    /** 30 s and 10 000 rows. */
    public static QueryLimits defaults() {
        return new QueryLimits(Duration.ofSeconds(30), 10_000);
    }
}
