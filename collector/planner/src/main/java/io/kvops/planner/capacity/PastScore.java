package io.kvops.planner.capacity;

import io.kvops.planner.forecast.Timeline;
import java.util.List;

/**
 * How forecasts of the past did.
 *
 * @param forecasts of which at least one value has come
 * @param values that have come
 * @param errorAgainstNaive mean absolute error divided by that of the value last known then; NaN if nothing has come
 * @param coverage share of the values that were in their interval; NaN if nothing has come
 */
public record PastScore(int forecasts, int values, double errorAgainstNaive, double coverage) {
    private static final double ROUNDING = 1e-9;

    /** Scores forecasts by what came. */
    public static PastScore of(List<KeptForecast> kept, Timeline actual) {
        int forecasts = 0;
        int n = 0;
        int inside = 0;
        double miss = 0;
        double naive = 0;
        long first = actual.first().toEpochMilli();
        for (KeptForecast f : kept) {
            int before = n;
            for (int h = 0; h < f.values().length; h++) {
                long at = f.lastAt().toEpochMilli() + (h + 1) * f.step().toMillis();
                long k = Math.floorDiv(at - first, actual.step().toMillis());
                double v = k < 0 || k >= actual.values().length ? Double.NaN : actual.values()[(int) k];
                if (Double.isFinite(v)) {
                    miss += Math.abs(f.values()[h] - v);
                    naive += Math.abs(f.last() - v);
                    // of a perfect line the interval is narrower than what numbers are rounded by
                    double rounding = ROUNDING * Math.abs(v);
                    inside += v >= f.lower()[h] - rounding && v <= f.upper()[h] + rounding ? 1 : 0;
                    n++;
                }
            }
            forecasts += n > before ? 1 : 0;
        }
        double none = Double.NaN;
        return new PastScore(
                forecasts,
                n,
                n == 0 ? none : naive > 0 ? miss / naive : miss > 0 ? Double.POSITIVE_INFINITY : 1,
                n == 0 ? none : (double) inside / n);
    }
}
