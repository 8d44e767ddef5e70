package io.kvops.history;

import java.time.Duration;
import java.util.Objects;

/**
 * What a query of a user may take.
 *
 * @param timeout 1 ms to 1 h
 * @param maxRows most rows of the answer, 1 to 10 000 000
 */
public record QueryLimits(Duration timeout, int maxRows) {
    public QueryLimits {
        Objects.requireNonNull(timeout, "timeout");
        if (timeout.toMillis() < 1 || timeout.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException("timeout: " + timeout + " (expected 1 ms to 1 h)");
        }
        if (maxRows < 1 || maxRows > 10_000_000) {
            throw new IllegalArgumentException("maxRows: " + maxRows + " (expected 1 to 10000000)");
        }
    }

    /** 30 s and 10 000 rows. */
    public static QueryLimits defaults() {
        return new QueryLimits(Duration.ofSeconds(30), 10_000);
    }
}
