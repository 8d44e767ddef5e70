package io.kvops.planner.forecast;

import java.util.Arrays;
import java.util.Comparator;

/**
 * Widths of intervals from what a combination missed before (split conformal prediction: Vovk, Gammerman, Shafer,
 * "Algorithmic learning in a random world", 2005; weighted by age: Barber, Candes, Ramdas, Tibshirani, "Conformal prediction
 * beyond exchangeability", Annals of Statistics 2023): for each step ahead the quantile of the absolute misses from many
 * origins, smoothed over its neighbours and never narrower than the step before it.
 */
final class Intervals {
    private static final double INFLATE_MAX = 1.5;
    private static final double HALVINGS = 4;
    /** Of misses that are alike so many times as many make up for one that is not, to this power: by simulated walks. */
    private static final double ALIKE_POWER = 0.25;

    private static final double MOST_ALIKE = 0.999;
    private static final int POWER_LEAST = 20;
    /** Least variance of log(level) from which a power can be told. */
    private static final double POWER_SPREAD = 0.005;

    final double[] halfWidths;

    /** Share of the backtest's values inside. */
    final double coverage;

    private Intervals(double[] halfWidths, double coverage) {
        this.halfWidths = halfWidths;
        this.coverage = coverage;
    }

    static Intervals of(Combination c, Origins backtest, int horizon, double level) {
        Origins past = c.pastOrigins;
        int steps = past.steps();
        double power = power(c, past);
        double[] widths = new double[steps];
        for (int h = 0; h < steps; h++) {
            widths[h] = quantile(c, past, h, level, power);
        }
        smooth(widths);
        // parameters know the past that they are tried on: errors on what they do not know say by how much that
        // flatters
        double known = past.errorFrom(c.past, backtest.first());
        double unknown = backtest.error(c.tested);
        double inflate = known > 0 ? Math.min(INFLATE_MAX, Math.max(1, unknown / known)) : 1;
        double[] half = new double[horizon];
        for (int h = 0; h < horizon; h++) {
            // beyond what could be tested: as the errors of a random walk grow
            double width = h < steps ? widths[h] : widths[steps - 1] * Math.sqrt((h + 1.0) / steps);
            half[h] = inflate * width * size(c.values[h], power);
        }
        return new Intervals(half, coverage(c, backtest, half));
    }

    private static double coverage(Combination c, Origins backtest, double[] half) {
        int inside = 0;
        int all = 0;
        for (int i = 0; i < c.tested.length; i++) {
            for (int h = 0; h < backtest.known(i); h++) {
                double miss = Math.abs(c.tested[i][h] - backtest.y()[backtest.origin(i) + h]);
                inside += miss <= half[h] ? 1 : 0;
                all++;
            }
        }
        return all == 0 ? Double.NaN : (double) inside / all;
    }

    /** The weighted quantile of the misses h + 1 steps ahead; late ones weigh more, as errors change with time. */
    private static double quantile(Combination c, Origins past, int h, double level, double power) {
        int count = past.count();
        Miss[] misses = new Miss[count];
        int n = 0;
        double sum = 0;
        double squares = 0;
        double products = 0;
        double before = 0;
        for (int i = 0; i < count && h < past.known(i); i++) {
            double weight = Math.pow(2, -HALVINGS * (count - 1 - i) / count);
            double miss = (c.past[i][h] - past.y()[past.origin(i) + h]) / size(c.past[i][h], power);
            misses[n++] = new Miss(Math.abs(miss), weight);
            sum += weight;
            squares += miss * miss;
            products += miss * before;
            before = miss;
        }
        if (n == 0) {
            return 0;
        }
        Arrays.sort(misses, 0, n, Comparator.comparingDouble(Miss::size));
        double alike = squares > 0 ? Math.min(MOST_ALIKE, Math.max(0, products / squares)) : 0;
        double overlap = Math.min((1 + alike) / (1 - alike), Math.max(1, (h + 1.0) / past.stride()));
        // the miss to come counts as one more, beyond all others; of a walk, whose misses from neighbouring origins are
        // nearly one and the same, there are fewer than they seem
        double target = level * (sum + Math.pow(overlap, ALIKE_POWER));
        double below = 0;
        for (int i = 0; i < n; i++) {
            below += misses[i].weight;
            if (below >= target) {
                return misses[i].size;
            }
        }
        return misses[n - 1].size * (1 + (target - below) / sum);
    }

    private static double size(double value, double power) {
        return power == 0 ? 1 : Math.pow(Math.max(Math.abs(value), Double.MIN_NORMAL), power);
    }

    /** With which power of the level errors grow, 0 to 1: the slope of log(error) over log(level). */
    private static double power(Combination c, Origins past) {
        double sx = 0;
        double sy = 0;
        double sxx = 0;
        double sxy = 0;
        int n = 0;
        for (int i = 0; i < past.count(); i++) {
            double level = 0;
            double miss = 0;
            int known = past.known(i);
            for (int h = 0; h < known; h++) {
                level += c.past[i][h] / known;
                miss += Math.abs(c.past[i][h] - past.y()[past.origin(i) + h]) / known;
            }
            if (level > 0 && miss > 0) {
                double x = Math.log(level);
                double y = Math.log(miss);
                sx += x;
                sy += y;
                sxx += x * x;
                sxy += x * y;
                n++;
            }
        }
        double spread = sxx - sx * sx / n;
        if (n < past.count() || n < POWER_LEAST || spread < POWER_SPREAD * n) {
            return 0;
        }
        return Math.min(1, Math.max(0, (sxy - sx * sy / n) / spread));
    }

    private record Miss(double size, double weight) {}

    private static void smooth(double[] widths) {
        double[] raw = widths.clone();
        double least = 0;
        for (int h = 0; h < raw.length; h++) {
            int low = Math.max(0, h - h / 4);
            int high = Math.min(raw.length - 1, h + h / 4);
            double sum = 0;
            for (int k = low; k <= high; k++) {
                sum += raw[k];
            }
            least = Math.max(least, sum / (high - low + 1));
            widths[h] = least;
        }
    }
}
