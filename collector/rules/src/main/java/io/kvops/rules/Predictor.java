package io.kvops.rules;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What a forecast says of a series; the planner gives it. Behind the function {@code reaches(METRIC, LIMIT, '14d', 0.9)} of
 * expressions. Called on the thread of the rules, which waits: an implementation answers from what it has worked out
 * before. Must not throw; what it throws is counted as no answer.
 */
@FunctionalInterface
public interface Predictor {
    /** Knows nothing, so predictive rules have no data. */
    Predictor NONE = (metric, series, limit, within, confidence, at) -> Optional.empty();

    /**
     * Whether a series will have reached a limit.
     *
     * @param metric plain name, with underscores for dots
     * @param series labels of the series
     * @param limit in the metric's own unit, finite
     * @param within how far ahead, more than 0
     * @param confidence how sure it has to be, above 0, below 1: true if the chance is at least that
     * @param at now
     * @return empty if no forecast can be given
     */
    Optional<Boolean> reaches(
            String metric, Labels series, double limit, Duration within, double confidence, Instant at);
}
