package io.kvops.analyzer;

import io.kvops.history.OpsAnswer;
import io.kvops.history.OpsPoint;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Makes reports out of the history. Any thread. */
final class Reports {
    private final HistoryReader reader;

    Reports(HistoryReader reader) {
        this.reader = reader;
    }

    /** What only the analyzer's memory knows. */
    record Known(AnalyzerConfig config, Timelines.Rates rates, List<Report.Agent> agents, Map<String, Long> dropped) {}

    Report report(Instant from, Instant to, Known known) {
        AnalyzerConfig config = known.config;
        OpsAnswer answer = reader.series(reader.range(from, to), config.maxReportSeries());
        HistoryReader.Range range = HistoryReader.range(answer);
        Report.Window window = reader.window(answer);
        boolean whole = answer.groups() <= answer.points().size();
        ReportBuilder.Views views = whole ? views(answer) : views(range);
        ReportBuilder b = new ReportBuilder(window, answer.points(), views);
        Map<String, Long> dropped = new TreeMap<>(known.dropped);
        dropped.put("seriesNotListed", (long) answer.groups() - answer.points().size());
        reader.dropped(range).forEach((reason, n) -> dropped.merge("agent." + reason, n, OpsPoint::plus));
        var hotKeys = reader.hotKeys(range, config.maxHotKeys());
        Report report = new Report(
                window,
                b.totals(),
                b.series(),
                HotKeyRows.of(hotKeys.keys(), hotKeys.floor(), views.byEndpoint(), config.maxHotKeys()),
                b.patterns(),
                slowOps(range, Map.of(), config.maxSlowQueries()),
                List.of(),
                b.internal(),
                dropped,
                timeline(window, range, known.rates),
                b.queryTypes(),
                b.stores(),
                b.services(),
                known.agents);
        return report.withFindings(Findings.of(report, views, config.findings()));
    }

    PerformanceStats stats(Instant from, Instant to) {
        OpsAnswer answer = reader.allOps(reader.range(from, to), Set.of(GroupBy.STORE, GroupBy.OP), Map.of(), 0);
        List<OpsPoint> points = answer.points();
        ReportBuilder b = new ReportBuilder(
                reader.window(answer),
                List.of(),
                new ReportBuilder.Views(points, List.of(), List.of(), List.of(), List.of()));
        return new PerformanceStats(b.window(), b.totals(), b.queryTypes(), b.stores());
    }

    List<Report.SlowOp> slowQueries(Instant from, Instant to, Map<GroupBy, String> where, int limit) {
        return slowOps(reader.range(from, to), where, limit);
    }

    private List<Report.SlowOp> slowOps(HistoryReader.Range range, Map<GroupBy, String> where, int limit) {
        return reader.slowOps(range, where, limit).stream()
                .map(SlowOpRows::of)
                .sorted(SlowOpRows.MOST_SEVERE)
                .toList();
    }

    private static ReportBuilder.Views views(OpsAnswer all) {
        List<OpsPoint> application =
                all.points().stream().filter(p -> !p.series().internal()).toList();
        return new ReportBuilder.Views(application, application, application, application, application);
    }

    /** A question for each table, of the history's own sums: there are too many series to add them up here. */
    private ReportBuilder.Views views(HistoryReader.Range range) {
        return new ReportBuilder.Views(
                reader.allOps(range, Set.of(GroupBy.STORE, GroupBy.OP), Map.of(), 0)
                        .points(),
                reader.ops(range, Set.of(GroupBy.STORE, GroupBy.PATTERN), Map.of(), 0, HistoryReader.MAX_GROUPS)
                        .points(),
                reader.ops(range, Set.of(GroupBy.SERVICE), Map.of(), 0, HistoryReader.MAX_GROUPS)
                        .points(),
                reader.ops(range, Set.of(GroupBy.STORE, GroupBy.ENDPOINT), Map.of(), 0, HistoryReader.MAX_GROUPS)
                        .points(),
                reader.instances(range).points());
    }

    private List<Report.TimelinePoint> timeline(
            Report.Window window, HistoryReader.Range range, Timelines.Rates rates) {
        if (window.coveredSeconds() == 0) {
            return List.of();
        }
        long step = Timelines.stepMillis(window, reader.widestMillis(window));
        return Timelines.of(reader.allOps(range, Set.of(), Map.of(), step).points(), window, step, rates);
    }
}
