package io.kvops.planner.forecast;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Values with their times, made a series at equal distances: put in order, of two at one time the last, averaged where they are
 * more than a forecast looks at, NaN where there is a hole. Whatever was done to them is said.
 *
 * @param values oldest first, at equal distances; NaN: none was measured
 * @param first when the first of them was
 * @param step between two, above 0
 * @param caveats what was done, one sentence each
 */
@SuppressWarnings("ArrayRecordComponent") // numbers by the thousand
public record Timeline(double[] values, Instant first, Duration step, List<String> caveats) {
    /** Most values that come out: more are averaged. */
    public static final int VALUES_MAX = 2_500;

    private static final int WRONG_CLOCK_LEAST = 8;
    /** Times further from the middle half of them than so many times that half's length are wrong. */
    private static final int WRONG_CLOCK = 20;

    /** What the values are. */
    public enum Kind {
        /** Goes up and down. */
        GAUGE,
        /** Only grows, but begins at 0 again with its process; the series is of its running total. */
        COUNTER,
        /** As a counter; the series is of its growth a second. */
        RATE
    }

    public Timeline {
        caveats = List.copyOf(caveats);
    }

    /**
     * Makes one.
     *
     * @param epochMillis times, in any order
     * @param given as many; NaN and infinities are left out
     * @throws IllegalArgumentException if they are not as many, or none is a number
     */
    public static Timeline of(long[] epochMillis, double[] given, Kind kind) {
        if (epochMillis.length != given.length) {
            throw new IllegalArgumentException(epochMillis.length + " times for " + given.length + " values");
        }
        List<String> caveats = new ArrayList<>();
        long[] at = epochMillis;
        double[] v = given;
        if (!ordered(at)) {
            long[] times = at;
            double[] old = v;
            int[] order = IntStream.range(0, at.length)
                    .boxed()
                    .sorted((a, b) -> Long.compare(times[a], times[b]))
                    .mapToInt(Integer::intValue)
                    .toArray();
            at = Arrays.stream(order).mapToLong(i -> times[i]).toArray();
            v = Arrays.stream(order).mapToDouble(i -> old[i]).toArray();
            caveats.add("times were out of order (or a clock was set back) and were put in order");
        }
        int[] range = near(at);
        if (range[1] - range[0] < at.length) {
            caveats.add(at.length - range[1] + range[0] + " values have times far from all others and were left out");
        }
        Points points = Points.of(
                Arrays.copyOfRange(at, range[0], range[1]), Arrays.copyOfRange(v, range[0], range[1]), caveats);
        if (points.size() == 0) {
            throw new IllegalArgumentException(
                    "none of " + given.length + " values is a number (a forecast takes at least 3)");
        }
        if (kind != Kind.GAUGE) {
            points.unroll(caveats, kind);
        }
        if (kind == Kind.RATE) {
            points.differ();
        }
        return points.spread(caveats);
    }

    /** When a value after the last was or will be: 1 is one step after. */
    public Instant after(int steps) {
        return first.plus(step.multipliedBy(values.length - 1L + steps));
    }

    /** From and to of those that a wrong clock has not thrown decades away. */
    private static int[] near(long[] at) {
        int n = at.length;
        if (n < WRONG_CLOCK_LEAST) {
            return new int[] {0, n};
        }
        double quarter = at[n / 4];
        double third = at[3 * n / 4];
        double far = WRONG_CLOCK * Math.max(1, third - quarter);
        int from = 0;
        int to = n;
        while (at[from] < quarter - far) {
            from++;
        }
        while (at[to - 1] > third + far) {
            to--;
        }
        return new int[] {from, to};
    }

    private static boolean ordered(long[] at) {
        for (int i = 1; i < at.length; i++) {
            if (at[i] < at[i - 1]) {
                return false;
            }
        }
        return true;
    }

    private static final class Points {
        private final long[] at;
        private final double[] v;
        private int size;

        private Points(int most) {
            at = new long[most];
            v = new double[most];
        }

        static Points of(long[] times, double[] values, List<String> caveats) {
            Points p = new Points(times.length);
            int doubles = 0;
            int wrong = 0;
            for (int i = 0; i < times.length; i++) {
                if (!Double.isFinite(values[i])) {
                    wrong++;
                } else if (p.size > 0 && p.at[p.size - 1] == times[i]) {
                    p.v[p.size - 1] = values[i];
                    doubles++;
                } else {
                    p.at[p.size] = times[i];
                    p.v[p.size++] = values[i];
                }
            }
            if (wrong > 0) {
                caveats.add(wrong + " of " + times.length + " values are not numbers and were left out");
            }
            if (doubles > 0) {
                caveats.add(doubles + " values had the time of another; of each such the last was taken");
            }
            return p;
        }

        int size() {
            return size;
        }

        void unroll(List<String> caveats, Kind kind) {
            double lost = 0;
            int resets = 0;
            double last = v[0];
            for (int i = 1; i < size; i++) {
                if (v[i] < last) {
                    lost += last;
                    resets++;
                }
                last = v[i];
                v[i] += lost;
            }
            if (resets > 0) {
                caveats.add("the counter began anew " + resets + " times; the series is of its "
                        + (kind == Kind.RATE ? "growth a second" : "running total"));
            }
        }

        /** Of running totals what they grew by in each second since the one before. */
        void differ() {
            if (size < 2) {
                throw new IllegalArgumentException("one total of a counter says nothing of its growth (expected more)");
            }
            for (int i = 0; i < size - 1; i++) {
                v[i] = (v[i + 1] - v[i]) / (at[i + 1] - at[i]) * 1_000;
                at[i] = at[i + 1];
            }
            size--;
        }

        /** A time in the largest unit of which it has a few. */
        private static String words(long millis) {
            long[] units = {86_400_000, 3_600_000, 60_000, 1_000, 1};
            String[] names = {"days", "hours", "minutes", "seconds", "milliseconds"};
            int unit = 0;
            while (unit < units.length - 1 && millis < 2 * units[unit]) {
                unit++;
            }
            return Math.round((double) millis / units[unit]) + " " + names[unit];
        }

        /** Puts them at equal distances. */
        Timeline spread(List<String> caveats) {
            long[] gaps = new long[Math.max(1, size - 1)];
            gaps[0] = 1_000;
            for (int i = 1; i < size; i++) {
                gaps[i - 1] = at[i] - at[i - 1];
            }
            long[] sorted = gaps.clone();
            Arrays.sort(sorted);
            long step = Math.max(1, sorted[sorted.length / 2]);
            long span = at[size - 1] - at[0];
            if (span / step >= VALUES_MAX) {
                step = span / (VALUES_MAX - 1) + 1;
                caveats.add(size + " values were averaged over " + words(step) + " each");
            }
            int n = (int) (span / step) + 1;
            double[] sum = new double[n];
            int[] count = new int[n];
            long widest = 0;
            for (int i = 0; i < size; i++) {
                int k = (int) Math.min(n - 1, (at[i] - at[0] + step / 2) / step);
                sum[k] += v[i];
                count[k]++;
                widest = Math.max(widest, i == 0 ? 0 : at[i] - at[i - 1]);
            }
            for (int k = 0; k < n; k++) {
                sum[k] = count[k] == 0 ? Double.NaN : sum[k] / count[k];
            }
            if (widest > 3 * step) {
                caveats.add("nothing was measured for " + words(widest) + " at the longest");
            }
            return new Timeline(sum, Instant.ofEpochMilli(at[0]), Duration.ofMillis(step), caveats);
        }
    }
}
