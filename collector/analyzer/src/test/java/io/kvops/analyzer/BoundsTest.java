package io.kvops.analyzer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvops.histogram.SparseHistogram;
import io.kvops.op.OpClass;
import io.kvops.wire.SeriesDelta;
import io.kvops.wire.SeriesKey;
import io.kvops.wire.Source;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What happens past each bound: nothing is lost that is not counted. */
class BoundsTest {
    @RegisterExtension
    final Analyzers analyzers = new Analyzers();

    private final TestClock clock = new TestClock();
    private final Source source = Frames.source("shop", 1);

    private Report all(PerformanceAnalyzer analyzer) {
        return analyzer.report(Instant.EPOCH, clock.instant());
    }

    @Test
    @DisplayName("series past the bound fold into 'other', then into one per store; totals stay exact")
    void series_pastTheBound_fold() {
        PerformanceAnalyzer analyzer =
                analyzers.open(AnalyzerConfig.builder().maxSeries(100).build(), clock);
        for (int i = 0; i < 500; i++) {
            analyzer.accept(Frames.frame(
                    source,
                    clock.millis(),
                    Frames.many(Frames.get("p" + i), 2, 1_000),
                    Frames.many(Frames.key("redis", "OP" + i, OpClass.WRITE, "x"), 3, 1_000)));
        }
        Report report = all(analyzer);
        assertThat(report.totals().ops()).isEqualTo(2_500);
        assertThat(report.series()).hasSize(101);
        assertThat(report.series())
                .anySatisfy(s -> assertThat(s.op() + " " + s.pattern()).isEqualTo("GET other"));
        assertThat(report.series().get(0).op()).isEqualTo("OTHER");
        long folded = report.series().stream()
                .filter(s -> s.pattern().equals("other"))
                .mapToLong(Report.Series::count)
                .sum();
        assertThat(report.dropped()).containsEntry("foldedOps", folded);
        assertThat(report.findings()).anySatisfy(f -> assertThat(f.title()).contains("More series"));
        assertThat(analyzer.live().totalOps()).isEqualTo(2_500);
    }

    @Test
    @DisplayName("stores past the bound share one series")
    void stores_pastTheBound_shareOne() {
        PerformanceAnalyzer analyzer =
                analyzers.open(AnalyzerConfig.builder().maxSeries(100).build(), clock);
        for (int i = 0; i < 1_000; i++) {
            analyzer.accept(Frames.frame(
                    source, clock.millis(), Frames.untimed(Frames.key("store" + i, "GET", OpClass.READ, "x"), 1)));
        }
        Report report = all(analyzer);
        assertThat(report.totals().ops()).isEqualTo(1_000);
        assertThat(report.series()).hasSizeLessThanOrEqualTo(100 + SeriesRegistry.MAX_STORES + 1);
    }

    @Test
    @DisplayName("series that were not active for an hour make room for new ones")
    void series_inactive_makeRoom() {
        PerformanceAnalyzer analyzer =
                analyzers.open(AnalyzerConfig.builder().maxSeries(100).build(), clock);
        for (int day = 0; day < 5; day++) {
            for (int i = 0; i < 80; i++) {
                analyzer.accept(
                        Frames.frame(source, clock.millis(), Frames.many(Frames.get("day" + day + ":" + i), 1, 1_000)));
            }
            clock.advance(Duration.ofHours(25));
        }
        assertThat(all(analyzer).dropped()).containsEntry("foldedOps", 0L);
        assertThat(all(analyzer).totals().ops()).isEqualTo(400);
    }

