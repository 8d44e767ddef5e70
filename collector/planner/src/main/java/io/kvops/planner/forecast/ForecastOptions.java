package io.kvops.planner.forecast;

/**
 * What is asked of a forecast.
 *
 * @param horizon values to forecast, 1 to 100 000
 * @param season a period to try first, in values; 1: not known. Others are searched all the same
 * @param level of the intervals, above 0, below 1
 */
public record ForecastOptions(int horizon, int season, double level) {
    /** Most values that can be asked for. */
    public static final int HORIZON_MAX = 100_000;

    public ForecastOptions {
        if (horizon < 1 || horizon > HORIZON_MAX) {
            throw new IllegalArgumentException("horizon: " + horizon + " (expected 1 to " + HORIZON_MAX + ")");
        }
        if (season < 1) {
            throw new IllegalArgumentException("season: " + season + " (expected >= 1; 1 if it is not known)");
        }
        if (!(level > 0 && level < 1)) {
            throw new IllegalArgumentException("level: " + level + " (expected above 0, below 1)");
        }
    }

    /** So many values, 95 % intervals, no period known. */
    public static ForecastOptions of(int horizon) {
        return new ForecastOptions(horizon, 1, 0.95);
    }
}
