package io.kvops.planner.forecast;

import io.kvops.planner.forecast.Sample.Scale;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Exponential smoothing in its additive, single-source-of-error form, with any number of seasons and an autoregressive
 * remainder: BATS without its transformation (De Livera, Hyndman, Snyder, "Forecasting time series with complex seasonal
 * patterns using exponential smoothing", JASA 2011); on the logarithmic scale effects multiply. It has simple smoothing,
 * Holt's, the damped trend and Holt-Winters' as special cases.
 *
 * <pre>
 * y(t) = l(t-1) + phi b(t-1) + sum s_i(t - m_i) + d(t),   d(t) = rho d(t-1) + e(t)
 * l(t) = l(t-1) + phi b(t-1) + alpha d(t),   b(t) = phi b(t-1) + beta d(t),   s_i(t) = s_i(t - m_i) + gamma_i d(t)
 * </pre>
 */
final class Smoothing implements Model {
    enum Trend {
        NONE,
        DAMPED,
        LINEAR
    }

    private static final int EVALUATIONS_PER_PARAMETER = 40;

    private final Trend trend;
    private final int[] periods;
    private final Scale scale;
    private final boolean remainder;

    Smoothing(Trend trend, int[] periods, Scale scale, boolean remainder) {
        this.trend = trend;
        this.periods = periods;
        this.scale = scale;
        this.remainder = remainder;
    }

    @Override
    public String name() {
        String base = switch (trend) {
            case NONE -> periods.length == 0 ? "ses" : "seasonal";
            case DAMPED -> periods.length == 0 ? "damped" : "damped-seasonal";
            case LINEAR -> periods.length == 0 ? "holt" : "holt-winters";
        };
        StringBuilder s = new StringBuilder(base);
        for (int p : periods) {
            s.append('-').append(p);
        }
        return s.append(scale == Scale.LOG ? "-log" : "")
                .append(remainder ? "-ar" : "")
                .toString();
    }

    @Override
    public @Nullable Fitted fit(Sample sample, int length) {
        int longest = periods.length == 0 ? 1 : periods[periods.length - 1];
        if ((scale == Scale.LOG && !sample.positive()) || length < 2 * longest + 3) {
            return null;
        }
        double[] y = sample.on(scale);
        Start start = new Start(y, length);
        int size = 1 + (trend == Trend.NONE ? 0 : trend == Trend.LINEAR ? 1 : 2) + periods.length + (remainder ? 1 : 0);
        double[] first = new double[size];
        guess(first);
        State state = new State(start);
        double[] best = Simplex.minimise(
                p -> {
                    state.reset(p, start);
                    return state.run(y, 0, length);
                },
                first,
                EVALUATIONS_PER_PARAMETER * size);
        State found = new State(start);
        found.reset(best, start);
        return new Walk(y, found);
    }

    /** Unbounded numbers that {@link State#reset} maps into the bounds. */
    private void guess(double[] p) {
        int i = 0;
        p[i++] = -1; // alpha about 0.27
        if (trend != Trend.NONE) {
            p[i++] = -2;
        }
        if (trend == Trend.DAMPED) {
            p[i++] = 1;
        }
        for (int k = 0; k < periods.length; k++) {
            p[i++] = -2;
        }
        if (remainder) {
            p[i] = 0.5;
        }
    }

    /** Where the states begin. */
    private final class Start {
        final Seasons seasons;
        final double level;
        final double slope;

        Start(double[] y, int n) {
            seasons = Seasons.of(y, n, periods);
            int longest = periods.length == 0 ? 1 : periods[periods.length - 1];
            int window = Math.min(n, Math.max(longest, Math.min(10, n)));
            double st = 0;
            double sy = 0;
            double stt = 0;
            double sty = 0;
            for (int t = 0; t < window; t++) {
                double v = y[t] - seasons.at(t);
                st += t;
                sy += v;
                stt += (double) t * t;
                sty += t * v;
            }
            double below = window * stt - st * st;
            double b = below > 0 ? (window * sty - st * sy) / below : 0;
            slope = trend == Trend.NONE ? 0 : b;
            level = trend == Trend.NONE ? sy / window : (sy - b * st) / window - b;
        }
    }

    private final class State {
        final double[][] seasons = new double[periods.length][];
        final int[] at = new int[periods.length];
        final double[] gamma = new double[periods.length];
        double alpha;
        double beta;
        double phi;
        double rho;
        double level;
        double slope;
        double last;

        State(Start start) {
            for (int i = 0; i < periods.length; i++) {
                seasons[i] = start.seasons.effects[i].clone();
            }
        }

        void reset(double[] p, Start start) {
            int i = 0;
            alpha = sigmoid(p[i++], 0.0001, 0.9999);
            beta = trend == Trend.NONE ? 0 : sigmoid(p[i++], 0, 0.5) * alpha;
            phi = trend == Trend.NONE ? 0 : trend == Trend.LINEAR ? 1 : sigmoid(p[i++], 0.8, 0.98);
            for (int k = 0; k < periods.length; k++) {
                gamma[k] = sigmoid(p[i++], 0, 1) * (1 - alpha);
                System.arraycopy(start.seasons.effects[k], 0, seasons[k], 0, periods[k]);
                at[k] = 0;
            }
            rho = remainder ? sigmoid(p[i], -0.5, 0.98) : 0;
            level = start.level;
            slope = start.slope;
            last = 0;
        }

        /** Takes in y[from, to); returns the mean square of the errors one step ahead. */
        double run(double[] y, int from, int to) {
            double sum = 0;
            int k = periods.length;
            for (int t = from; t < to; t++) {
                double base = level + phi * slope;
                double expected = base;
                for (int i = 0; i < k; i++) {
                    expected += seasons[i][at[i]];
                }
                double d = y[t] - expected;
                double e = d - rho * last;
                last = d;
                sum += e * e;
                level = base + alpha * d;
                slope = phi * slope + beta * d;
                for (int i = 0; i < k; i++) {
                    seasons[i][at[i]] += gamma[i] * d;
                    at[i] = at[i] + 1 == periods[i] ? 0 : at[i] + 1;
                }
            }
            double mean = sum / Math.max(1, to - from);
            return Double.isNaN(mean) ? Double.MAX_VALUE : mean;
        }

        void forecast(double[] out) {
            double damp = phi;
            double rise = 0;
            double rest = rho * last;
            for (int h = 0; h < out.length; h++) {
                rise += damp * slope;
                damp *= phi;
                double v = level + rise + rest;
                rest *= rho;
                for (int i = 0; i < periods.length; i++) {
                    v += seasons[i][(at[i] + h) % periods[i]];
                }
                out[h] = v;
            }
        }
    }

    private final class Walk implements Fitted {
        private final double[] y;
        private final State state;
        private int origin;

        Walk(double[] y, State state) {
            this.y = y;
            this.state = state;
        }

        @Override
        public void advance(int to) {
            state.run(y, origin, to);
            origin = to;
        }

        @Override
        public void forecast(double[] out) {
            state.forecast(out);
            scale.back(out);
        }

        @Override
        public Map<String, Double> parameters() {
            Map<String, Double> found = new LinkedHashMap<>();
            found.put("alpha", state.alpha);
            if (trend != Trend.NONE) {
                found.put("beta", state.beta);
                found.put("phi", state.phi);
            }
            for (int i = 0; i < periods.length; i++) {
                found.put("gamma-" + periods[i], state.gamma[i]);
            }
            if (remainder) {
                found.put("rho", state.rho);
            }
            return found;
        }
    }

    private static double sigmoid(double x, double low, double high) {
        return low + (high - low) / (1 + Math.exp(-x));
    }
}
