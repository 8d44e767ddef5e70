package io.kvops.planner.forecast;

import io.kvops.planner.forecast.Sample.Scale;
import java.util.Arrays;
import java.util.Locale;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What changes against a period ago (or, without seasons, against the value before) as a linear function of what changed
 * before: an integrated autoregression (Box, Jenkins, "Time Series Analysis", 1970) with lags around each period, its
 * coefficients by least squares with a ridge (Hoerl, Kennard, Technometrics 1970) in place of a choice of order.
 */
final class Autoregression implements Model {
    private static final int NEAR = 4;
    private static final int VALUES_PER_LAG = 5;
    private static final double RIDGE = 0.02;

    private final int[] periods;
    private final Scale scale;
    private final int difference;

    /** @param difference over how many values changes are taken; 0: the values themselves, about their mean */
    Autoregression(int[] periods, Scale scale, int difference) {
        this.periods = periods;
        this.scale = scale;
        this.difference = difference;
    }

    @Override
    public String name() {
        StringBuilder s = new StringBuilder(String.format(Locale.ROOT, "ar-d%d", difference));
        for (int p : periods) {
            s.append('-').append(p);
        }
        return s.append(scale == Scale.LOG ? "-log" : "").toString();
    }

    @Override
    public @Nullable Fitted fit(Sample sample, int length) {
        if (scale == Scale.LOG && !sample.positive()) {
            return null;
        }
        int[] lags = lags(length);
        if (lags.length == 0) {
            return null;
        }
        double[] y = sample.on(scale);
        double[] w = new double[y.length];
        for (int t = difference; t < y.length; t++) {
            w[t] = difference == 0 ? y[t] : y[t] - y[t - difference];
        }
        double mean = 0;
        for (int t = difference; t < length; t++) {
            mean += w[t] / (length - difference);
        }
        // of changes over a period the mean is the trend, which few periods tell badly
        double centre = difference > 1 ? 0 : mean;
        double[] coefficients = solve(w, length, lags, centre);
        return coefficients == null ? null : new Walk(y, w, lags, coefficients, centre);
    }

    /** Those near, and those around each period, as many as the sample can tell. */
    private int[] lags(int length) {
        TreeSet<Integer> all = new TreeSet<>();
        for (int k = 1; k <= NEAR; k++) {
            all.add(k);
        }
        for (int p : periods) {
            all.add(p);
            all.add(p + 1);
            if (p > NEAR + 1) {
                all.add(p - 1);
            }
            if (p == periods[0]) {
                all.add(2 * p);
            }
        }
        while (!all.isEmpty()
                && length - difference - all.last() < Math.max(VALUES_PER_LAG * all.size(), 2 * VALUES_PER_LAG)) {
            all.remove(all.last());
        }
        return all.stream().mapToInt(Integer::intValue).toArray();
    }

    /** Normal equations with a ridge, by Cholesky's method. */
    private double @Nullable [] solve(double[] w, int length, int[] lags, double centre) {
        int k = lags.length;
        int from = difference + lags[k - 1];
        double[][] a = new double[k][k];
        double[] b = new double[k];
        double[] x = new double[k];
        for (int t = from; t < length; t++) {
            for (int i = 0; i < k; i++) {
                x[i] = w[t - lags[i]] - centre;
            }
            double v = w[t] - centre;
            for (int i = 0; i < k; i++) {
                b[i] += x[i] * v;
                for (int j = 0; j <= i; j++) {
                    a[i][j] += x[i] * x[j];
                }
            }
        }
        double trace = 0;
        for (int i = 0; i < k; i++) {
            trace += a[i][i] / k;
        }
        if (!(trace > 0) || !Double.isFinite(trace)) {
            return null;
        }
        for (int i = 0; i < k; i++) {
            a[i][i] += RIDGE * trace;
        }
        return cholesky(a, b);
    }

    private static double @Nullable [] cholesky(double[][] a, double[] b) {
        int k = b.length;
        for (int i = 0; i < k; i++) {
            for (int j = 0; j <= i; j++) {
                double sum = a[i][j];
                for (int m = 0; m < j; m++) {
                    sum -= a[i][m] * a[j][m];
                }
                if (i == j && !(sum > 0)) {
                    return null;
                }
                a[i][j] = i == j ? Math.sqrt(sum) : sum / a[j][j];
            }
        }
        double[] x = Arrays.copyOf(b, k);
        for (int i = 0; i < k; i++) {
            for (int m = 0; m < i; m++) {
                x[i] -= a[i][m] * x[m];
            }
            x[i] /= a[i][i];
        }
        for (int i = k - 1; i >= 0; i--) {
            for (int m = i + 1; m < k; m++) {
                x[i] -= a[m][i] * x[m];
            }
            x[i] /= a[i][i];
        }
        return x;
    }

    private final class Walk implements Fitted {
        private final double[] y;
        private final double[] w;
        private final int[] lags;
        private final double[] coefficients;
        private final double centre;
        private int origin;

        Walk(double[] y, double[] w, int[] lags, double[] coefficients, double centre) {
            this.y = y;
            this.w = w;
            this.lags = lags;
            this.coefficients = coefficients;
            this.centre = centre;
        }

        @Override
        public void advance(int to) {
            origin = to;
        }

        @Override
        public void forecast(double[] out) {
            double[] changes = new double[out.length];
            for (int h = 0; h < out.length; h++) {
                double v = 0;
                for (int i = 0; i < lags.length; i++) {
                    int back = h - lags[i];
                    int t = origin + back;
                    v += coefficients[i] * (back >= 0 ? changes[back] : t < difference ? 0 : w[t] - centre);
                }
                changes[h] = v;
                out[h] = v + centre;
                if (difference > 0) {
                    int back = h - difference;
                    out[h] += back >= 0 ? out[back] : y[Math.max(0, origin + back)];
                }
            }
            scale.back(out);
        }
    }
}
