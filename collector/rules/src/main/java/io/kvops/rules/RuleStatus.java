package io.kvops.rules;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How a rule does. Immutable.
 *
 * @param group it is in
 * @param expression as it is written
 * @param interval from one evaluation to the next
 * @param holdFor how long it is pending
 * @param evaluatedAt when it was evaluated last; null: not yet
 * @param tookNanos how long that took
 * @param series sets of labels for which it was decided then; 0: it has no data
 * @param pending alerts
 * @param firing alerts
 * @param problem why the last evaluation failed; empty if it did not
 */
public record RuleStatus(
        String name,
        String group,
        Level level,
        String expression,
        Duration interval,
        Duration holdFor,
        @Nullable Instant evaluatedAt,
        long tookNanos,
        int series,
        int pending,
        int firing,
        String problem) {}
