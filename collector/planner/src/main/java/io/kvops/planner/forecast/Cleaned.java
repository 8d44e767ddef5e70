package io.kvops.planner.forecast;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** A series made whole: gaps bridged, its old part left off where it is longer than is useful. */
@SuppressWarnings("ArrayRecordComponent") // held by nobody for long
record Cleaned(double[] values, List<String> caveats) {
    /** Values looked at, from the end. */
    static final int LONGEST = 2_500;

    /** Fewer values get no forecast. */
    static final int SHORTEST = 3;

    private static final double LARGEST = 1e140;

    static Cleaned of(double[] given) {
        List<String> caveats = new ArrayList<>();
        int from = 0;
        int to = given.length;
        while (from < to && !Double.isFinite(given[from])) {
            from++;
        }
        while (to > from && !Double.isFinite(given[to - 1])) {
            to--;
        }
        if (to < given.length && to > from) {
            caveats.add("the last " + (given.length - to)
                    + " values are missing; the forecast begins after the last that there is");
        }
        double[] y = Arrays.copyOfRange(given, from, to);
        int missing = bridge(y);
        if (y.length - missing < SHORTEST) {
            throw new IllegalArgumentException(
                    "the series has " + (y.length - missing) + " values (a forecast takes at least " + SHORTEST + ")");
        }
        double largest = Arrays.stream(y).map(Math::abs).max().orElse(0);
        if (largest > LARGEST) {
            throw new IllegalArgumentException("the series has a value of size " + largest + " (expected at most "
                    + LARGEST + ": sums of squares are not numbers beyond)");
        }
        if (missing > 0) {
            caveats.add(
                    String.format(Locale.ROOT, "%d of %d values were missing and are interpolated", missing, y.length));
        }
        if (y.length > LONGEST) {
            y = Arrays.copyOfRange(y, y.length - LONGEST, y.length);
        }
        return new Cleaned(y, caveats);
    }

    private static int bridge(double[] y) {
        int missing = 0;
        int last = -1;
        for (int t = 0; t < y.length; t++) {
            if (Double.isFinite(y[t])) {
                for (int g = last + 1; last >= 0 && g < t; g++) {
                    y[g] = y[last] + (y[t] - y[last]) * (g - last) / (t - last);
                    missing++;
                }
                last = t;
            }
        }
        return missing;
    }
}
