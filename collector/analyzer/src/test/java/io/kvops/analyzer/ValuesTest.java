package io.kvops.analyzer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvops.wire.Source;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Config, key text, rates, and the library's own timing. */
class ValuesTest {
    @RegisterExtension
    final Analyzers analyzers = new Analyzers();

    private final TestClock clock = new TestClock();

    @Test
    void config_defaults_areThoseOfTheOriginal() {
        AnalyzerConfig d = AnalyzerConfig.builder().build();
        assertThat(d).isEqualTo(AnalyzerConfig.DEFAULTS);
        assertThat(d.slowThreshold()).isEqualTo(Duration.ofNanos(1_000 * 1_000));
        assertThat(d.maxSlowQueries()).isEqualTo(1_000);
        assertThat(d.enableStackTrace()).isFalse();
        assertThat(d.maxSeries()).isEqualTo(250_000);
    }

    @Test
    void config_rejections_nameReceivedAndExpected() {
        assertThatThrownBy(() -> AnalyzerConfig.builder().maxSeries(99).build())
                .hasMessage("maxSeries: 99 (expected 100 to 10000000)");
        assertThatThrownBy(() -> AnalyzerConfig.builder().maxBytes(5).build())
                .hasMessage("maxBytes: 5 (expected >= 1048576)");
        assertThatThrownBy(() -> AnalyzerConfig.builder().service(" ").build())
                .hasMessage("service: ' ' (expected 1 to 255 characters)");
        assertThatThrownBy(() -> AnalyzerConfig.builder()
                        .slowThreshold(Duration.ofMillis(-1))
                        .build())
                .hasMessage("slowThreshold: PT-0.001S (expected 0 to 1 h)");
        FindingThresholds d = FindingThresholds.DEFAULTS;
        assertThatThrownBy(() -> new FindingThresholds(1, Double.NaN, 1, 1, 2, d.tailP99(), d.slowScan(), 1, 1, 1, 1))
                .hasMessage("hotKeyShare: NaN (expected > 0, at most 1)");
        assertThatThrownBy(() -> new FindingThresholds(1, 1, 1, 1, 1, d.tailP99(), d.slowScan(), 1, 1, 1, 1))
                .hasMessage("tailRatio: 1.0 (expected > 1)");
        assertThatThrownBy(() -> new FindingThresholds(0, 1, 1, 1, 2, d.tailP99(), d.slowScan(), 1, 1, 1, 1))
                .hasMessage("minOps: 0 (expected >= 1)");
    }

    @Test
    void keyText_isUnambiguous() {
        assertThat(text("user:42")).isEqualTo("user:42");
        assertThat(text("größe:日本")).isEqualTo("größe:日本");
        assertThat(text("a\\x00")).isEqualTo("a\\\\x00");
        assertThat(text("a\u0000")).isEqualTo("a\\x00");
        assertThat(text("a\nb")).isEqualTo("a\\x0ab");
        assertThat(text("\u202Eabc")).startsWith("\\xe2\\x80\\xae");
        assertThat(KeyText.of(new byte[] {(byte) 0xff, 'a', '\\'}, false)).isEqualTo("\\xffa\\\\");
        assertThat(KeyText.of(new byte[] {(byte) 0xff, 'a'}, true)).isEqualTo("ff61");
    }

    private static String text(String key) {
        return KeyText.of(key.getBytes(StandardCharsets.UTF_8), false);
    }

