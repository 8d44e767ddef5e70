package io.kvops.analyzer;

import io.kvops.histogram.SparseHistogram;
import io.kvops.history.OpsAnswer;
import io.kvops.history.OpsPoint;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Groups what the history holds by anything. Any thread. */
final class Breakdowns {
    private static final List<String> OUTCOMES = List.of("ok", "miss", "error", "timeout", "cancelled");

    private final HistoryReader reader;

    Breakdowns(HistoryReader reader) {
        this.reader = reader;
    }

    Breakdown breakdown(
            Instant from, Instant to, List<GroupBy> by, Map<GroupBy, String> where, Breakdown.Order order, int limit) {
        atLeastOne("limit", limit);
        checkOutcome(where.get(GroupBy.OUTCOME));
        OpsAnswer answer = reader.allOps(reader.range(from, to), set(by), where, 0);
        Report.Window window = reader.window(answer);
        Map<Map<GroupBy, String>, Row> rows = rows(answer.points(), by, where);
        Row all = new Row();
        rows(answer.points(), List.of(), where).values().forEach(row -> all.sum = row.sum);
        List<Breakdown.Group> groups = new ArrayList<>(rows.size());
        rows.forEach((key, row) -> groups.add(row.group(key, all, window)));
        groups.sort(order(order));
        return new Breakdown(
                window,
                by,
                all.group(Map.of(), all, window),
                groups.subList(0, Math.min(limit, groups.size())),
                groups.size());
    }

    Timeline timeline(Instant from, Instant to, List<GroupBy> by, Map<GroupBy, String> where, int limit) {
        refuseOutcome(by);
        refuseOutcome(where.keySet());
        if (limit < 1 || limit > Timeline.MAX_LINES) {
            throw new IllegalArgumentException("limit: " + limit + " (expected 1 to " + Timeline.MAX_LINES + ")");
        }
        OpsAnswer answer = reader.allOps(reader.range(from, to), set(by), where, 0);
        Report.Window window = reader.window(answer);
        if (window.coveredSeconds() == 0) {
            return new Timeline(window, Duration.ZERO, List.of(), 0);
        }
        long step = Timelines.stepMillis(window, reader.widestMillis(window));
        Map<Map<GroupBy, String>, List<OpsPoint>> groups = Sum.group(answer.points(), p -> key(p, by));
        List<Timeline.Line> lines = groups.entrySet().stream()
                .sorted(Comparator.comparingLong(
                                (Map.Entry<Map<GroupBy, String>, List<OpsPoint>> e) -> -count(e.getValue()))
                        .thenComparing(e -> e.getKey().toString()))
                .limit(limit)
                .map(e -> line(e.getKey(), HistoryReader.range(answer), where, window, step))
                .toList();
        return new Timeline(window, Duration.ofMillis(step), lines, groups.size());
    }

    private Timeline.Line line(
            Map<GroupBy, String> key,
            HistoryReader.Range range,
            Map<GroupBy, String> where,
            Report.Window window,
            long step) {
        Map<GroupBy, String> exact = new EnumMap<>(GroupBy.class);
        exact.putAll(where);
        exact.putAll(key);
        List<OpsPoint> points = reader.allOps(range, Set.of(), exact, step).points();
        return new Timeline.Line(key, Timelines.of(points, window, step, null));
    }

    private static long count(Collection<OpsPoint> points) {
        return points.stream().mapToLong(OpsPoint::count).sum();
    }

    /** What a point is, of what was grouped by. */
    static Map<GroupBy, String> key(OpsPoint point, List<GroupBy> by) {
        Map<GroupBy, String> key = new LinkedHashMap<>();
        by.forEach(g -> key.put(g, g.of(point.series())));
        return key;
    }

    static Set<GroupBy> set(List<GroupBy> by) {
        Set<GroupBy> set = EnumSet.noneOf(GroupBy.class);
        set.addAll(by);
        if (new HashSet<>(by).size() < by.size()) {
            throw new IllegalArgumentException("by: " + by + " (expected each once)");
        }
        return set;
    }

    static void refuseOutcome(Collection<GroupBy> of) {
        if (of.contains(GroupBy.OUTCOME)) {
            throw new IllegalArgumentException(
                    "OUTCOME (expected another dimension: errors and misses are told for each group anyway)");
        }
    }

