package io.kvops.planner.forecast;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.function.BinaryOperator;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;

/** The laws that come with the planner, and those that were added: straight lines on some pair of scales, robustly fitted. */
final class GrowthModels {
    /** a + b t. */
    static final GrowthModel LINEAR = new Straight("linear", t -> t, "start", "slope", RobustLine::medians);
    /** a exp(r t). */
    static final GrowthModel EXPONENTIAL = new Exponential(RobustLine::medians);

    private static final List<GrowthModel> FORECASTING = with(List.of(
            LINEAR, EXPONENTIAL, new Straight("logarithmic", Math::log1p, "start", "factor", RobustLine::medians)));
    private static final List<GrowthModel> DESCRIBING = with(List.of(
            new Straight("linear", t -> t, "start", "slope", RobustLine::fit),
            new Exponential(RobustLine::fit),
            new Straight("logarithmic", Math::log1p, "start", "factor", RobustLine::fit),
            // to forecast, the damped trend does the same and learns
            new Saturating()));

    private GrowthModels() {}

    /** Those that forecast: by medians, which forecast better where a law is only nearly true. */
    static List<GrowthModel> forecasting() {
        return FORECASTING;
    }

    /** Those that describe: refined, so that their parameters are the closest. */
    static List<GrowthModel> describing() {
        return DESCRIBING;
    }

    private static List<GrowthModel> with(List<GrowthModel> own) {
        List<GrowthModel> all = new ArrayList<>(own);
        ServiceLoader.load(GrowthModel.class, GrowthModel.class.getClassLoader())
                .forEach(all::add);
        return List.copyOf(all);
    }

    private record Found(DoubleUnaryOperator curve, Map<String, Double> parameters) implements GrowthModel.Curve {
        @Override
        public double at(double time) {
            return curve.applyAsDouble(time);
        }
    }

    private record Straight(
            String name, DoubleUnaryOperator time, String start, String slope, BinaryOperator<double[]> fitted)
            implements GrowthModel {
        @Override
        public Curve fit(double[] y) {
            double[] x = new double[y.length];
            for (int t = 0; t < y.length; t++) {
                x[t] = time.applyAsDouble(t);
            }
            double[] line = fitted.apply(x, y);
            return new Found(t -> line[0] + line[1] * time.applyAsDouble(t), Map.of(start, line[0], slope, line[1]));
        }
    }

    private record Exponential(BinaryOperator<double[]> fitted) implements GrowthModel {
        @Override
        public String name() {
            return "exponential";
        }

        @Override
        public @Nullable Curve fit(double[] y) {
            double[] x = new double[y.length];
            double[] logs = new double[y.length];
            for (int t = 0; t < y.length; t++) {
                if (y[t] <= 0) {
                    return null;
                }
                x[t] = t;
                logs[t] = Math.log(y[t]);
            }
            double[] line = fitted.apply(x, logs);
            return new Found(
                    t -> Math.exp(Math.min(line[0] + line[1] * t, 700)),
                    Map.of("start", Math.exp(line[0]), "rate", line[1]));
        }
    }

    private record Saturating() implements GrowthModel {
        private static final int STEPS = 12;
        private static final double LEAST = 0.5;

        @Override
        public String name() {
            return "saturating";
        }

        @Override
        public @Nullable Curve fit(double[] y) {
            int n = y.length;
            double[] best = new double[0];
            double least = Double.POSITIVE_INFINITY;
            double share = 0;
            double[] x = new double[n];
            for (int i = 0; i < STEPS; i++) {
                // half of the way is made in half the sample at the slowest: slower is a line
                double halving = n * LEAST * Math.pow(2, -i / 2.0);
                double f = Math.pow(0.5, 1 / halving);
                for (int t = 0; t < n; t++) {
                    x[t] = Math.pow(f, t);
                }
                double[] line = RobustLine.squares(x, y);
                double sum = 0;
                for (int t = 0; t < n; t++) {
                    double e = y[t] - line[0] - line[1] * x[t];
                    sum += e * e;
                }
                if (sum < least) {
                    least = sum;
                    best = line;
                    share = f;
                }
            }
            if (best.length == 0) {
                return null;
            }
            double[] line = best;
            double f = share;
            return new Found(
                    t -> line[0] + line[1] * Math.pow(f, t),
                    Map.of("end", line[0], "start", line[0] + line[1], "share", f));
        }
    }
}
