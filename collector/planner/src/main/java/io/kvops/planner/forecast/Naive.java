package io.kvops.planner.forecast;

import org.jspecify.annotations.Nullable;

/** The value one period ago; with a period of 1 the last value. The yardstick of all others. */
final class Naive implements Model {
    private final int period;

    Naive(int period) {
        this.period = period;
    }

    @Override
    public String name() {
        return period == 1 ? "naive" : "seasonal-naive-" + period;
    }

    @Override
    public @Nullable Fitted fit(Sample sample, int length) {
        if (length < period) {
            return null;
        }
        double[] y = sample.values();
        return new Fitted() {
            private int origin = length;

            @Override
            public void advance(int to) {
                origin = to;
            }

            @Override
            public void forecast(double[] out) {
                for (int h = 0; h < out.length; h++) {
                    // before there is a whole period: the oldest
                    out[h] = y[Math.max(0, origin - period + h % period)];
                }
            }
        };
    }
}
