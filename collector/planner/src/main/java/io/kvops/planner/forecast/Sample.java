package io.kvops.planner.forecast;

/** The values of one series, and their logarithms where all are positive. */
final class Sample {
    private final double[] values;
    private final double[] logs;

    Sample(double[] values) {
        this.values = values;
        boolean positive = true;
        for (double v : values) {
            positive &= v > 0;
        }
        logs = positive ? new double[values.length] : new double[0];
        for (int i = 0; i < logs.length; i++) {
            logs[i] = Math.log(values[i]);
        }
    }

    int length() {
        return values.length;
    }

    double[] values() {
        return values;
    }

    boolean positive() {
        return logs.length > 0;
    }

    double[] on(Scale scale) {
        return scale == Scale.LOG ? logs : values;
    }

    /** On which scale effects add up. */
    enum Scale {
        PLAIN,
        LOG;

        void back(double[] out) {
            if (this == LOG) {
                for (int i = 0; i < out.length; i++) {
                    out[i] = Math.exp(Math.min(out[i], 700));
                }
            }
        }
    }
}
