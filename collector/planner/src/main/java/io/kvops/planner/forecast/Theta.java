package io.kvops.planner.forecast;

import io.kvops.planner.forecast.Sample.Scale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The Theta method (Assimakopoulos, Nikolopoulos, IJF 2000) in the form of Hyndman and Billah (IJF 2003): simple smoothing
 * of what is left without seasons, with half the slope of its straight line as drift.
 */
final class Theta implements Model {
    private static final int STEPS = 18;
    private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;

    private final int[] periods;
    private final Scale scale;

    Theta(int[] periods, Scale scale) {
        this.periods = periods;
        this.scale = scale;
    }

    @Override
    public String name() {
        StringBuilder s = new StringBuilder("theta");
        for (int p : periods) {
            s.append('-').append(p);
        }
        return s.append(scale == Scale.LOG ? "-log" : "").toString();
    }

    @Override
    public @Nullable Fitted fit(Sample sample, int length) {
        int longest = periods.length == 0 ? 1 : periods[periods.length - 1];
        if ((scale == Scale.LOG && !sample.positive()) || length < 2 * longest + 3) {
            return null;
        }
        double[] y = sample.on(scale);
        Seasons seasons = Seasons.of(y, length, periods);
        double[] x = new double[y.length];
        for (int t = 0; t < y.length; t++) {
            x[t] = y[t] - seasons.at(t);
        }
        double alpha = smoothing(x, length);
        return new Walk(x, seasons, alpha, slope(x, length));
    }

    /** Golden section search for the least mean square error one step ahead. */
    private static double smoothing(double[] x, int n) {
        double low = 0.01;
        double high = 0.99;
        double a = high - GOLDEN * (high - low);
        double b = low + GOLDEN * (high - low);
        double fa = error(x, n, a);
        double fb = error(x, n, b);
        for (int i = 0; i < STEPS; i++) {
            if (fa < fb) {
                high = b;
                b = a;
                fb = fa;
                a = high - GOLDEN * (high - low);
                fa = error(x, n, a);
            } else {
                low = a;
                a = b;
                fa = fb;
                b = low + GOLDEN * (high - low);
                fb = error(x, n, b);
            }
        }
        return (low + high) / 2;
    }

    private static double error(double[] x, int n, double alpha) {
        double level = x[0];
        double sum = 0;
        for (int t = 1; t < n; t++) {
            double e = x[t] - level;
            sum += e * e;
            level += alpha * e;
        }
        return sum;
    }

    private static double slope(double[] x, int n) {
        double middle = (n - 1) / 2.0;
        double sxy = 0;
        double sxx = 0;
        for (int t = 0; t < n; t++) {
            sxy += (t - middle) * x[t];
            sxx += (t - middle) * (t - middle);
        }
        return sxx == 0 ? 0 : sxy / sxx;
    }

    private final class Walk implements Fitted {
        private final double[] x;
        private final Seasons seasons;
        private final double alpha;
        private final double drift;
        private double level;
        private int origin;

        Walk(double[] x, Seasons seasons, double alpha, double slope) {
            this.x = x;
            this.seasons = seasons;
            this.alpha = alpha;
            this.drift = slope / 2;
            this.level = x[0];
        }

        @Override
        public void advance(int to) {
            for (; origin < to; origin++) {
                level += alpha * (x[origin] - level);
            }
        }

        @Override
        public void forecast(double[] out) {
            for (int h = 0; h < out.length; h++) {
                out[h] = level + drift * (h + (1 - Math.pow(1 - alpha, origin)) / alpha) + seasons.at(origin + h);
            }
            scale.back(out);
        }

        @Override
        public Map<String, Double> parameters() {
            return Map.of("alpha", alpha, "drift", drift);
        }
    }
}
