package io.kvops.planner.forecast;

import io.kvops.planner.forecast.Sample.Scale;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A law of growth, straight on some pair of scales, fitted by the median of slopes between halves (Theil 1950, Sen 1968,
 * over pairs half a sample apart: as robust to outliers, in linear time), with seasons around it.
 */
final class Growth implements Model {
    enum Law {
        LINEAR,
        EXPONENTIAL,
        LOGARITHMIC
    }

    private final Law law;
    private final int[] periods;

    Growth(Law law, int[] periods) {
        this.law = law;
        this.periods = periods;
    }

    @Override
    public String name() {
        StringBuilder s = new StringBuilder(law.name().toLowerCase(java.util.Locale.ROOT));
        for (int p : periods) {
            s.append('-').append(p);
        }
        return s.toString();
    }

    @Override
    public @Nullable Fitted fit(Sample sample, int length) {
        Scale scale = law == Law.EXPONENTIAL ? Scale.LOG : Scale.PLAIN;
        int longest = periods.length == 0 ? 1 : periods[periods.length - 1];
        if ((scale == Scale.LOG && !sample.positive()) || length < 2 * longest + 3) {
            return null;
        }
        double[] y = sample.on(scale);
        Seasons seasons = Seasons.of(y, length, periods);
        int half = length / 2;
        double[] slopes = new double[length - half];
        for (int t = 0; t + half < length; t++) {
            double rise = y[t + half] - seasons.at(t + half) - y[t] + seasons.at(t);
            slopes[t] = rise / (time(t + half) - time(t));
        }
        double slope = median(slopes);
        double[] starts = new double[length];
        for (int t = 0; t < length; t++) {
            starts[t] = y[t] - seasons.at(t) - slope * time(t);
        }
        double start = median(starts);
        return new Fitted() {
            private int origin = length;

            @Override
            public void advance(int to) {
                origin = to;
            }

            @Override
            public void forecast(double[] out) {
                for (int h = 0; h < out.length; h++) {
                    out[h] = start + slope * time(origin + h) + seasons.at(origin + h);
                }
                scale.back(out);
            }
        };
    }

    private double time(int t) {
        return law == Law.LOGARITHMIC ? Math.log(t + 1) : t;
    }

    private static double median(double[] a) {
        Arrays.sort(a);
        return a.length % 2 == 1 ? a[a.length / 2] : (a[a.length / 2 - 1] + a[a.length / 2]) / 2;
    }
}
