package io.kvops.rules;

/**
 * {@code rate}, {@code increase} and {@code delta} as Prometheus defines them
 * (https://prometheus.io/docs/prometheus/latest/querying/functions/#rate): the difference between the first and the last sample of
 * a window, with a counter's restarts added back, extended to the ends of the window. To an end that is further away than 1.1
 * times the usual distance of samples, only half of that distance is added; a counter is never extended below zero.
 */
final class Extrapolated {
    private static final double NEAR = 1.1;

    private Extrapolated() {}

    static double of(Input.Function function, long[] millis, double[] values, long at, long windowMillis) {
        int last = values.length - 1;
        if (last < 1) {
            return Double.NaN;
        }
        boolean counter = function != Input.Function.DELTA;
        double grown = values[last] - values[0];
        for (int i = 1; counter && i <= last; i++) {
            grown += values[i] < values[i - 1] ? values[i - 1] : 0;
        }
        double covered = (millis[last] - millis[0]) / 1_000.0;
        double distance = covered / last;
        double before = (millis[0] - (at - windowMillis)) / 1_000.0;
        double after = (at - millis[last]) / 1_000.0;
        if (counter && grown > 0 && values[0] >= 0) {
            before = Math.min(before, covered * (values[0] / grown));
        }
        double extended = covered
                + (before < distance * NEAR ? before : distance / 2)
                + (after < distance * NEAR ? after : distance / 2);
        double factor = extended / covered;
        return grown * (function == Input.Function.RATE ? factor / (windowMillis / 1_000.0) : factor);
    }
}
