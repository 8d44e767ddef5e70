package io.kvops.planner.forecast;

import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A law of growth with seasons around it. */
final class Growth implements Model {
    private final GrowthModel law;
    private final int[] periods;

    Growth(GrowthModel law, int[] periods) {
        this.law = law;
        this.periods = periods;
    }

    @Override
    public String name() {
        StringBuilder s = new StringBuilder(law.name());
        for (int p : periods) {
            s.append('-').append(p);
        }
        return s.toString();
    }

    @Override
    public @Nullable Fitted fit(Sample sample, int length) {
        // of what grows exponentially the seasons grow too
        boolean logs = law == GrowthModels.EXPONENTIAL;
        int longest = periods.length == 0 ? 1 : periods[periods.length - 1];
        if ((logs && !sample.positive()) || length < 2 * longest + 3) {
            return null;
        }
        double[] y = sample.on(logs ? Sample.Scale.LOG : Sample.Scale.PLAIN);
        Seasons seasons = Seasons.of(y, length, periods);
        double[] rest = new double[length];
        for (int t = 0; t < length; t++) {
            double v = y[t] - seasons.at(t);
            rest[t] = logs ? Math.exp(v) : v;
        }
        GrowthModel.@Nullable Curve curve = fitted(rest);
        return curve == null ? null : new Walk(curve, seasons, logs, length);
    }

    /** A law of somebody else may fail, and then takes no part. */
    private GrowthModel.@Nullable Curve fitted(double[] values) {
        try {
            GrowthModel.@Nullable Curve curve = law.fit(values);
            return curve == null || !Double.isFinite(curve.at(values.length)) ? null : curve;
        } catch (RuntimeException e) {
            return null;
        }
    }

    private static final class Walk implements Fitted {
        private final GrowthModel.Curve curve;
        private final Seasons seasons;
        private final boolean logs;
        private int origin;

        Walk(GrowthModel.Curve curve, Seasons seasons, boolean logs, int origin) {
            this.curve = curve;
            this.seasons = seasons;
            this.logs = logs;
            this.origin = origin;
        }

        @Override
        public void advance(int to) {
            origin = to;
        }

        @Override
        public void forecast(double[] out) {
            Arrays.setAll(out, h -> {
                double s = seasons.at(origin + h);
                double v = curve.at(origin + h);
                return logs ? v * Math.exp(s) : v + s;
            });
        }

        @Override
        public Map<String, Double> parameters() {
            return curve.parameters();
        }
    }
}
