package io.kvops.planner.forecast;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A series whose level jumped, once or twice, and stayed: a data set loaded, a cache switched off. What came before is moved to
 * the new level, so that the jump is neither a trend nor noise. A jump is a change many times larger than changes usually are,
 * so a random walk has none, and steps that come every night are a season.
 */
@SuppressWarnings("ArrayRecordComponent") // held by nobody for long
record LevelShift(double[] values, List<String> caveats) {
    private static final int SHORTEST = 20;
    private static final int SIDE_LEAST = 6;
    private static final int JUMPS_MAX = 2;
    private static final double TIMES_USUAL = 12;
    private static final double KEPT = 0.6;

    static LevelShift of(double[] y) {
        int n = y.length;
        if (n < SHORTEST) {
            return new LevelShift(y, List.of());
        }
        double[] sizes = new double[n - 1];
        for (int t = 1; t < n; t++) {
            sizes[t - 1] = Math.abs(y[t] - y[t - 1]);
        }
        double[] sorted = sizes.clone();
        Arrays.sort(sorted);
        // the size that nine of ten changes do not pass: of a series flat but for its season the median would be
        // nothing
        double usual = sorted[(n - 1) * 9 / 10];
        double limit = TIMES_USUAL / 2 * usual;
        int jumps = 0;
        int at = 0;
        for (int t = 1; t < n; t++) {
            if (sizes[t - 1] > limit && sizes[t - 1] > 0) {
                jumps++;
                at = t;
            }
        }
        boolean spread = usual > 0 && sorted[(n - 1) / 2] > 0;
        // where nothing else ever changed, one change is a shift: two may be stairs
        boolean once = jumps == 1 && sorted[n - 3] == 0;
        if (jumps == 0 || jumps > JUMPS_MAX || !(spread || once) || at < SIDE_LEAST || n - at < SIDE_LEAST) {
            return new LevelShift(y, List.of());
        }
        int side = Math.min(Math.min(at, n - at), 3 * SIDE_LEAST);
        double step = y[at] - y[at - 1];
        double before = RobustLine.median(Arrays.copyOfRange(y, at - side, at));
        double after = RobustLine.median(Arrays.copyOfRange(y, at, at + side));
        if ((after - before) / step < KEPT) {
            return new LevelShift(y, List.of());
        }
        double[] moved = y.clone();
        for (int t = 0; t < at; t++) {
            moved[t] += step;
        }
        return new LevelShift(
                moved,
                List.of(String.format(
                        Locale.ROOT,
                        "the level jumped by %.4g, %d values before the end, and stayed; what came before was moved to it",
                        step,
                        n - at)));
    }
}
