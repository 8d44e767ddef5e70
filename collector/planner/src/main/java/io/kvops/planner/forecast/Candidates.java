package io.kvops.planner.forecast;

import io.kvops.planner.forecast.Sample.Scale;
import io.kvops.planner.forecast.Smoothing.Trend;
import java.util.ArrayList;
import java.util.List;

/** The models that are tried on a series. */
final class Candidates {
    private Candidates() {}

    static List<Model> of(List<int[]> periodSets, boolean positive) {
        List<Model> models = new ArrayList<>();
        models.add(new Naive(1));
        for (int[] periods : periodSets) {
            if (periods.length > 0) {
                models.add(new Naive(periods[periods.length - 1]));
            }
            models.add(new Smoothing(Trend.NONE, periods, Scale.PLAIN, false));
            models.add(new Smoothing(Trend.DAMPED, periods, Scale.PLAIN, false));
            models.add(new Theta(periods, Scale.PLAIN));
            if (periods.length == 0) {
                models.add(new Smoothing(Trend.LINEAR, periods, Scale.PLAIN, false));
            } else {
                models.add(new Smoothing(Trend.NONE, periods, Scale.PLAIN, true));
            }
            if (positive && periods.length > 0) {
                models.add(new Smoothing(Trend.NONE, periods, Scale.LOG, true));
                models.add(new Theta(periods, Scale.LOG));
            }
            if (periods.length > 0) {
                models.add(new Autoregression(periods, Scale.PLAIN, periods[0]));
                if (periods.length > 1) {
                    models.add(new Autoregression(periods, Scale.PLAIN, periods[1]));
                }
                if (positive) {
                    models.add(new Autoregression(periods, Scale.LOG, periods[0]));
                }
            }
            models.add(new Growth(GrowthModels.LINEAR, periods));
        }
        int[] all = periodSets.get(periodSets.size() - 1);
        for (GrowthModel law : GrowthModels.forecasting()) {
            if (law != GrowthModels.LINEAR) {
                models.add(new Growth(law, all));
            }
        }
        return models;
    }
}
