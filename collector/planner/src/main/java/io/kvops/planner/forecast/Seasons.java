package io.kvops.planner.forecast;

import java.util.Arrays;

/**
 * Seasonal effects of one or two periods, estimated over a whole sample: means of what a centred moving average leaves,
 * shrunk towards zero by how much of their spread noise explains (James and Stein 1961, empirical Bayes form).
 */
final class Seasons {
    final int[] periods;
    final double[][] effects;

    private Seasons(int[] periods, double[][] effects) {
        this.periods = periods;
        this.effects = effects;
    }

    static Seasons of(double[] y, int n, int[] periods) {
        double[][] effects = new double[periods.length][];
        if (periods.length == 0) {
            return new Seasons(periods, effects);
        }
        int longest = periods[periods.length - 1];
        double[] rest = new double[n];
        int from = longest / 2;
        int to = detrend(y, n, longest, rest);
        for (int i = 0; i < periods.length; i++) {
            effects[i] = means(rest, from, to, periods[i]);
            for (int t = from; t < to; t++) {
                rest[t] -= effects[i][t % periods[i]];
            }
        }
        return new Seasons(periods, effects);
    }

    double at(int t) {
        double sum = 0;
        for (int i = 0; i < periods.length; i++) {
            sum += effects[i][t % periods[i]];
        }
        return sum;
    }

    /** Writes y less its centred moving average; returns the end of where it is defined (it begins at period / 2). */
    static int detrend(double[] y, int n, int period, double[] rest) {
        int half = period / 2;
        boolean even = period % 2 == 0;
        double sum = 0;
        for (int t = 0; t < Math.min(n, 2 * half + 1); t++) {
            sum += y[t];
        }
        int to = n - half;
        for (int t = half; t < to; t++) {
            double window = even ? sum - (y[t - half] + y[t + half]) / 2 : sum;
            rest[t] = y[t] - window / period;
            if (t + half + 1 < n) {
                sum += y[t + half + 1] - y[t - half];
            }
        }
        return to;
    }

    private static double[] means(double[] rest, int from, int to, int period) {
        double[] mean = new double[period];
        int[] count = new int[period];
        for (int t = from; t < to; t++) {
            mean[t % period] += rest[t];
            count[t % period]++;
        }
        for (int k = 0; k < period; k++) {
            mean[k] = count[k] == 0 ? 0 : mean[k] / count[k];
        }
        double centre = Arrays.stream(mean).average().orElse(0);
        for (int k = 0; k < period; k++) {
            mean[k] -= centre;
        }
        double noise = 0;
        for (int t = from; t < to; t++) {
            double e = rest[t] - mean[t % period];
            noise += e * e;
        }
        int freedom = to - from - period;
        double cycles = (double) (to - from) / period;
        double spread = Arrays.stream(mean).map(m -> m * m).sum() / Math.max(1, period - 1);
        double keep = freedom <= 0 || spread <= 0 ? 1 : Math.max(0, 1 - noise / freedom / cycles / spread);
        for (int k = 0; k < period; k++) {
            mean[k] *= keep;
        }
        return mean;
    }
}