    @Test
    @DisplayName("frames from the future and of unset clocks count now, old ones are counted as expired")
    void frames_ofBadClocks_areClamped() {
        PerformanceAnalyzer analyzer = analyzers.open(AnalyzerConfig.DEFAULTS, clock);
        long now = clock.millis();
        for (long end : new long[] {now + 1, Long.MAX_VALUE, Long.MIN_VALUE, 0, -5, 86_400_000}) {
            analyzer.accept(Frames.at(source, end)
                    .from(Long.MIN_VALUE)
                    .series(Frames.many(Frames.get("a"), 1, 1_000))
                    .slow(Frames.slow(end, 5_000_000))
                    .build());
        }
        analyzer.accept(
                Frames.frame(source, now - Duration.ofDays(1_096).toMillis(), Frames.many(Frames.get("a"), 7, 1)));
        Report report = all(analyzer);
        assertThat(report.totals().ops()).isEqualTo(6);
        assertThat(report.dropped())
                .containsEntry("clampedFrames", 6L)
                .containsEntry("expiredFrames", 1L)
                .containsEntry("expiredOps", 7L);
        assertThat(report.window().to()).isAfter(clock.instant());
        assertThat(report.slowOps())
                .hasSize(6)
                .allSatisfy(s -> assertThat(s.at()).isEqualTo(clock.instant()));
        assertThat(analyzer.live().totalOps()).isEqualTo(6);
    }

    @Test
    @DisplayName("a clock that is set back neither loses nor doubles anything")
    void clock_setBack_losesNothing() {
        PerformanceAnalyzer analyzer = analyzers.open(AnalyzerConfig.DEFAULTS, clock);
        for (int i = 0; i < 100; i++) {
            analyzer.accept(Frames.frame(source, clock.millis(), Frames.many(Frames.get("a"), 1, 1_000)));
            clock.set(clock.millis() + (i % 3 == 0 ? -1_800_000 : 700_000));
        }
        clock.set(clock.millis() - 3_600_000);
        Report report = all(analyzer);
        assertThat(report.totals().ops()).isEqualTo(100);
        assertThat(report.timeline().stream()
                        .mapToLong(Report.TimelinePoint::ops)
                        .sum())
                .isEqualTo(100);
        assertThat(analyzer.live().totalOps()).isEqualTo(100);
    }

    @Test
    @DisplayName("symptom: after a clock ran a year ahead and was corrected, all frames count as expired")
    void clock_aYearAhead_andCorrected_losesNothingNew() {
        PerformanceAnalyzer analyzer = analyzers.open(AnalyzerConfig.DEFAULTS, clock);
        long right = clock.millis();
        clock.set(right + Duration.ofDays(365).toMillis());
        analyzer.accept(Frames.frame(source, clock.millis(), Frames.many(Frames.get("a"), 1, 1_000)));
        clock.set(right);
        for (int i = 0; i < 100; i++) {
            analyzer.accept(Frames.frame(source, clock.millis(), Frames.many(Frames.get("a"), 2, 1_000)));
            clock.advance(Duration.ofSeconds(1));
        }
        Report lastHour = analyzer.report(clock.instant().minusSeconds(3_600), clock.instant());
        assertThat(lastHour.totals().ops()).isEqualTo(201);
        assertThat(lastHour.dropped()).containsEntry("expiredOps", 0L).containsEntry("clampedFrames", 0L);
        assertThat(lastHour.timeline()).isNotEmpty();
    }

    @Test
    @DisplayName("a frame that claims to begin in 1970 does not thin out the rates")
    void frame_ofAbsurdLength_doesNotThinOutRates() {
        PerformanceAnalyzer analyzer = analyzers.open(AnalyzerConfig.DEFAULTS, clock);
        analyzer.accept(Frames.at(source, clock.millis())
                .from(0)
                .series(Frames.many(Frames.get("a"), 1_000, 1_000))
                .build());
        assertThat(all(analyzer).window().coveredSeconds()).isLessThan(1);
    }