    static void atLeastOne(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + ": " + value + " (expected >= 1)");
        }
    }

    private static void checkOutcome(@Nullable String outcome) {
        if (outcome != null && !OUTCOMES.contains(outcome.toLowerCase(Locale.ROOT))) {
            throw new IllegalArgumentException(
                    "outcome: " + outcome + " (expected one of " + String.join(", ", OUTCOMES) + ")");
        }
    }

    private static Map<Map<GroupBy, String>, Row> rows(
            List<OpsPoint> points, List<GroupBy> by, Map<GroupBy, String> where) {
        Map<Map<GroupBy, String>, Row> rows = new LinkedHashMap<>();
        String wanted = where.get(GroupBy.OUTCOME);
        boolean apart = wanted != null || by.contains(GroupBy.OUTCOME);
        for (OpsPoint point : points) {
            Map<GroupBy, String> key = key(point, by);
            if (!apart) {
                rows.computeIfAbsent(key, k -> new Row()).sum.add(point);
                continue;
            }
            for (String outcome : OUTCOMES) {
                long n = count(point, outcome);
                if (n > 0 && (wanted == null || wanted.equalsIgnoreCase(outcome))) {
                    Map<GroupBy, String> own = new LinkedHashMap<>(key);
                    own.replace(GroupBy.OUTCOME, outcome);
                    rows.computeIfAbsent(own, k -> new Row()).sum.add(only(point, outcome, n));
                }
            }
        }
        return rows;
    }

    private static long count(OpsPoint point, String outcome) {
        long failures = Sum.failures(point);
        return switch (outcome) {
            case "miss" -> point.misses();
            case "error" -> failures - point.timeouts() - point.cancelled();
            case "timeout" -> point.timeouts();
            case "cancelled" -> point.cancelled();
            default -> point.count() - failures - point.misses();
        };
    }

    /** The operations of a point that ended in one way; they are not timed apart. */
    private static OpsPoint only(OpsPoint p, String outcome, long n) {
        return new OpsPoint(
                p.startMillis(),
                p.series(),
                n,
                outcome.equals("miss") ? n : 0,
                outcome.equals("error") ? p.errorsByClass() : Map.of(),
                outcome.equals("timeout") ? n : 0,
                outcome.equals("cancelled") ? n : 0,
                0,
                0,
                0,
                0,
                0,
                0,
                SparseHistogram.EMPTY);
    }

    private static Comparator<Breakdown.Group> order(Breakdown.Order order) {
        Comparator<Breakdown.Group> first = switch (order) {
            case COUNT -> Comparator.comparingLong(Breakdown.Group::count);
            case TIME -> Comparator.comparingLong(Breakdown.Group::totalNanos);
            case ERRORS -> Comparator.comparingLong(Breakdown.Group::errors);
            case P99 -> Comparator.comparingLong(Breakdown.Group::p99Nanos);
        };
        return first.reversed()
                .thenComparing(Comparator.comparingLong(Breakdown.Group::count).reversed())
                .thenComparing(g -> g.key().values().toString());
    }

    /** A group under way. */
    private static final class Row {
        private Sum sum = new Sum();

        Breakdown.Group group(Map<GroupBy, String> key, Row all, Report.Window window) {
            double seconds = window.coveredSeconds();
            LatencySum latency = sum.latency;
            return new Breakdown.Group(
                    key,
                    sum.count,
                    ratio(sum.count, (double) all.sum.count),
                    ratio(sum.count, seconds),
                    ratio(sum.transactions, seconds),
                    sum.errors,
                    ratio(sum.errors, (double) sum.count),
                    sum.misses,
                    ratio(sum.misses, (double) sum.count),
                    sum.timeouts,
                    sum.cancelled,
                    sum.errorsByClass,
                    sum.bytesIn,
                    sum.bytesOut,
                    latency.count(),
                    latency.meanNanos(),
                    latency.percentile(50),
                    latency.percentile(90),
                    latency.percentile(99),
                    latency.percentile(99.9),
                    latency.percentile(99.99),
                    latency.maxNanos(),
                    Math.round(sum.busyNanos),
                    all.sum.busyNanos > 0 ? sum.busyNanos / all.sum.busyNanos : 0);
        }

        private static double ratio(long part, double whole) {
            return whole > 0 ? part / whole : 0;
        }
    }
}
