package io.kvops.planner.forecast;

import java.util.List;
import java.util.Map;

/**
 * A forecast and how far to trust it. Immutable but for its arrays, which the caller owns.
 *
 * @param values the middle of what is expected
 * @param lower lower ends of the intervals
 * @param upper upper ends
 * @param level share of the futures that each interval is meant to cover
 * @param models what was combined, heaviest first
 * @param shape which law of growth, and which kind of season, describes the past best
 * @param periods the seasons that were found and tried, in values
 * @param errorAgainstNaive mean absolute error in the backtest divided by that of the last value: below 1 is better
 * @param origins moments of the past from which the backtest forecast
 * @param coverage share of the backtest's values that intervals of this width cover; NaN if there was none
 * @param caveats what the reader should know, one sentence each
 */
@SuppressWarnings("ArrayRecordComponent") // numbers by the thousand
public record Forecast(
        double[] values,
        double[] lower,
        double[] upper,
        double level,
        List<Part> models,
        Shape shape,
        List<Integer> periods,
        double errorAgainstNaive,
        int origins,
        double coverage,
        List<String> caveats) {

    /**
     * A model of the combination.
     *
     * @param weight above 0; they add up to 1
     * @param errorAgainstNaive its own, as {@link Forecast#errorAgainstNaive()}
     * @param parameters what was found from the whole series, by name; a time is counted from the first value looked at
     */
    public record Part(String model, double weight, double errorAgainstNaive, Map<String, Double> parameters) {
        public Part {
            parameters = Map.copyOf(parameters);
        }
    }

    public Forecast {
        models = List.copyOf(models);
        periods = List.copyOf(periods);
        caveats = List.copyOf(caveats);
    }

    /** The same with other values. */
    public Forecast moved(double[] middle, double[] below, double[] above) {
        return new Forecast(
                middle, below, above, level, models, shape, periods, errorAgainstNaive, origins, coverage, caveats);
    }
}
