package io.kvops.rules;

import java.time.Clock;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * What alerts are given to work with.
 *
 * @param clock for evaluations and messages
 * @param nanos for pauses between tries
 * @param predictor what forecasts say
 * @param state where the state is kept
 * @param history where events are kept
 * @param lookback how old the newest sample of a series may be, more than 0
 * @param maxSeries series kept, at least 1
 * @param firstPause before the second try of a message; each further one doubles, up to 30 s
 */
public record AlertsOptions(
        Clock clock,
        LongSupplier nanos,
        Predictor predictor,
        StateStore state,
        AlertHistory history,
        Duration lookback,
        int maxSeries,
        Duration firstPause) {

    /** With a look-back of 5 minutes, 200 000 series, a first pause of 1 s, and nothing kept or predicted. */
    public static AlertsOptions of(Clock clock, LongSupplier nanos) {
        return new AlertsOptions(
                clock,
                nanos,
                Predictor.NONE,
                StateStore.NONE,
                AlertHistory.NONE,
                Duration.ofMinutes(5),
                200_000,
                Duration.ofSeconds(1));
    }

    public AlertsOptions with(Predictor other) {
        return new AlertsOptions(clock, nanos, other, state, history, lookback, maxSeries, firstPause);
    }

    public AlertsOptions with(StateStore other) {
        return new AlertsOptions(clock, nanos, predictor, other, history, lookback, maxSeries, firstPause);
    }

    public AlertsOptions with(AlertHistory other) {
        return new AlertsOptions(clock, nanos, predictor, state, other, lookback, maxSeries, firstPause);
    }

    public AlertsOptions withFirstPause(Duration other) {
        return new AlertsOptions(clock, nanos, predictor, state, history, lookback, maxSeries, other);
    }
}
