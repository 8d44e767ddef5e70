package io.kvops.analyzer;

import io.kvops.analyzer.Comparison.Change;
import io.kvops.analyzer.Comparison.Metric;
import io.kvops.analyzer.Comparison.Shift;
import io.kvops.histogram.SparseHistogram;
import io.kvops.history.OpsAnswer;
import io.kvops.history.OpsPoint;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Compares two windows, group by group. Any thread. */
final class Comparisons {
    /** 99 % of a normal distribution lie within so many deviations. */
    private static final double Z_99 = 2.5758293035489004;

    private static final double[] PERCENTILES = {50, 90, 99};

    /** Into so many steps each window is cut, to see how much counts vary by themselves. */
    private static final int STEPS = 60;

    private static final String NO_CHANGE = "no significant change";

    private final HistoryReader reader;
    private final double significance;

    Comparisons(HistoryReader reader, double significance) {
        this.reader = reader;
        this.significance = significance;
    }

    /** One window. */
    private record Side(
            Report.Window window,
            Map<Map<GroupBy, String>, List<OpsPoint>> groups,
            Map<Map<GroupBy, String>, long[]> steps) {
        Sum sum(Map<GroupBy, String> key) {
            return Sum.of(groups.getOrDefault(key, List.of()));
        }

        long count(Map<GroupBy, String> key) {
            return groups.getOrDefault(key, List.of()).stream()
                    .mapToLong(OpsPoint::count)
                    .sum();
        }

        double seconds() {
            return window.coveredSeconds();
        }
    }

    Comparison compare(Window before, Window after, List<GroupBy> by, Map<GroupBy, String> where, int limit) {
        Breakdowns.refuseOutcome(by);
        Breakdowns.refuseOutcome(where.keySet());
        Breakdowns.atLeastOne("limit", limit);
        Side a = side(before, by, where);
        Side b = side(after, by, where);
        Set<Map<GroupBy, String>> keys = new LinkedHashSet<>(a.groups.keySet());
        keys.addAll(b.groups.keySet());
        List<Map<GroupBy, String>> most = keys.stream()
                .sorted(Comparator.comparingLong((Map<GroupBy, String> key) -> -a.count(key) - b.count(key))
                        .thenComparing(Map::toString))
                .limit(limit)
                .toList();
        List<Comparison.Group> raw = most.stream().map(key -> group(key, a, b)).toList();
        List<Comparison.Group> groups = adjusted(raw);
        return new Comparison(a.window, b.window, significance, groups, keys.size(), summary(a, b, groups));
    }

    private Side side(Window window, List<GroupBy> by, Map<GroupBy, String> where) {
        OpsAnswer answer = reader.allOps(reader.range(window.from(), window.to()), Breakdowns.set(by), where, 0);
        Report.Window covered = reader.window(answer);
        Map<Map<GroupBy, String>, long[]> steps = new HashMap<>();
        if (covered.coveredSeconds() > 0) {
            steps = steps(answer, covered, by, where);
        }
        return new Side(covered, Sum.group(answer.points(), p -> Breakdowns.key(p, by)), steps);
    }

    /** Counts by step; the first and the last step are not covered as a whole, so they are left out. */
    private Map<Map<GroupBy, String>, long[]> steps(
            OpsAnswer answer, Report.Window window, List<GroupBy> by, Map<GroupBy, String> where) {
        long step = Timelines.stepMillis((long) (window.coveredSeconds() * 1_000), reader.widestMillis(window), STEPS);
        List<OpsPoint> points = reader.allOps(HistoryReader.range(answer), Breakdowns.set(by), where, step)
                .points();
        long first = Math.floorDiv(window.coveredFrom().toEpochMilli(), step) + 1;
        long last = Math.floorDiv(window.coveredTo().toEpochMilli(), step) - 1;
        Map<Map<GroupBy, String>, long[]> steps = new HashMap<>();
        if (last - first < 2) {
            return steps;
        }
        for (OpsPoint p : points) {
            long at = Math.floorDiv(p.startMillis(), step);
            long[] counts = steps.computeIfAbsent(Breakdowns.key(p, by), k -> new long[(int) (last - first + 1)]);
            if (at >= first && at <= last) {
                counts[(int) (at - first)] += p.count();
            }
        }
        return steps;
    }

    private static Comparison.Group group(Map<GroupBy, String> key, Side a, Side b) {
        Sum before = a.sum(key);
        Sum after = b.sum(key);
        List<Change> changes = new ArrayList<>(4);
        changes.add(rate(key, a, before, b, after));
        changes.add(share(Metric.ERROR_RATE, before.errors, before.count, after.errors, after.count));
        changes.add(share(Metric.MISS_RATE, before.misses, before.count, after.misses, after.count));
        List<Shift> shifts = List.of();
        if (before.latency.count() > 0 && after.latency.count() > 0) {
            SparseHistogram then = before.latency.toSparse();
            SparseHistogram now = after.latency.toSparse();
            shifts = shifts(before.latency, then, after.latency, now);
            changes.add(latency(before.latency, then, after.latency, now));
        }
        return new Comparison.Group(key, before.count, after.count, changes, shifts);
    }

