package io.kvops.benchmarks.forecast;

import java.util.Arrays;

/**
 * The yardsticks of the M4 competition (Makridakis, Spiliotis, Assimakopoulos, "The M4 Competition: 100,000 time series and 61
 * forecasting methods", IJF 2020), written apart from the planner's own models so that both are not wrong alike.
 */
final class Baselines {
    private static final double Z_90 = 1.645;
    private static final int STEPS = 40;

    private Baselines() {}

    static double[] naive(double[] y, int horizon) {
        double[] f = new double[horizon];
        Arrays.fill(f, y[y.length - 1]);
        return f;
    }

    static double[] seasonalNaive(double[] y, int horizon, int season) {
        double[] f = new double[horizon];
        for (int h = 0; h < horizon; h++) {
            f[h] = y.length < season ? y[y.length - 1] : y[y.length - season + h % season];
        }
        return f;
    }

    /** The last value, after multiplicative seasons where their autocorrelation is significant at 90 %. */
    static double[] naive2(double[] y, int horizon, int season) {
        double[] effects = effects(y, season);
        double[] f = new double[horizon];
        double last = y[y.length - 1] / effects[(y.length - 1) % effects.length];
        for (int h = 0; h < horizon; h++) {
            f[h] = last * effects[(y.length + h) % effects.length];
        }
        return f;
    }

    /** The Theta method with lines 0 and 2. */
    static double[] theta(double[] y, int horizon, int season) {
        double[] effects = effects(y, season);
        int n = y.length;
        double[] x = new double[n];
        for (int t = 0; t < n; t++) {
            x[t] = y[t] / effects[t % effects.length];
        }
        double meanT = (n - 1) / 2.0;
        double meanX = Arrays.stream(x).average().orElse(0);
        double sxy = 0;
        double sxx = 0;
        for (int t = 0; t < n; t++) {
            sxy += (t - meanT) * (x[t] - meanX);
            sxx += (t - meanT) * (t - meanT);
        }
        double slope = sxx == 0 ? 0 : sxy / sxx;
        double start = meanX - slope * meanT;
        double[] two = new double[n];
        for (int t = 0; t < n; t++) {
            two[t] = 2 * x[t] - (start + slope * t);
        }
        double level = smooth(two);
        double[] f = new double[horizon];
        for (int h = 0; h < horizon; h++) {
            f[h] = (level + start + slope * (n + h)) / 2 * effects[(n + h) % effects.length];
        }
        return f;
    }

    private static double smooth(double[] x) {
        double best = Double.POSITIVE_INFINITY;
        double found = x[x.length - 1];
        for (int i = 1; i < STEPS; i++) {
            double alpha = (double) i / STEPS;
            double level = x[0];
            double sum = 0;
            for (int t = 1; t < x.length; t++) {
                double e = x[t] - level;
                sum += e * e;
                level += alpha * e;
            }
            if (sum < best) {
                best = sum;
                found = level;
            }
        }
        return found;
    }

    /** Multiplicative indices, or a single 1 where there is no season. */
    private static double[] effects(double[] y, int season) {
        double[] none = {1};
        int n = y.length;
        if (season < 2 || n < 3 * season || Arrays.stream(y).min().orElse(0) <= 0 || !seasonal(y, season)) {
            return none;
        }
        double[] sum = new double[season];
        int[] count = new int[season];
        int half = season / 2;
        for (int t = half; t < n - half; t++) {
            double window = 0;
            for (int k = -half; k <= half; k++) {
                window += y[t + k] * (season % 2 == 0 && Math.abs(k) == half ? 0.5 : 1);
            }
            sum[t % season] += y[t] / (window / season);
            count[t % season]++;
        }
        double total = 0;
        for (int k = 0; k < season; k++) {
            sum[k] /= Math.max(1, count[k]);
            total += sum[k];
        }
        for (int k = 0; k < season; k++) {
            sum[k] *= season / total;
        }
        return sum;
    }

    private static boolean seasonal(double[] y, int season) {
        double squares = 0;
        for (int lag = 1; lag < season; lag++) {
            double r = correlation(y, lag);
            squares += r * r;
        }
        double limit = Z_90 * Math.sqrt((1 + 2 * squares) / y.length);
        return Math.abs(correlation(y, season)) > limit;
    }

    private static double correlation(double[] y, int lag) {
        double mean = Arrays.stream(y).average().orElse(0);
        double above = 0;
        double below = 0;
        for (int t = 0; t < y.length; t++) {
            below += (y[t] - mean) * (y[t] - mean);
            above += t < lag ? 0 : (y[t] - mean) * (y[t - lag] - mean);
        }
        return below == 0 ? 0 : above / below;
    }
}
