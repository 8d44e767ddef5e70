package io.kvops.tasks;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * How far a task is. Immutable.
 *
 * @param done in units, at least 0
 * @param total in units; -1 if not known
 * @param unit of {@code done} and {@code total}, as {@code keys}; empty for none
 * @param perSecond units a second over the last 10 s or so; 0 if nothing was done, or nothing is known yet
 */
public record TaskProgress(long done, long total, String unit, double perSecond) {
    /** Nothing done, nothing known. */
    public static final TaskProgress NONE = new TaskProgress(0, -1, "", 0);

    public TaskProgress {
        Objects.requireNonNull(unit, "unit");
        if (done < 0 || total < -1 || !(perSecond >= 0)) {
            throw new IllegalArgumentException("progress: " + done + " of " + total + " at " + perSecond
                    + "/s (expected no negative numbers, -1 for an unknown total)");
        }
    }

    /** How long it may still take at this rate; empty if the total is unknown or nothing moves. */
    public Optional<Duration> remaining() {
        if (total < 0 || perSecond <= 0) {
            return Optional.empty();
        }
        double seconds = Math.max(0, total - done) / perSecond;
        return seconds > 1e9 ? Optional.empty() : Optional.of(Duration.ofMillis(Math.round(seconds * 1000)));
    }

    /** 0 to 1; empty if the total is unknown. */
    public Optional<Double> fraction() {
        if (total < 0) {
            return Optional.empty();
        }
        return Optional.of(total == 0 ? 1.0 : Math.min(1.0, (double) done / total));
    }
}