    @Test
    @DisplayName("the slowest operations of each hour are kept, the others counted")
    void slowOps_pastTheBound_areCounted() {
        PerformanceAnalyzer analyzer =
                analyzers.open(AnalyzerConfig.builder().maxSlowQueries(10).build(), clock);
        for (int i = 0; i < 100; i++) {
            analyzer.accept(Frames.at(source, clock.millis())
                    .slow(Frames.slow(clock.millis(), 1_000_000L + i))
                    .build());
            clock.advance(Duration.ofSeconds(1));
        }
        clock.advance(Duration.ofHours(2));
        analyzer.accept(Frames.at(source, clock.millis())
                .slow(Frames.slow(clock.millis(), 5))
                .build());
        assertThat(analyzer.slowQueries(100)).hasSize(11);
        assertThat(analyzer.slowQueries(3))
                .extracting(Report.SlowOp::latencyNanos)
                .containsExactly(1_000_099L, 1_000_098L, 1_000_097L);
        Report lastHour = analyzer.report(clock.instant().minusSeconds(3_600), clock.instant());
        assertThat(lastHour.slowOps()).extracting(Report.SlowOp::latencyNanos).containsExactly(5L);
        assertThat(lastHour.dropped()).containsEntry("slowOps", 90L);
        assertThat(analyzer.live().latestSlowOps())
                .hasSize(50)
                .first()
                .satisfies(s -> assertThat(s.latencyNanos()).isEqualTo(5));
    }

    @Test
    @DisplayName("agents past the bound are forgotten, the least recently heard first")
    void agents_pastTheBound_areForgotten() {
        PerformanceAnalyzer analyzer =
                analyzers.open(AnalyzerConfig.builder().maxAgents(3).build(), clock);
        for (int i = 0; i < 5; i++) {
            analyzer.accept(Frames.frame(Frames.source("s", i), clock.millis(), Frames.many(Frames.get("a"), 1, 1)));
            analyzer.accept(Frames.frame(Frames.source("s", 0), clock.millis(), Frames.many(Frames.get("a"), 1, 1)));
            clock.advance(Duration.ofSeconds(6));
        }
        assertThat(all(analyzer).agents())
                .extracting(Report.Agent::instance)
                .containsExactly("host:0", "host:4", "host:3");
        assertThat(all(analyzer).dropped()).containsEntry("agentsForgotten", 2L);
        assertThat(all(analyzer).services())
                .singleElement()
                .satisfies(s -> assertThat(s.instances()).isEqualTo(5));
        LiveSnapshot live = analyzer.live();
        assertThat(live.agentsConnected()).isEqualTo(2);
        assertThat(live.agents().get(0).lastFrameAgeMillis()).isEqualTo(6_000);
    }

    @Test
    @DisplayName("numbers that cannot be are not believed: negative counts, a maximum below its histogram")
    void deltas_thatContradictThemselves_doNoHarm() {
        PerformanceAnalyzer analyzer = analyzers.open(AnalyzerConfig.DEFAULTS, clock);
        Map<String, Long> errors = new HashMap<>();
        for (int i = 0; i < 1_000; i++) {
            errors.put("E" + i, 1L);
        }
        SparseHistogram histogram = SparseHistogram.of(new int[] {300}, new long[] {5});
        analyzer.accept(Frames.frame(
                source,
                clock.millis(),
                new SeriesDelta(Frames.get("a"), -5, -1, Map.of("E", -3L), -1, -1, -1, -1, -1, -1, -1, histogram, -1),
                new SeriesDelta(Frames.get("b"), 5_000, 0, errors, 0, 0, 0, 0, 0, 0, 0, SparseHistogram.EMPTY, 0)));
        Report report = all(analyzer);
        assertThat(report.totals().ops()).isEqualTo(5_000);
        assertThat(report.totals().errors()).isEqualTo(1_000);
        assertThat(report.series().get(0).errorsByClass())
                .hasSize(OpsSum.MAX_ERROR_CLASSES + 1)
                .containsEntry("other", 1_000L - OpsSum.MAX_ERROR_CLASSES);
        assertThat(report.series().get(1).count()).isZero();
        assertThat(report.series().get(1).p50Nanos()).isPositive();
    }

