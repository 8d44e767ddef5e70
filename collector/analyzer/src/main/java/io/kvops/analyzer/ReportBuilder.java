package io.kvops.analyzer;

import io.kvops.history.OpsPoint;
import io.kvops.history.SeriesId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Computes the parts of a report from what the history answered. Pure; each instance belongs to one thread. */
final class ReportBuilder {
    private final Report.Window window;
    private final Views views;
    private final List<Report.Series> series = new ArrayList<>();
    private final List<Report.Series> internal = new ArrayList<>();
    private final Sum all;

    /**
     * What applications did. Where there are few enough series, each is the list of all series.
     *
     * @param byOp by at least store, op and class
     * @param byPattern by at least store, pattern and class
     * @param byService by at least service and class
     * @param byEndpoint by at least store, endpoint and class
     * @param byInstance by at least service and instance; may be without latencies
     */
    record Views(
            List<OpsPoint> byOp,
            List<OpsPoint> byPattern,
            List<OpsPoint> byService,
            List<OpsPoint> byEndpoint,
            List<OpsPoint> byInstance) {}

    /** @param rows points by series, those to be listed; the internal ones too */
    ReportBuilder(Report.Window window, List<OpsPoint> rows, Views views) {
        this.window = window;
        this.views = views;
        for (OpsPoint p : rows) {
            Sum sum = new Sum();
            sum.add(p);
            (p.series().internal() ? internal : series).add(row(p.series(), sum));
        }
        all = Sum.of(views.byOp);
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
                all.latency.meanNanos(),
                all.percentile(50),
                all.percentile(90),
                all.percentile(99),
                all.percentile(99.9),
                all.percentile(99.99),
                all.maxNanos());
    }

    List<Report.Pattern> patterns() {
        Map<String, Long> ops = new HashMap<>();
        Map<String, Double> busy = new HashMap<>();
        Sum.group(views.byOp, p -> p.series().store()).forEach((store, of) -> {
            Sum sum = Sum.of(of);
            ops.put(store, sum.count);
            busy.put(store, sum.busyNanos);
        });
        record Key(String store, String pattern) {}
        List<Report.Pattern> rows = new ArrayList<>();
        Sum.group(
                        views.byPattern.stream()
                                .filter(p -> !p.series().pattern().isEmpty())
                                .toList(),
                        p -> new Key(p.series().store(), p.series().pattern()))
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
                            sum.maxNanos(),
                            sum.latency.sumNanos(),
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
        Sum.group(
                        views.byOp,
                        p -> new Key(p.series().store(), Report.lower(p.series().opClass())))
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
                            sum.maxNanos()));
                });
        rows.sort(Comparator.comparingLong(Report.QueryType::count)
                .reversed()
                .thenComparing(Report.QueryType::store)
                .thenComparing(Report.QueryType::opClass));
        return rows;
    }

    List<Report.StoreOp> stores() {
        List<Report.StoreOp> rows = new ArrayList<>();
        Sum.group(
                        views.byOp,
                        p -> new LiveOp.Name(
                                p.series().store(),
                                p.series().op(),
                                Report.lower(p.series().opClass())))
                .forEach((key, of) -> {
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
                            sum.maxNanos()));
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
        Map<String, Set<String>> instances = new HashMap<>();
        views.byInstance.forEach(p -> instances
                .computeIfAbsent(p.series().service(), s -> new HashSet<>())
                .add(p.series().instance()));
        Sum.group(views.byService, p -> p.series().service()).forEach((service, of) -> {
            Sum sum = Sum.of(of);
            rows.add(new Report.Service(
                    service,
                    instances.getOrDefault(service, Set.of()).size(),
                    sum.count,
                    sum.errors,
                    sum.misses,
                    rate(sum.count),
                    sum.percentile(50),
                    sum.percentile(99),
                    sum.maxNanos()));
        });
        rows.sort(Comparator.comparingLong(Report.Service::count).reversed().thenComparing(Report.Service::service));
        return rows;
    }

    private Report.Series row(SeriesId id, Sum sum) {
        return new Report.Series(
                id.service(),
                id.instance(),
                id.store(),
                id.endpoint(),
                id.op(),
                Report.lower(id.opClass()),
                id.pattern(),
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
                sum.maxNanos(),
                sum.latency.meanNanos(),
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