    @Test
    @DisplayName("symptom: an even load shows as zero, then double, because frames drift over the second's edge")
    void timeline_ofDriftingFrames_isEven() {
        PerformanceAnalyzer analyzer = analyzers.open(AnalyzerConfig.DEFAULTS, clock);
        Source source = Frames.source("shop", 1);
        long end = clock.millis();
        for (int i = 0; i < 100; i++) {
            long start = end;
            end = clock.millis() + 1_000 + (i % 2 == 0 ? -3 : 3);
            clock.advance(Duration.ofSeconds(1));
            analyzer.accept(Frames.at(source, Math.min(end, clock.millis()))
                    .from(start)
                    .series(Frames.many(Frames.set("a"), end - start, 1_000))
                    .build());
        }
        List<Report.TimelinePoint> live = analyzer.live().timeline();
        assertThat(live).hasSizeBetween(97, 100);
        assertThat(live.subList(1, live.size() - 1)).allSatisfy(p -> {
            assertThat(p.opsPerSecond()).isBetween(980.0, 1_020.0);
            assertThat(p.transactionsPerSecond()).isEqualTo(p.opsPerSecond());
            assertThat(p.p50Nanos()).isEqualTo(1_000);
        });
        assertThat(live).extracting(Report.TimelinePoint::at).isSorted().doesNotHaveDuplicates();
        assertThat(analyzer.live().now().opsPerSecond()).isBetween(980.0, 1_020.0);
        Report report = analyzer.report(Instant.EPOCH, clock.instant());
        assertThat(report.totals().opsPerSecond()).isBetween(990.0, 1_010.0);
        assertThat(report.timeline().subList(1, 98))
                .allSatisfy(p -> assertThat(p.opsPerSecond()).isBetween(980.0, 1_020.0));
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 600, 7_200, 80_000})
    @DisplayName("a timeline has few enough steps, without gaps")
    void timeline_hasFewSteps(int seconds) {
        PerformanceAnalyzer analyzer = analyzers.open(AnalyzerConfig.DEFAULTS, clock);
        for (int i = 0; i < seconds; i += 1 + seconds / 500) {
            analyzer.accept(
                    Frames.frame(Frames.source("s", 1), clock.millis(), Frames.many(Frames.get("a"), 2, 1_000)));
            clock.advance(Duration.ofSeconds(1 + seconds / 500));
        }
        List<Report.TimelinePoint> points =
                analyzer.report(Instant.EPOCH, clock.instant()).timeline();
        assertThat(points).hasSizeBetween(5, 302);
        for (int i = 1; i < points.size(); i++) {
            assertThat(points.get(i).at()).isEqualTo(points.get(i - 1).at().plusSeconds((long)
                    points.get(i).seconds()));
        }
    }

    @Test
    @DisplayName("an operation counts at the second in which it ended, though nobody asks for an hour")
    void start_countsInItsOwnSecond() {
        AtomicLong nanos = new AtomicLong();
        PerformanceAnalyzer analyzer =
                analyzers.open(AnalyzerConfig.builder().enableStackTrace(true).build(), clock, nanos::get);
        List<Instant> ends = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            try (TimedOp op = analyzer.start(OpType.PUT, "order:" + i)) {
                op.bytes(0, 10);
                nanos.addAndGet(i == 7 ? 1_000_000 : 999_999);
            }
            ends.add(clock.instant());
            clock.advance(Duration.ofSeconds(20));
        }
        clock.advance(Duration.ofHours(1));
        Report early = analyzer.report(ends.get(0), ends.get(30));
        assertThat(early.totals().ops()).isBetween(30L, 31L);
        assertThat(analyzer.stats(Duration.ofMinutes(30)).totals().ops()).isZero();
        PerformanceStats all = analyzer.stats();
        assertThat(all.totals().ops()).isEqualTo(60);
        assertThat(all.totals().bytesOut()).isEqualTo(600);
        assertThat(all.totals().p50Nanos()).isBetween(999_999L, 1_000_000L);
        assertThat(all.tps()).isEqualTo(all.qps()).isPositive();
        assertThat(analyzer.slowQueries(100)).singleElement().satisfies(s -> {
            assertThat(s.latencyNanos()).isEqualTo(1_000_000);
            assertThat(s.key()).isEqualTo("order:7");
            assertThat(s.at()).isEqualTo(ends.get(7));
            assertThat(s.stack().get(0)).contains("ValuesTest.start_countsInItsOwnSecond");
        });
    }

    @Test
    void timedOp_tellsFailuresApart_andClosesOnce() {
        PerformanceAnalyzer analyzer = analyzers.open(AnalyzerConfig.DEFAULTS, clock);
        for (Throwable t :
                new Throwable[] {new IllegalStateException(), new TimeoutException(), new CancellationException()}) {
            TimedOp op = analyzer.start(OpType.GET, null);
            op.error(t);
            op.close();
            op.close();
        }
        Report.Series s =
                analyzer.report(Instant.EPOCH, clock.instant()).series().get(0);
        assertThat(s.count()).isEqualTo(3);
        assertThat(s.errors()).isEqualTo(3);
        assertThat(s.timeouts()).isEqualTo(1);
        assertThat(s.cancelled()).isEqualTo(1);
        assertThat(s.errorsByClass()).containsEntry("IllegalStateException", 1L);
        assertThat(s.pattern()).isEmpty();
    }
}
