package io.kvops.planner.forecast;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Finds the periods of a series: for every candidate, the share of the variance that seasonal means explain after a
 * centred moving average of that length, corrected for their number; the shortest of those nearly as good as the best.
 */
final class Periods {
    private static final int LONGEST = 800;
    private static final int LOOKED_AT = 4_000;

    /** Standard error of the correlation of two cycles of a smooth series without seasons, some four free values each. */
    private static final double CHANCE = 0.5;

    private static final double Z_FIRST = 3.5;
    private static final double LEAST_FIRST = 0.1;
    private static final int LONGER = 4;
    private static final double BETTER = 1.15;
    private static final double Z_SECOND = 1.5;
    private static final double LEAST_SECOND = 0.05;
    private static final int DAYS = 7;

    private Periods() {}

    /** Up to two periods, ascending, each as an array of its own set: none, the first, both. */
    static List<int[]> find(double[] values, int given) {
        double[] y = values.length > LOOKED_AT
                ? Arrays.copyOfRange(values, values.length - LOOKED_AT, values.length)
                : values;
        List<int[]> sets = new ArrayList<>();
        sets.add(new int[0]);
        int first = strongest(y, 2, 1, Z_FIRST, LEAST_FIRST);
        if (first > 0) {
            sets.add(new int[] {first});
        }
        if (given > 1 && given != first && 2 * given <= values.length) {
            sets.add(new int[] {given});
        }
        int base = first > 0 ? first : given > 1 && 2 * given <= y.length ? given : 0;
        if (base > 0) {
            Seasons one = Seasons.of(y, y.length, new int[] {base});
            double[] rest = new double[y.length];
            for (int t = 0; t < y.length; t++) {
                rest[t] = y[t] - one.at(t);
            }
            int second = strongest(rest, 2 * base, base, Z_SECOND, LEAST_SECOND);
            if (second > 0) {
                sets.add(new int[] {base, second});
            }
            // people have weeks: of days a week is tried, whether it shows or not, and the backtest judges
            if (second != DAYS * base && base != DAYS && 3 * DAYS * base <= y.length) {
                sets.add(new int[] {base, DAYS * base});
            }
        }
        return sets;
    }

    /** The period among from, from + by, ... that is least likely to be chance; 0 if none is unlikely enough. */
    private static int strongest(double[] y, int from, int by, double leastZ, double least) {
        int most = Math.min(LONGEST, y.length / 3);
        double[] rest = new double[y.length];
        double[] strengths = new double[most + 1];
        double bestZ = 0;
        int best = 0;
        for (int m = from; m <= most; m += by) {
            double strength = strength(y, m, rest);
            double cycles = (double) (y.length - m) / m;
            double z = strength * Math.sqrt(cycles * Math.max(0, cycles - 1) / 2) / CHANCE;
            strengths[m] = z >= leastZ && strength >= least ? strength : 0;
            if (strengths[m] > 0 && z > bestZ) {
                bestZ = z;
                best = m;
            }
        }
        // half a day explains much of a day, and has twice the cycles to be sure of it
        for (int m = 2 * best; best > 0 && m <= Math.min(most, LONGER * best); m += best) {
            if ((m - from) % by == 0 && strengths[m] > BETTER * strengths[best]) {
                best = m;
            }
        }
        return best;
    }

    /** Adjusted R squared of seasonal means. */
    private static double strength(double[] y, int period, double[] rest) {
        int from = period / 2;
        int to = Seasons.detrend(y, y.length, period, rest);
        int n = to - from;
        if (n <= period + 2) {
            return 0;
        }
        double[] sum = new double[period];
        int[] count = new int[period];
        double total = 0;
        double squares = 0;
        for (int t = from, k = from % period; t < to; t++) {
            sum[k] += rest[t];
            count[k]++;
            total += rest[t];
            squares += rest[t] * rest[t];
            k = k + 1 == period ? 0 : k + 1;
        }
        double between = 0;
        for (int k = 0; k < period; k++) {
            between += count[k] == 0 ? 0 : sum[k] * sum[k] / count[k];
        }
        double centre = total * total / n;
        double all = squares - centre;
        if (all <= 0) {
            return 0;
        }
        double r2 = Math.min(1, (between - centre) / all);
        return 1 - (1 - r2) * (n - 1) / (n - period);
    }
}
