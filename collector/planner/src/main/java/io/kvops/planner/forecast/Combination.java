package io.kvops.planner.forecast;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The weighted mean of the models that did well, over the future and over two stretches of the past. */
final class Combination {
    private static final int PARTS_MAX = 8;
    private static final double WITHIN = 1.3;
    private static final double POWER = 2;
    private static final double LEAST_ERROR = 1e-6;
    private static final int PAST_ORIGINS = 160;

    /** A forecast that leaves the range of the past by more than this many times the range is left out. */
    private static final double FAR = 5;

    /** What is expected. */
    final double[] values;
    /** Forecasts of the past with parameters found from all of it. */
    final Origins pastOrigins;

    final double[][] past;
    /** Those of the backtest. */
    final double[][] tested;

    final List<Forecast.Part> parts = new ArrayList<>();

    private Combination(Origins backtest, Origins past, int horizon) {
        this.values = new double[horizon];
        this.pastOrigins = past;
        this.past = new double[past.count()][past.steps()];
        this.tested = new double[backtest.count()][backtest.steps()];
    }

    static Combination of(List<Backtest.Score> scores, Sample sample, Origins backtest, int horizon) {
        double[] y = sample.values();
        int n = y.length;
        int from = Math.max(1, Math.min(n / 3, n - 2));
        Origins pastOrigins = new Origins(y, from, Math.max(1, (n - from) / PAST_ORIGINS), backtest.steps());
        Combination c = new Combination(backtest, pastOrigins, horizon);
        List<Backtest.Score> ranked = new ArrayList<>(scores);
        ranked.sort(Comparator.comparingDouble(Backtest.Score::error));
        double best = Math.max(ranked.get(0).error(), LEAST_ERROR);
        for (Backtest.Score score : ranked) {
            if (c.parts.size() < PARTS_MAX && score.error() <= WITHIN * best) {
                c.add(score, sample, Math.pow(Math.max(score.error(), LEAST_ERROR) / best, -POWER), false);
            }
        }
        if (c.parts.isEmpty()) {
            c.add(scores.get(0), sample, 1, true);
        }
        c.normalise();
        return c;
    }

    private void add(Backtest.Score score, Sample sample, double weight, boolean believed) {
        Model.@Nullable Fitted walk = score.model().fit(sample, sample.length());
        if (walk == null) {
            return;
        }
        double[][] before = pastOrigins.walk(walk);
        double[] next = new double[values.length];
        walk.advance(sample.length());
        walk.forecast(next);
        if (!believed && !believable(next, sample.values())) {
            return;
        }
        Origins.add(new double[][] {values}, new double[][] {next}, weight);
        Origins.add(past, before, weight);
        Origins.add(tested, score.forecasts(), weight);
        parts.add(new Forecast.Part(score.model().name(), weight, score.error(), walk.parameters()));
    }

    private void normalise() {
        double sum = parts.stream().mapToDouble(Forecast.Part::weight).sum();
        parts.replaceAll(p -> new Forecast.Part(p.model(), p.weight() / sum, p.errorAgainstNaive(), p.parameters()));
        divide(new double[][] {values}, sum);
        divide(past, sum);
        divide(tested, sum);
    }

    private static void divide(double[][] rows, double by) {
        for (double[] row : rows) {
            for (int h = 0; h < row.length; h++) {
                row[h] /= by;
            }
        }
    }

    private static boolean believable(double[] forecast, double[] y) {
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        for (double v : y) {
            low = Math.min(low, v);
            high = Math.max(high, v);
        }
        double far = FAR * Math.max(high - low, Math.abs(y[y.length - 1]) / 100);
        for (double v : forecast) {
            if (!(v >= low - far && v <= high + far)) {
                return false;
            }
        }
        return true;
    }
}
