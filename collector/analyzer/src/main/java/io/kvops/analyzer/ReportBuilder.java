package io.kvops.analyzer;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Computes the parts of an answer from what was taken out under the lock. Pure; each instance belongs to one thread. */
final class ReportBuilder {
    private static final long[] STEP_SECONDS = {1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 900, 1_800, 3_600};
    private static final int MAX_STEPS = 300;

    private final WindowData data;
    private final Report.Window window;
    private final List<Report.Series> series = new ArrayList<>();
    private final List<Report.Series> internal = new ArrayList<>();

    /** By series, over the whole window; the application's only. */
    private final List<SeriesCount> counts = new ArrayList<>();

    private final Sum all = new Sum();

    ReportBuilder(WindowData data) {
        this.data = data;
        this.window = data.window();
        Map<SeriesId, List<SeriesCount>> bySeries = new LinkedHashMap<>();
        for (WindowData.Slice slice : data.slices()) {
            for (SeriesCount c : slice.series()) {
                bySeries.computeIfAbsent(c.id, id -> new ArrayList<>(2)).add(c);
            }
        }
        bySeries.forEach((id, parts) -> {
            Sum sum = Sum.of(parts);
            (id.key.internal() ? internal : series).add(row(id, sum));
            if (!id.key.internal()) {
                SeriesCount count = sum.toCount(id);
                counts.add(count);
                all.add(count);
            }
        });
        Comparator<Report.Series> order = Comparator.comparingLong(Report.Series::count)
                .reversed()
                .thenComparing(Report.Series::service)
                .thenComparing(Report.Series::instance)
                .thenComparing(Report.Series::store)
                .thenComparing(Report.Series::endpoint)
                .thenComparing(Report.Series::op)
                .thenComparing(Report.Series::opClass)
                .thenComparing(Report.Series::pattern);
        series.sort(order);
        internal.sort(order);
    }

    Report.Window window() {
        return window;
    }

    List<Report.Series> series() {
        return series;
    }

    List<Report.Series> internal() {
        return internal;
    }

    Report.Totals totals() {
        return new Report.Totals(
                all.count,
                all.errors,
                all.misses,
                all.bytesIn,
                all.bytesOut,
                rate(all.count),
                rate(all.transactions),
                all.latency.count(),
                all.meanNanos(),
                all.percentile(50),
                all.percentile(90),
                all.percentile(99),
                all.percentile(99.9),
                all.percentile(99.99),
                all.maxNanos);
    }

    List<Report.Pattern> patterns() {
        Map<String, Long> ops = new HashMap<>();
        Map<String, Double> busy = new HashMap<>();
        Sum.group(counts, c -> c.id.key.store()).forEach((store, of) -> {
            Sum sum = Sum.of(of);
            ops.put(store, sum.count);
            busy.put(store, sum.busyNanos);
        });
        record Key(String store, String pattern) {}
        List<Report.Pattern> rows = new ArrayList<>();
        Sum.group(
                        counts.stream()
                                .filter(c -> !c.id.key.pattern().isEmpty())
                                .toList(),
                        c -> new Key(c.id.key.store(), c.id.key.pattern()))
                .forEach((key, of) -> {
                    Sum sum = Sum.of(of);
                    rows.add(new Report.Pattern(
                            key.store,
                            key.pattern,
                            sum.count,
                            share(sum.count, ops.getOrDefault(key.store, 0L)),
                            sum.reads,
                            sum.writes,
                            sum.errors,
                            sum.misses,
                            sum.distinctKeys,
                            sum.bytesIn,
                            sum.bytesOut,
                            rate(sum.count),
                            sum.percentile(50),
                            sum.percentile(99),
                            sum.maxNanos,
                            sum.sumNanos,
                            timeShare(sum.busyNanos, busy.getOrDefault(key.store, 0.0))));
                });
        rows.sort(Comparator.comparingLong(Report.Pattern::count)
                .reversed()
                .thenComparing(Report.Pattern::store)
                .thenComparing(Report.Pattern::pattern));
        return rows;
    }

    List<Report.QueryType> queryTypes() {
        record Key(String store, String opClass) {}
        List<Report.QueryType> rows = new ArrayList<>();
        Sum.group(counts, c -> new Key(c.id.key.store(), Report.lower(c.id.key.opClass())))
                .forEach((key, of) -> {
                    Sum sum = Sum.of(of);
                    rows.add(new Report.QueryType(
                            key.store,
                            key.opClass,
                            sum.count,
                            share(sum.count, all.count),
                            sum.errors,
                            sum.misses,
                            rate(sum.count),
                            sum.percentile(50),
                            sum.percentile(99),
                            sum.maxNanos));
                });
        rows.sort(Comparator.comparingLong(Report.QueryType::count)
                .reversed()
                .thenComparing(Report.QueryType::store)
                .thenComparing(Report.QueryType::opClass));
        return rows;
    }

