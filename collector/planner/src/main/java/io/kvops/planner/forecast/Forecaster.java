package io.kvops.planner.forecast;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Forecasts a series: finds its periods, tries naive, linear, exponential, logarithmic, smoothed, seasonal, damped and Theta
 * models by rolling-origin backtest, and combines those that do well, weighted by how well; combinations of simple models
 * were hard to beat in the M4 competition (Makridakis, Spiliotis, Assimakopoulos, IJF 2020). Intervals come from what the
 * same combination missed before. No randomness: equal input gives equal output.
 *
 * <pre>{@code
 * Forecast f = Forecaster.forecast(usedBytesPerDay, ForecastOptions.of(30));
 * System.out.println(f.values()[29] + " between " + f.lower()[29] + " and " + f.upper()[29]);
 * }</pre>
 *
 * <p>Stateless; any thread. A series of 700 values takes some tens of milliseconds.
 */
public final class Forecaster {
    private static final int LITTLE_HISTORY = 3;

    private Forecaster() {}

    /**
     * Forecasts what comes after the last value.
     *
     * @param values oldest first, at equal distances; NaN and infinities are gaps, which are bridged
     * @throws IllegalArgumentException if there are too few values to say anything
     */
    public static Forecast forecast(double[] values, ForecastOptions options) {
        Cleaned cleaned = Cleaned.of(values);
        LevelShift shift = LevelShift.of(cleaned.values());
        double[] y = shift.values();
        Sample sample = new Sample(y);
        List<int[]> periods = Periods.find(y, options.season());
        Backtest backtest = new Backtest(sample, options.horizon());
        List<Backtest.Score> scores = backtest.run(Candidates.of(periods, sample.positive()));
        Combination c = Combination.of(scores, sample, backtest.origins(), options.horizon());
        Intervals intervals = Intervals.of(c, backtest.origins(), options.horizon(), options.level());
        // what never was negative, bytes and counts, does not become so
        double floor = Arrays.stream(y).min().orElse(0) >= 0 ? 0 : Double.NEGATIVE_INFINITY;
        double[] middle = new double[options.horizon()];
        double[] lower = new double[middle.length];
        double[] upper = new double[middle.length];
        for (int h = 0; h < middle.length; h++) {
            middle[h] = Math.max(floor, c.values[h]);
            lower[h] = Math.max(floor, middle[h] - intervals.halfWidths[h]);
            upper[h] = middle[h] + intervals.halfWidths[h];
        }
        double naive = backtest.origins().error(scores.get(0).forecasts());
        double error = backtest.origins().error(c.tested);
        return new Forecast(
                middle,
                lower,
                upper,
                options.level(),
                c.parts,
                Shape.of(y, periods),
                periods.stream().flatMapToInt(Arrays::stream).distinct().boxed().toList(),
                naive > 0 ? error / naive : error > 0 ? Double.POSITIVE_INFINITY : 1,
                backtest.origins().count(),
                intervals.coverage,
                caveats(cleaned, shift, options.horizon(), y.length));
    }

    private static List<String> caveats(Cleaned cleaned, LevelShift shift, int horizon, int length) {
        List<String> caveats = new ArrayList<>(cleaned.caveats());
        caveats.addAll(shift.caveats());
        if (length < LITTLE_HISTORY * horizon) {
            caveats.add("little history: " + length + " values for a horizon of " + horizon
                    + "; intervals far ahead are extrapolated");
        }
        return caveats;
    }
}
