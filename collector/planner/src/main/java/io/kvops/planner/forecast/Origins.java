package io.kvops.planner.forecast;

/** Moments of the past from which a series is forecast, and what came then. */
@SuppressWarnings("ArrayRecordComponent")
record Origins(double[] y, int first, int stride, int steps) {

    int count() {
        return (y.length - 1 - first) / stride + 1;
    }

    int origin(int i) {
        return first + i * stride;
    }

    /** How many of the steps from an origin have come. */
    int known(int i) {
        return Math.min(steps, y.length - origin(i));
    }

    /** Forecasts from each origin. */
    double[][] walk(Model.Fitted model) {
        double[][] forecasts = new double[count()][steps];
        for (int i = 0; i < forecasts.length; i++) {
            model.advance(origin(i));
            model.forecast(forecasts[i]);
        }
        return forecasts;
    }

    double error(double[][] forecasts) {
        return errorFrom(forecasts, first);
    }

    /** Mean absolute error over the origins at or after a moment. */
    double errorFrom(double[][] forecasts, int from) {
        double sum = 0;
        long n = 0;
        for (int i = 0; i < forecasts.length; i++) {
            if (origin(i) >= from) {
                for (int h = 0; h < known(i); h++) {
                    sum += Math.abs(forecasts[i][h] - y[origin(i) + h]);
                    n++;
                }
            }
        }
        return n == 0 ? Double.NaN : sum / n;
    }

    /** Adds forecasts, times a weight, to a sum. */
    static void add(double[][] sum, double[][] forecasts, double weight) {
        for (int i = 0; i < sum.length; i++) {
            for (int h = 0; h < sum[i].length; h++) {
                sum[i][h] += weight * forecasts[i][h];
            }
        }
    }
}
