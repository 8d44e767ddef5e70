package io.kvops.server.report;

import io.kvops.analyzer.Report;
import io.kvops.server.report.Table.Column;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/** Which tables a report has, and what is in them. */
final class ReportTables {
    private static final int HOT_KEYS = 40;
    private static final int SLOW_OPS = 50;

    private ReportTables() {}

    static Table<Report.StoreOp> operations(Report report) {
        long all = Math.max(1, report.totals().ops());
        Function<Report.StoreOp, double[]> span =
                spans(report.stores(), Report.StoreOp::p50Nanos, Report.StoreOp::p99Nanos, Report.StoreOp::maxNanos);
        return new Table<>(
                "operations",
                "Operations",
                "What application code called, by store and operation.",
                "No operation was recorded.",
                List.of(
                        Column.text("Operation", Report.StoreOp::op),
                        Column.text("Store", Report.StoreOp::store),
                        Column.text("Class", Report.StoreOp::opClass),
                        Column.<Report.StoreOp>count("Count", Report.StoreOp::count)
                                .withShare(row -> (double) row.count() / all),
                        Column.rate("Rate", Report.StoreOp::opsPerSecond),
                        Column.errors(Report.StoreOp::errors),
                        Column.count("Misses", Report.StoreOp::misses),
                        Column.latency("p50", Report.StoreOp::p50Nanos),
                        Column.latency("p90", Report.StoreOp::p90Nanos),
                        Column.latency("p99", Report.StoreOp::p99Nanos),
                        Column.latency("p99.9", Report.StoreOp::p999Nanos),
                        Column.latency("p99.99", Report.StoreOp::p9999Nanos),
                        Column.latency("Slowest", Report.StoreOp::maxNanos),
                        Column.span("p50 to p99, slowest", span)),
                report.stores());
    }

    static Table<Report.QueryType> queryTypes(Report report) {
        return new Table<>(
                "types",
                "Query types",
                "By what an operation asks of its store. Blocking ones wait for data by design.",
                "No operation was recorded.",
                List.of(
                        Column.text("Class", Report.QueryType::opClass),
                        Column.text("Store", Report.QueryType::store),
                        Column.count("Count", Report.QueryType::count),
                        Column.percent("Share", Report.QueryType::share),
                        Column.rate("Rate", Report.QueryType::opsPerSecond),
                        Column.errors(Report.QueryType::errors),
                        Column.count("Misses", Report.QueryType::misses),
                        Column.latency("p50", Report.QueryType::p50Nanos),
                        Column.latency("p99", Report.QueryType::p99Nanos),
                        Column.latency("Slowest", Report.QueryType::maxNanos)),
                report.queryTypes());
    }

    static Table<Report.Service> services(Report report) {
        return new Table<>(
                "services",
                "Services",
                "",
                "No service reported.",
                List.of(
                        Column.text("Service", Report.Service::service),
                        Column.count("Instances", Report.Service::instances),
                        Column.count("Count", Report.Service::count),
                        Column.rate("Rate", Report.Service::opsPerSecond),
                        Column.errors(Report.Service::errors),
                        Column.count("Misses", Report.Service::misses),
                        Column.latency("p50", Report.Service::p50Nanos),
                        Column.latency("p99", Report.Service::p99Nanos),
                        Column.latency("Slowest", Report.Service::maxNanos)),
                report.services());
    }

    static Table<Report.Pattern> patterns(Report report) {
        return new Table<>(
                "patterns",
                "Key patterns",
                "Keys by their template. Shares are those of the store; time leaves out blocking operations. Distinct keys"
                        + " are estimated, the largest estimate of one process.",
                "No operation had a key.",
                List.of(
                        Column.key("Pattern", row -> row.pattern().isEmpty() ? "(no key)" : row.pattern()),
                        Column.text("Store", Report.Pattern::store),
                        Column.count("Count", Report.Pattern::count),
                        Column.percent("Share", Report.Pattern::share),
                        Column.percent("Time", Report.Pattern::timeShare),
                        Column.count("Reads", Report.Pattern::reads),
                        Column.count("Writes", Report.Pattern::writes),
                        Column.errors(Report.Pattern::errors),
                        Column.count("Misses", Report.Pattern::misses),
                        Column.number(
                                "Keys",
                                row -> row.distinctKeys() == 0
                                        ? Quantities.NONE
                                        : "≈ " + Quantities.count(row.distinctKeys()),
                                row -> "about " + Quantities.exact(row.distinctKeys())),
                        Column.latency("p50", Report.Pattern::p50Nanos),
                        Column.latency("p99", Report.Pattern::p99Nanos),
                        Column.latency("Slowest", Report.Pattern::maxNanos),
                        Column.bytes("Read", Report.Pattern::bytesIn),
                        Column.bytes("Written", Report.Pattern::bytesOut)),
                report.patterns());
    }

    static Table<Report.HotKey> hotKeys(Report report) {
        long top = Math.max(
                1,
                report.hotKeys().stream().mapToLong(Report.HotKey::count).max().orElse(1));
        return new Table<>(
                "hotkeys",
                "Hot keys",
                "A range holds the true count for certain; a single number is exact. Shares are those of the store, at"
                        + " least.",
                "No key stood out.",
                List.of(
                        Column.key("Key", row -> (row.hashed() ? "hash " : "") + row.key()),
                        Column.text("Store", row -> row.store() + " " + row.endpoint()),
                        Column.<Report.HotKey>number("Count", ReportTables::bounds, ReportTables::exactBounds)
                                .withShare(row -> (double) row.count() / top),
                        Column.percent("Share", Report.HotKey::share),
                        Column.count("Reads", Report.HotKey::reads),
                        Column.count("Writes", Report.HotKey::writes),
                        Column.bytes("Bytes", Report.HotKey::bytes),
                        Column.text("Services", row -> String.join(", ", row.services()))),
                report.hotKeys(),
                HOT_KEYS);
    }

