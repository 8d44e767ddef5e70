package io.kvops.analyzer;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvops.histogram.LatencyBuckets;
import io.kvops.histogram.LatencyHistogram;
import io.kvops.history.Histories;
import io.kvops.history.History;
import io.kvops.history.HistoryConfig;
import io.kvops.history.HistoryStats;
import io.kvops.history.QueryLimits;
import io.kvops.op.OpClass;
import io.kvops.wire.Frame;
import io.kvops.wire.HotKeyDelta;
import io.kvops.wire.SeriesDelta;
import io.kvops.wire.SeriesKey;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** An agent may send any numbers: what it says is wrong then, and nothing else. */
class HugeNumbersTest {
    private static final long MOST = Long.MAX_VALUE;

    @RegisterExtension
    final Analyzers analyzers = new Analyzers();

    @TempDir
    private Path folder;

    private final TestClock clock = new TestClock();

    private static SeriesDelta delta(SeriesKey key) {
        LatencyHistogram histogram = new LatencyHistogram();
        histogram.record(5_000, MOST);
        histogram.record(LatencyBuckets.MAX_VALUE, MOST);
        return new SeriesDelta(
                key,
                MOST,
                MOST,
                Map.of("A", MOST, "B", MOST),
                MOST,
                MOST,
                MOST,
                MOST,
                MOST,
                MOST,
                MOST,
                histogram.toSparse(),
                MOST);
    }

    private Frame frame(int second) {
        HotKeyDelta[] hot = new HotKeyDelta[30];
        for (int i = 0; i < hot.length; i++) {
            byte[] key = ("key" + i).getBytes(StandardCharsets.UTF_8);
            hot[i] = new HotKeyDelta("redis", "localhost:6379/0", key, false, MOST, MOST, MOST, MOST, MOST);
        }
        return Frames.at(Frames.source("shop", 1), clock.millis() + 1_000L * second)
                .series(
                        delta(Frames.get("a")),
                        delta(Frames.set("a")),
                        delta(Frames.key("redis", "GET", OpClass.READ, "b")))
                .hot(hot)
                .dropped("series", MOST)
                .dropped("keys", MOST)
                .build();
    }

    @Test
    @DisplayName(
            "symptom: after two frames of one agent nothing was merged any more, nothing expired, and no report was made")
    void hugeNumbers_stopNothing() throws Exception {
        History history = analyzers.closing(Histories.open(smallSummaries(), clock));
        PerformanceAnalyzer analyzer = analyzers.closing(PerformanceAnalyzer.open(
                AnalyzerConfig.builder().hotKeysPerCell(10).build(), history, clock));
        Instant begin = clock.instant();
        Frame[] frames = {frame(-3), frame(-3), frame(-2), frame(-1)};
        for (Frame frame : frames) {
            analyzer.accept(frame);
        }
        check(analyzer, begin.minusSeconds(60));
        assertThat(analyzer.live().totalOps()).isEqualTo(MOST);

        for (Duration later :
                List.of(Duration.ofSeconds(30), Duration.ofMinutes(5), Duration.ofHours(3), Duration.ofDays(3))) {
            clock.advance(later);
            history.upkeep();
            check(analyzer, begin.minusSeconds(60));
        }
        assertThat(history.stats().levels())
                .filteredOn(level -> level.widthMillis() > 1_000)
                .extracting(HistoryStats.LevelStats::uptoMillis)
                .allSatisfy(upto -> assertThat(upto).isGreaterThan(begin.toEpochMilli()));
        assertThat(history.query(
                                "SELECT max(errors), min(count), percentile(99, latency_buckets, latency_counts) FROM ops",
                                QueryLimits.defaults())
                        .rows())
                .hasSize(1);
    }

    private void check(PerformanceAnalyzer analyzer, Instant from) {
        Report report = analyzer.report(from, clock.instant());
        assertThat(report.totals().ops()).isEqualTo(MOST);
        assertThat(report.totals().errors()).isEqualTo(MOST);
        assertThat(report.dropped()).containsEntry("agent.series", MOST).containsEntry("agent.keys", MOST);
        assertThat(report.hotKeys())
                .isNotEmpty()
                .allSatisfy(k -> assertThat(k.count()).isEqualTo(MOST));
        Breakdown breakdown = analyzer.breakdown(from, clock.instant(), List.of(GroupBy.STORE), Map.of(), 10);
        assertThat(breakdown.groups()).singleElement().satisfies(g -> {
            assertThat(g.count()).isEqualTo(MOST);
            assertThat(g.bytesIn()).isEqualTo(MOST);
        });
    }

    private HistoryConfig smallSummaries() {
        HistoryConfig d = HistoryConfig.of(folder);
        return new HistoryConfig(
                d.folder(),
                d.keepSeconds(),
                d.keepTenSeconds(),
                d.keepMinutes(),
                d.keepHours(),
                d.keepEvents(),
                d.memoryLimitBytes(),
                d.threads(),
                d.maxSeries(),
                d.maxFineSeries(),
                d.maxSlowOpsPerHour(),
                10,
                d.archive());
    }
}