    List<Report.StoreOp> stores() {
        List<Report.StoreOp> rows = new ArrayList<>();
        Sum.group(counts, c -> LiveTotals.Op.of(c.id)).forEach((key, of) -> {
            Sum sum = Sum.of(of);
            rows.add(new Report.StoreOp(
                    key.store(),
                    key.op(),
                    key.opClass(),
                    sum.count,
                    sum.errors,
                    sum.misses,
                    sum.bytesIn,
                    sum.bytesOut,
                    rate(sum.count),
                    sum.percentile(50),
                    sum.percentile(90),
                    sum.percentile(99),
                    sum.percentile(99.9),
                    sum.percentile(99.99),
                    sum.maxNanos));
        });
        rows.sort(Comparator.comparingLong(Report.StoreOp::count)
                .reversed()
                .thenComparing(Report.StoreOp::store)
                .thenComparing(Report.StoreOp::op)
                .thenComparing(Report.StoreOp::opClass));
        return rows;
    }

    List<Report.Service> services() {
        List<Report.Service> rows = new ArrayList<>();
        Sum.group(counts, c -> c.id.service).forEach((service, of) -> {
            Sum sum = Sum.of(of);
            rows.add(new Report.Service(
                    service,
                    (int) of.stream().map(c -> c.id.instance).distinct().count(),
                    sum.count,
                    sum.errors,
                    sum.misses,
                    rate(sum.count),
                    sum.percentile(50),
                    sum.percentile(99),
                    sum.maxNanos));
        });
        rows.sort(Comparator.comparingLong(Report.Service::count).reversed().thenComparing(Report.Service::service));
        return rows;
    }

    List<Report.HotKey> hotKeys(int limit) {
        return HotKeyRows.of(data.slices(), limit);
    }

    List<Report.TimelinePoint> timeline() {
        if (data.slices().isEmpty()) {
            return List.of();
        }
        long first = Long.MAX_VALUE;
        long last = Long.MIN_VALUE;
        long widest = 0;
        for (WindowData.Slice slice : data.slices()) {
            first = Math.min(first, slice.startMillis());
            last = Math.max(last, slice.startMillis() + slice.widthMillis());
            widest = Math.max(widest, slice.widthMillis());
        }
        long step = stepMillis(last - first, widest);
        TreeMap<Long, List<SeriesCount>> steps = new TreeMap<>();
        for (long at = Math.floorDiv(first, step) * step; at < last; at += step) {
            steps.put(at, new ArrayList<>());
        }
        for (WindowData.Slice slice : data.slices()) {
            List<SeriesCount> into = steps.floorEntry(slice.startMillis()).getValue();
            for (SeriesCount c : slice.series()) {
                if (!c.id.key.internal()) {
                    into.add(c);
                }
            }
        }
        List<Report.TimelinePoint> points = new ArrayList<>(steps.size());
        steps.forEach((at, of) -> points.add(point(at, step, Sum.of(of))));
        return points;
    }

    private Report.TimelinePoint point(long at, long step, Sum sum) {
        // the first and the last step are not covered to their ends; no less than a second, which frames take
        long from = Math.max(at, window.coveredFrom().toEpochMilli());
        long to = Math.min(at + step, window.coveredTo().toEpochMilli());
        double seconds = Math.max(to - from, 1_000) / 1_000.0;
        double ops = sum.count;
        double transactions = sum.transactions;
        if (data.rates().holds(at, data.nowMillis())) {
            ops = data.rates().ops(at, at + step);
            transactions = data.rates().transactions(at, at + step);
        }
        return new Report.TimelinePoint(
                Instant.ofEpochMilli(at),
                step / 1_000.0,
                sum.count,
                sum.errors,
                sum.misses,
                ops / seconds,
                transactions / seconds,
                sum.percentile(50),
                sum.percentile(90),
                sum.percentile(99),
                sum.maxNanos);
    }

    /** The shortest step that gives few enough points and that no cell crosses. */
    private static long stepMillis(long spanMillis, long widestMillis) {
        for (long seconds : STEP_SECONDS) {
            long step = seconds * 1_000;
            if (step % widestMillis == 0 && spanMillis <= step * MAX_STEPS) {
                return step;
            }
        }
        return STEP_SECONDS[STEP_SECONDS.length - 1] * 1_000;
    }

    private Report.Series row(SeriesId id, Sum sum) {
        return new Report.Series(
                id.service,
                id.instance,
                id.key.store(),
                id.key.endpoint(),
                id.key.op(),
                Report.lower(id.key.opClass()),
                id.key.pattern(),
                sum.count,
                sum.errors,
                sum.misses,
                sum.bytesIn,
                sum.bytesOut,
                rate(sum.count),
                sum.percentile(50),
                sum.percentile(90),
                sum.percentile(99),
                sum.percentile(99.9),
                sum.percentile(99.99),
                sum.maxNanos,
                sum.meanNanos(),
                sum.timeouts,
                sum.cancelled,
                Collections.unmodifiableMap(new TreeMap<>(sum.errorsByClass)));
    }

    private double rate(long count) {
        return window.coveredSeconds() > 0 ? count / window.coveredSeconds() : 0;
    }

    private static double share(long part, long whole) {
        return whole > 0 ? (double) part / whole : 0;
    }

    private static double timeShare(double part, double whole) {
        return whole > 0 ? part / whole : 0;
    }
}