    @Test
    @DisplayName("what agents dropped is told for the window, under their own names")
    void dropped_ofAgents_isToldByWindow() {
        PerformanceAnalyzer analyzer = analyzers.open(AnalyzerConfig.DEFAULTS, clock);
        analyzer.accept(Frames.at(source, clock.millis()).dropped("ops", 4).build());
        clock.advance(Duration.ofMinutes(2));
        analyzer.accept(Frames.at(source, clock.millis())
                .dropped("ops", 3)
                .dropped("keys", 1)
                .build());
        Report lastMinute = analyzer.report(clock.instant().minusSeconds(60), clock.instant());
        assertThat(lastMinute.dropped()).containsEntry("agent.ops", 3L).containsEntry("agent.keys", 1L);
        assertThat(all(analyzer).dropped()).containsEntry("agent.ops", 7L);
        assertThat(analyzer.live().dropped()).containsEntry("agent.ops", 7L);
        assertThat(lastMinute
                        .withDropped(Map.of("ingest.frames", 2L, "agent.ops", 1L))
                        .dropped())
                .containsEntry("ingest.frames", 2L)
                .containsEntry("agent.ops", 4L);
    }

    @Test
    @DisplayName("internal operations are in internal[] and nowhere else")
    void internal_staysApart() {
        PerformanceAnalyzer analyzer = analyzers.open(AnalyzerConfig.DEFAULTS, clock);
        SeriesKey ping = new SeriesKey("redis", "localhost:6379/0", "PING", OpClass.ADMIN, "", true);
        analyzer.accept(Frames.frame(
                source, clock.millis(), Frames.many(ping, 9, 1_000), Frames.many(Frames.get("user:{n}"), 2, 500)));
        Report report = all(analyzer);
        assertThat(report.internal())
                .singleElement()
                .satisfies(s -> assertThat(s.count()).isEqualTo(9));
        assertThat(report.totals().ops()).isEqualTo(2);
        assertThat(report.totals().maxNanos()).isEqualTo(500);
        assertThat(report.series()).hasSize(1);
        assertThat(report.stores()).hasSize(1);
        assertThat(report.queryTypes()).hasSize(1);
        assertThat(report.patterns()).hasSize(1);
        assertThat(report.services().get(0).count()).isEqualTo(2);
        assertThat(report.timeline())
                .singleElement()
                .satisfies(p -> assertThat(p.ops()).isEqualTo(2));
        clock.advance(Duration.ofSeconds(2));
        LiveSnapshot live = analyzer.live();
        assertThat(live.totalOps()).isEqualTo(2);
        assertThat(live.timeline())
                .singleElement()
                .satisfies(p -> assertThat(p.ops()).isEqualTo(2));
        assertThat(live.stores()).hasSize(1);
    }

    @Test
    @DisplayName("an analyzer that saw nothing answers everything, with nothing")
    void empty_answersWithNothing() {
        PerformanceAnalyzer analyzer = analyzers.open(AnalyzerConfig.DEFAULTS, clock);
        Report report = analyzer.report(Instant.MIN, Instant.MAX);
        assertThat(report.totals().ops()).isZero();
        assertThat(report.totals().opsPerSecond()).isZero();
        assertThat(report.findings()).isEmpty();
        assertThat(report.timeline()).isEmpty();
        assertThat(report.window().coveredSeconds()).isZero();
        assertThat(analyzer.stats().qps()).isZero();
        assertThat(analyzer.slowQueries(100)).isEmpty();
        assertThat(analyzer.live().timeline()).isEmpty();
        assertThatThrownBy(() -> analyzer.report(Instant.MAX, Instant.MIN)).hasMessageContaining("expected not before");
        assertThatThrownBy(() -> analyzer.stats(Duration.ZERO)).hasMessage("last: PT0S (expected > 0)");
        assertThatThrownBy(() -> analyzer.slowQueries(-1)).hasMessage("limit: -1 (expected >= 0)");
    }
}
