package io.kvops.stores;

import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * A store that is measured.
 *
 * @param address where it is
 * @param name what people call it; empty: its subject
 * @param interval from one measurement to the next, 100 ms to 1 day. Default 10 s
 * @param timeout for one measurement, 10 ms to 1 min, at most the interval. Default 2 s
 * @param labels handed on with each measurement, at most 16
 */
public record ProbeTarget(
        StoreAddress address, String name, Duration interval, Duration timeout, Map<String, String> labels) {
    public static final Duration INTERVAL = Duration.ofSeconds(10);
    public static final Duration TIMEOUT = Duration.ofSeconds(2);

    private static final int MAX_LABELS = 16;

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if a value is out of its range; says the value and what is expected
     */
    public ProbeTarget {
        Objects.requireNonNull(address, "address");
        Objects.requireNonNull(name, "name");
        range("interval", interval, Duration.ofMillis(100), Duration.ofDays(1));
        range("timeout", timeout, Duration.ofMillis(10), Duration.ofMinutes(1));
        if (timeout.compareTo(interval) > 0) {
            throw new IllegalArgumentException(
                    "timeout: " + timeout + " (expected at most the interval " + interval + ")");
        }
        if (labels.size() > MAX_LABELS) {
            throw new IllegalArgumentException("labels: " + labels.size() + " (expected at most " + MAX_LABELS + ")");
        }
        labels = Collections.unmodifiableMap(new TreeMap<>(labels));
    }

    /** With the defaults. */
    public static ProbeTarget of(StoreAddress address) {
        return new ProbeTarget(address, "", INTERVAL, TIMEOUT, Map.of());
    }

    private static void range(String name, Duration value, Duration least, Duration most) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new IllegalArgumentException(name + ": " + value + " (expected " + least + " to " + most + ")");
        }
    }
}
