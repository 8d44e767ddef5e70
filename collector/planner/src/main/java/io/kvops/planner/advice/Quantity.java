package io.kvops.planner.advice;

import java.util.Random;

/**
 * A number that is not known, as an interval.
 *
 * @param low its lower end: one of forty is below
 * @param mid its middle
 * @param high its upper end: one of forty is above
 */
public record Quantity(double low, double mid, double high) {
    private static final double SIGMAS = 1.96;

    public Quantity {
        if (!(low >= 0 && low <= mid && mid <= high) || Double.isInfinite(high)) {
            throw new IllegalArgumentException(
                    "interval " + low + " to " + mid + " to " + high + " (expected 0 <= low <= middle <= high)");
        }
    }

    /** Known for sure. */
    public static Quantity exactly(double value) {
        return new Quantity(value, value, value);
    }

    /** So many times as much. */
    public Quantity times(double factor) {
        return new Quantity(low * factor, mid * factor, high * factor);
    }

    /** Of two halves of a normal distribution, each as wide as its side of the interval. */
    double sample(Random random) {
        double z = random.nextGaussian();
        return Math.max(0, mid + z / SIGMAS * (z < 0 ? mid - low : high - mid));
    }
}