    private static Change rate(Map<GroupBy, String> key, Side a, Sum before, Side b, Sum after) {
        double then = a.seconds() > 0 ? before.count / a.seconds() : 0;
        double now = b.seconds() > 0 ? after.count / b.seconds() : 0;
        double[] dispersion =
                Significance.dispersion(a.steps.getOrDefault(key, new long[0]), b.steps.getOrDefault(key, new long[0]));
        double p = a.seconds() > 0 && b.seconds() > 0
                ? Significance.rates(
                        before.count, a.seconds(), after.count, b.seconds(), dispersion[0], (int) dispersion[1])
                : 1;
        String test = dispersion[0] > 1
                ? String.format(
                        Locale.ROOT,
                        "ratio of Poisson rates, dispersion %.3g with %d degrees of freedom",
                        dispersion[0],
                        (int) dispersion[1])
                : "exact binomial test of two Poisson counts";
        return change(Metric.RATE, then, now, p, test);
    }

    private static Change share(Metric metric, long before, long wholeBefore, long after, long wholeAfter) {
        return change(
                metric,
                wholeBefore == 0 ? 0 : (double) before / wholeBefore,
                wholeAfter == 0 ? 0 : (double) after / wholeAfter,
                Significance.shares(before, wholeBefore, after, wholeAfter),
                "two shares: Fisher's exact test, or z from 5 expected on");
    }

    private static Change latency(LatencySum before, SparseHistogram then, LatencySum after, SparseHistogram now) {
        Significance.Distance found = Significance.kolmogorovSmirnov(then, now);
        return change(
                Metric.LATENCY,
                (double) before.percentile(50),
                (double) after.percentile(50),
                found.probability(),
                String.format(Locale.ROOT, "Kolmogorov-Smirnov, distance %.3g", found.distance()));
    }

    private static Change change(Metric metric, double before, double after, double probability, String test) {
        double ratio = before > 0 ? after / before : after > 0 ? Double.POSITIVE_INFINITY : 1;
        return new Change(metric, before, after, ratio, probability, probability, false, NO_CHANGE, test);
    }

    private static List<Shift> shifts(LatencySum before, SparseHistogram then, LatencySum after, SparseHistogram now) {
        List<Shift> shifts = new ArrayList<>();
        for (double percentile : PERCENTILES) {
            Significance.Interval a = Significance.quantile(then, before.maxNanos(), percentile / 100, Z_99);
            Significance.Interval b = Significance.quantile(now, after.maxNanos(), percentile / 100, Z_99);
            shifts.add(new Shift(
                    percentile,
                    before.percentile(percentile),
                    a.lowNanos(),
                    a.highNanos(),
                    after.percentile(percentile),
                    b.lowNanos(),
                    b.highNanos(),
                    a.highNanos() < b.lowNanos() || b.highNanos() < a.lowNanos()));
        }
        return shifts;
    }

    private List<Comparison.Group> adjusted(List<Comparison.Group> raw) {
        double[] adjusted = Significance.benjaminiHochberg(raw.stream()
                .flatMap(g -> g.changes().stream())
                .mapToDouble(Change::probability)
                .toArray());
        int next = 0;
        List<Comparison.Group> groups = new ArrayList<>(raw.size());
        for (Comparison.Group g : raw) {
            List<Change> changes = new ArrayList<>(g.changes().size());
            for (Change c : g.changes()) {
                changes.add(judged(c, adjusted[next++], g.quantiles()));
            }
            groups.add(new Comparison.Group(g.key(), g.countBefore(), g.countAfter(), changes, g.quantiles()));
        }
        return groups;
    }

    private Change judged(Change c, double adjusted, List<Shift> shifts) {
        boolean significant = adjusted < significance;
        String verdict = c.after() > c.before() ? "higher" : "lower";
        if (c.metric() == Metric.LATENCY) {
            boolean slower = shifts.stream().anyMatch(s -> s.moved() && s.afterNanos() > s.beforeNanos());
            boolean faster = shifts.stream().anyMatch(s -> s.moved() && s.afterNanos() < s.beforeNanos());
            significant &= slower || faster;
            verdict = slower && faster ? "different" : slower ? "slower" : "faster";
        }
        return new Change(
                c.metric(),
                c.before(),
                c.after(),
                c.ratio(),
                c.probability(),
                adjusted,
                significant,
                significant ? verdict : NO_CHANGE,
                c.test());
    }

    private static String summary(Side a, Side b, List<Comparison.Group> groups) {
        if (a.seconds() == 0 || b.seconds() == 0) {
            return "nothing to compare: no frames in the " + (a.seconds() == 0 ? "first" : "second") + " window";
        }
        long all = groups.stream().mapToLong(g -> g.changes().size()).sum();
        long significant = groups.stream()
                .flatMap(g -> g.changes().stream())
                .filter(Change::significant)
                .count();
        return significant == 0
                ? NO_CHANGE + " in " + groups.size() + " groups"
                : significant + " of " + all + " changes in " + groups.size() + " groups are significant";
    }
}
