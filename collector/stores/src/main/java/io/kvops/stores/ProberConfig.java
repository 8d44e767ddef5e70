package io.kvops.stores;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which stores are measured, and how.
 *
 * @param targets each address once, at most 1 000
 * @param maxThreads measurements at a time, 1 to 256: so many of stores that answer, and as many of others. Default 16
 * @param maxBackOff longest time between two tries of a store that is down, 100 ms to 1 h; a longer interval of its own
 *     wins. Default 1 min
 * @param keys whether events show keys of the stores (slow operations, hot keys); values are never shown. Default true
 */
public record ProberConfig(List<ProbeTarget> targets, int maxThreads, Duration maxBackOff, boolean keys) {
    public static final int MAX_TARGETS = 1_000;
    public static final int MAX_THREADS = 16;
    public static final Duration MAX_BACK_OFF = Duration.ofMinutes(1);

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if a value is out of its range; says the value and what is expected
     */
    public ProberConfig {
        targets = List.copyOf(targets);
        if (targets.size() > MAX_TARGETS) {
            throw new IllegalArgumentException(
                    "targets: " + targets.size() + " (expected at most " + MAX_TARGETS + ")");
        }
        Set<String> subjects = new HashSet<>();
        for (ProbeTarget target : targets) {
            if (!subjects.add(target.address().subject())) {
                throw new IllegalArgumentException(
                        "targets: " + target.address().subject() + " twice (expected each address once)");
            }
        }
        if (maxThreads < 1 || maxThreads > 256) {
            throw new IllegalArgumentException("maxThreads: " + maxThreads + " (expected 1 to 256)");
        }
        if (maxBackOff.compareTo(Duration.ofMillis(100)) < 0 || maxBackOff.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException("maxBackOff: " + maxBackOff + " (expected PT0.1S to PT1H)");
        }
    }

    /** With the defaults. */
    public static ProberConfig of(List<ProbeTarget> targets) {
        return new ProberConfig(targets, MAX_THREADS, MAX_BACK_OFF, true);
    }
}