    private static String bounds(Report.HotKey key) {
        return key.errorBound() == 0
                ? Quantities.count(key.count())
                : Quantities.count(key.count() - key.errorBound()) + " – " + Quantities.count(key.count());
    }

    private static String exactBounds(Report.HotKey key) {
        return key.errorBound() == 0
                ? Quantities.exact(key.count())
                : Quantities.exact(key.count() - key.errorBound()) + " to " + Quantities.exact(key.count());
    }

    static Table<Report.SlowOp> slowOps(Report report) {
        return new Table<>(
                "slow",
                "Slow operations",
                "Slowest first; times are those of their process, in UTC.",
                "Nothing was slower than the threshold.",
                List.of(
                        Column.latency("Latency", Report.SlowOp::latencyNanos),
                        Column.text("Operation", Report.SlowOp::op),
                        Column.key("Key", row -> row.key() == null ? row.pattern() : row.key()),
                        Column.text("Outcome", Report.SlowOp::outcome),
                        Column.text("At", row -> Quantities.clockMillis(row.at())),
                        Column.text("Service", Report.SlowOp::service),
                        Column.text("Store", row -> row.store() + " " + row.endpoint())),
                report.slowOps(),
                SLOW_OPS);
    }

    static Table<Report.Series> series(Report report) {
        return series(
                "series",
                "Series",
                "Everything that is counted apart: service, instance, store, operation, pattern.",
                report.series());
    }

    static Table<Report.Series> internal(Report report) {
        return series(
                "internal",
                "Internal",
                "What client libraries sent by themselves (handshakes, pool checks). It is in no other number of this"
                        + " report.",
                report.internal());
    }

    private static Table<Report.Series> series(String id, String title, String note, List<Report.Series> rows) {
        return new Table<>(
                id,
                title,
                note,
                "None.",
                List.of(
                        Column.text("Operation", Report.Series::op),
                        Column.key("Pattern", Report.Series::pattern),
                        Column.text("Store", row -> row.store() + " " + row.endpoint()),
                        Column.text("Service", Report.Series::service),
                        Column.text("Instance", Report.Series::instance),
                        Column.count("Count", Report.Series::count),
                        Column.rate("Rate", Report.Series::opsPerSecond),
                        Column.errors(Report.Series::errors),
                        Column.text("Failed with", ReportTables::failures),
                        Column.count("Misses", Report.Series::misses),
                        Column.latency("p50", Report.Series::p50Nanos),
                        Column.latency("p99", Report.Series::p99Nanos),
                        Column.latency("p99.9", Report.Series::p999Nanos),
                        Column.latency("Slowest", Report.Series::maxNanos),
                        Column.bytes("Read", Report.Series::bytesIn),
                        Column.bytes("Written", Report.Series::bytesOut)),
                rows);
    }

    private static String failures(Report.Series series) {
        List<String> kinds = new ArrayList<>();
        series.errorsByClass().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(e -> kinds.add(e.getKey() + " " + Quantities.exact(e.getValue())));
        if (series.timeouts() > 0) {
            kinds.add("timeout " + Quantities.exact(series.timeouts()));
        }
        if (series.cancelled() > 0) {
            kinds.add("cancelled " + Quantities.exact(series.cancelled()));
        }
        return String.join(", ", kinds);
    }

    static Table<Report.Agent> agents(Report report) {
        return new Table<>(
                "agents",
                "Agents",
                "Processes that sent frames, in this window or before.",
                "No agent reported.",
                List.of(
                        Column.text("Service", Report.Agent::service),
                        Column.text("Instance", Report.Agent::instance),
                        Column.text("Host", Report.Agent::host),
                        Column.number("Process", row -> Long.toString(row.pid()), row -> Long.toString(row.pid())),
                        Column.text("JVM", Report.Agent::jvm),
                        Column.count("Frames", Report.Agent::frames),
                        Column.count("Operations", Report.Agent::ops),
                        Column.text("Last frame (UTC)", row -> Quantities.at(row.lastFrameAt()))),
                report.agents());
    }

    static Table<Map.Entry<String, Long>> dropped(Report report) {
        return new Table<>(
                "dropped",
                "Not kept",
                report.dropped().values().stream().allMatch(n -> n == 0)
                        ? "Nothing was lost: every counter is 0."
                        : "A number for everything that was not kept. Names that begin with agent. were counted by agents in"
                                + " this window, the others by the collector since its start.",
                "Nothing was lost.",
                List.of(
                        Column.text("What", Map.Entry::getKey),
                        Column.number(
                                "Times",
                                row -> Quantities.exact(row.getValue()),
                                row -> row.getValue().toString())),
                List.copyOf(report.dropped().entrySet()));
    }

    /** Places latencies on one logarithmic scale, from the smallest median to the largest maximum of the table. */
    private static <T> Function<T, double[]> spans(
            List<T> rows, ToLongFunction<T> p50, ToLongFunction<T> p99, ToLongFunction<T> max) {
        double low = rows.stream().mapToLong(p50).filter(n -> n > 0).min().orElse(1);
        double high = rows.stream().mapToLong(max).max().orElse(1);
        double width = Math.max(1e-9, Math.log(Math.max(high, low)) - Math.log(low));
        return row -> {
            double[] span = new double[3];
            int i = 0;
            for (ToLongFunction<T> latency : List.of(p50, p99, max)) {
                long nanos = latency.applyAsLong(row);
                double place = nanos <= 0 ? 0 : (Math.log((double) nanos) - Math.log(low)) / width;
                span[i++] = Math.min(1, Math.max(0, place));
            }
            return span;
        };
    }
}
