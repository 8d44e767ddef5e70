package io.kvops.planner.forecast;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rolling origins (Tashman, "Out-of-sample tests of forecasting accuracy", IJF 2000): each model's parameters are found from
 * the values before the first origin, then it walks on and forecasts from every origin what it has not seen.
 */
final class Backtest {
    private static final int ORIGINS = 40;
    /** Values back to which origins reach, of a series of twice as many: a short stretch of a walk may be a trend. */
    private static final int SPAN = 400;

    private static final int LEAST_TRAINING = 3;

    private final Sample sample;
    private final Origins origins;

    Backtest(Sample sample, int horizon) {
        this.sample = sample;
        int n = sample.length();
        // of a short series a shorter horizon is tested, rather than none
        int tested = Math.max(1, Math.min(horizon, n / 3));
        int span = Math.max(1, Math.min(Math.max(2 * tested, SPAN), n - tested - Math.max(LEAST_TRAINING, n / 2)));
        int stride = Math.max(1, span / ORIGINS);
        int first = Math.max(LEAST_TRAINING - 1, n - tested - span);
        origins = new Origins(sample.values(), first, stride, tested);
    }

    /**
     * One model's showing.
     *
     * @param error mean absolute error as a multiple of the naive one's
     * @param forecasts by origin
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Score(Model model, double error, double[][] forecasts) {}

    /** The scores of all models that can be fitted; the first model is the yardstick. */
    List<Score> run(List<Model> models) {
        List<Score> scores = new ArrayList<>();
        double yard = Double.NaN;
        for (Model model : models) {
            Model.@Nullable Fitted walk = model.fit(sample, origins.first());
            if (walk == null) {
                continue;
            }
            double[][] forecasts = origins.walk(walk);
            double error = origins.error(forecasts);
            yard = Double.isNaN(yard) ? Math.max(error, Double.MIN_NORMAL) : yard;
            if (Double.isFinite(error)) {
                scores.add(new Score(model, error / yard, forecasts));
            }
        }
        return scores;
    }

    Origins origins() {
        return origins;
    }
}
