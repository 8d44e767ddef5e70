package io.kvops.planner.forecast;

import java.util.ArrayList;
import java.util.List;

/**
 * The upper edge of a sawtooth: what grows until a compaction, an expiry or a garbage collection throws much away at once. Its
 * middle says nothing about when it is full, and a line through its last rise is a false alarm.
 */
public final class Envelope {
    private static final int TEETH_LEAST = 4;
    private static final int SHORTEST = 20;
    private static final double DROP = 0.25;
    private static final double RISES_PER_DROP = 3;
    /** Share of all falling that the drops make up: noise falls as often as it rises. */
    private static final double SUDDEN = 0.8;

    private Envelope() {}

    /**
     * The edge through the peaks, as long as the series; the series itself (the same array) if it is no sawtooth.
     *
     * @param y oldest first; finite
     */
    public static double[] of(double[] y) {
        int n = y.length;
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        for (double v : y) {
            low = Math.min(low, v);
            high = Math.max(high, v);
        }
        if (n < SHORTEST || !(high > low)) {
            return y;
        }
        List<Integer> peaks = new ArrayList<>();
        double dropped = 0;
        double fallen = 0;
        int rises = 0;
        for (int t = 1; t < n; t++) {
            double fall = y[t - 1] - y[t];
            fallen += Math.max(0, fall);
            rises += fall < 0 ? 1 : 0;
            if (fall > DROP * (high - low)) {
                peaks.add(t - 1);
                dropped += fall;
            }
        }
        if (peaks.size() < TEETH_LEAST || rises < RISES_PER_DROP * peaks.size() || dropped < SUDDEN * fallen) {
            return y;
        }
        return through(y, peaks);
    }

    private static double[] through(double[] y, List<Integer> peaks) {
        int first = peaks.get(0);
        int last = peaks.get(peaks.size() - 1);
        double slope = (y[last] - y[first]) / (last - first);
        double[] edge = new double[y.length];
        int k = 0;
        for (int t = 0; t < y.length; t++) {
            while (k + 1 < peaks.size() && peaks.get(k + 1) <= t) {
                k++;
            }
            int from = peaks.get(k);
            if (t < first || k + 1 == peaks.size()) {
                // outside of the peaks as between them; a tooth that still grows may already be higher
                edge[t] = Math.max(y[t], y[from] + slope * (t - from));
            } else {
                int to = peaks.get(k + 1);
                edge[t] = y[from] + (y[to] - y[from]) * (t - from) / (to - from);
            }
        }
        return edge;
    }
}
