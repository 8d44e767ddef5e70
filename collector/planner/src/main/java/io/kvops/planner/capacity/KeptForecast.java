package io.kvops.planner.capacity;

import java.time.Duration;
import java.time.Instant;

/**
 * A forecast as it was made, to be scored when the future has come.
 *
 * @param resource of what
 * @param last the last value that was known
 * @param lastAt when that was
 * @param step between two values
 * @param values the middle; the first is one step after the last known
 * @param lower lower ends of the intervals
 * @param upper upper ends
 * @param level of the intervals
 */
@SuppressWarnings("ArrayRecordComponent") // numbers by the thousand
public record KeptForecast(
        Resource resource,
        double last,
        Instant lastAt,
        Duration step,
        double[] values,
        double[] lower,
        double[] upper,
        double level) {}
