package io.kvops.planner.forecast;

import java.util.Arrays;

/**
 * A straight line that outliers do not move: it begins with the median of slopes between halves (Theil 1950, Sen 1968, over
 * pairs half a sample apart, in linear time) and is then refined by weighted least squares (Huber, "Robust estimation of a
 * location parameter", 1964), which loses 5 % of the efficiency of least squares where there are no outliers.
 */
final class RobustLine {
    private static final int ROUNDS = 6;
    private static final double HUBER = 1.345;
    private static final double TO_SIGMA = 1.4826;

    private RobustLine() {}

    /** Start and slope of y over x, refined; x ascends or descends. */
    static double[] fit(double[] x, double[] y) {
        return refined(x, y, medians(x, y));
    }

    /** Start and slope by medians alone. */
    static double[] medians(double[] x, double[] y) {
        int n = y.length;
        int half = n / 2;
        double[] slopes = new double[n - half];
        for (int t = 0; t + half < n; t++) {
            slopes[t] = (y[t + half] - y[t]) / (x[t + half] - x[t]);
        }
        double slope = median(slopes);
        double[] rest = new double[n];
        for (int t = 0; t < n; t++) {
            rest[t] = y[t] - slope * x[t];
        }
        return new double[] {median(rest), slope};
    }

    private static double[] refined(double[] x, double[] y, double[] first) {
        int n = y.length;
        double[] line = first;
        double[] rest = new double[n];
        double[] weights = new double[n];
        for (int round = 0; round < ROUNDS; round++) {
            for (int t = 0; t < n; t++) {
                rest[t] = Math.abs(y[t] - line[0] - line[1] * x[t]);
            }
            double sigma = TO_SIGMA * median(rest.clone());
            if (!(sigma > 0)) {
                return line;
            }
            for (int t = 0; t < n; t++) {
                weights[t] = rest[t] <= HUBER * sigma ? 1 : HUBER * sigma / rest[t];
            }
            line = weighted(x, y, weights);
        }
        return line;
    }

    static double[] squares(double[] x, double[] y) {
        double[] weights = new double[y.length];
        Arrays.fill(weights, 1);
        return weighted(x, y, weights);
    }

    private static double[] weighted(double[] x, double[] y, double[] w) {
        double sw = 0;
        double sx = 0;
        double sy = 0;
        for (int t = 0; t < y.length; t++) {
            sw += w[t];
            sx += w[t] * x[t];
            sy += w[t] * y[t];
        }
        double mx = sx / sw;
        double my = sy / sw;
        double sxx = 0;
        double sxy = 0;
        for (int t = 0; t < y.length; t++) {
            sxx += w[t] * (x[t] - mx) * (x[t] - mx);
            sxy += w[t] * (x[t] - mx) * (y[t] - my);
        }
        double slope = sxx == 0 ? 0 : sxy / sxx;
        return new double[] {my - slope * mx, slope};
    }

    /** Sorts what it is given. */
    static double median(double[] a) {
        Arrays.sort(a);
        return a.length % 2 == 1 ? a[a.length / 2] : (a[a.length / 2 - 1] + a[a.length / 2]) / 2;
    }
}
