package io.kvops.rules;

import java.util.List;

/**
 * How the rules do, since the start.
 *
 * @param rules in force
 * @param series kept
 * @param samplesDropped past a bound, or not newer than those before
 * @param evaluations of rules
 * @param evaluationsSkipped that were due while another took too long
 * @param alertsRefused past a bound of alerts or groups
 * @param failures of the predictor, the history, or the state's store
 * @param problem why the state could not be kept or read; empty if it could
 */
public record AlertsStats(
        int rules,
        int series,
        long samplesDropped,
        long evaluations,
        long evaluationsSkipped,
        long alertsRefused,
        long failures,
        String problem,
        List<ReceiverStats> receivers) {
    public AlertsStats {
        receivers = List.copyOf(receivers);
    }
}
