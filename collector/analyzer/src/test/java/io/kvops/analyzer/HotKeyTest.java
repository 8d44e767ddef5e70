package io.kvops.analyzer;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvops.wire.Source;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class HotKeyTest {
    @RegisterExtension
    final Analyzers analyzers = new Analyzers();

    private final long seed = Long.getLong("kvops.seed", System.nanoTime());
    private final Random random = new Random(seed);

    private String key() {
        // few keys often, many keys seldom
        return "k:" + (int) Math.floor(Math.pow(random.nextDouble(), 4) * 400);
    }

    @RepeatedTest(20)
    @DisplayName("the true count lies in the bounds, through forgetting, coming back and merging in any grouping")
    void table_boundsHoldTheTrueCount() {
        Map<String, Long> truth = new HashMap<>();
        List<HotKeyTable> tables = new ArrayList<>();
        for (int t = 0; t < 6; t++) {
            HotKeyTable table = new HotKeyTable(10 + random.nextInt(20));
            for (int i = 0; i < 2_000; i++) {
                String key = key();
                long missed = random.nextInt(10) == 0 ? random.nextInt(3) : 0;
                long n = 1 + random.nextInt(4);
                // the truth may be anything between what the agent saw and that plus its error
                truth.merge(key, n + (missed == 0 ? 0 : random.nextInt((int) missed + 1)), Long::sum);
                table.add(Frames.hot(key, n, missed), Set.of("s"));
            }
            tables.add(table);
        }
        while (tables.size() > 1) {
            HotKeyTable a = tables.remove(random.nextInt(tables.size()));
            tables.get(random.nextInt(tables.size())).addAll(a);
        }
        HotKeyTable merged = tables.get(0);
        Map<String, long[]> bounds = new HashMap<>();
        for (HotKeyCount c : merged.counts()) {
            bounds.put(KeyText.of(c.id().key, false), new long[] {c.count(), c.count() + c.error() + merged.floor()});
        }
        truth.forEach((key, n) -> {
            long[] b = bounds.getOrDefault(key, new long[] {0, merged.floor()});
            assertThat(n).as("%s, seed %d", key, seed).isBetween(b[0], b[1]);
        });
        assertThat(merged.forgotten()).isPositive();
    }

    @RepeatedTest(5)
    @DisplayName("count - errorBound <= true count <= count, over cells of all levels and several services")
    void report_boundsHoldTheTrueCount() {
        TestClock clock = new TestClock();
        PerformanceAnalyzer analyzer = analyzers.open(
                AnalyzerConfig.builder().hotKeysPerCell(20).maxHotKeys(400).build(), clock);
        Map<String, Long> truth = new HashMap<>();
        for (int i = 0; i < 500; i++) {
            Source source = Frames.source("s" + random.nextInt(3), 0);
            Frames.Builder frame = Frames.at(source, clock.millis());
            long ops = 0;
            for (int k = 0; k < 60; k++) {
                String key = key();
                truth.merge(key, 2L, Long::sum);
                frame.hot(Frames.hot(key, 2, 0));
                ops += 2;
            }
            analyzer.accept(
                    frame.series(Frames.many(Frames.get("k:{n}"), ops, 1_000)).build());
            clock.advance(Duration.ofMillis(random.nextInt(i % 50 == 0 ? 3_600_000 : 900)));
        }
        Report report = analyzer.report(Instant.EPOCH, clock.instant());
        assertThat(report.hotKeys()).isNotEmpty();
        for (Report.HotKey k : report.hotKeys()) {
            assertThat(truth.get(k.key())).as("%s, seed %d", k, seed).isBetween(k.count() - k.errorBound(), k.count());
            assertThat(k.errorBound()).isNotNegative();
            assertThat(k.share()).isBetween(0.0, 1.0);
        }
        assertThat(report.hotKeys().get(0).services()).containsExactly("s0", "s1", "s2");
        assertThat(report.dropped().get("hotKeysForgotten")).isPositive();
    }

    @Test
    @DisplayName("errors of the agents' sketches add up, and do not grow with the number of frames")
    void report_addsTheAgentsErrors() {
        TestClock clock = new TestClock();
        PerformanceAnalyzer analyzer = analyzers.open(AnalyzerConfig.DEFAULTS, clock);
        Source source = Frames.source("shop", 1);
        analyzer.accept(
                Frames.at(source, clock.millis()).hot(Frames.hot("a", 5, 3)).build());
        for (int i = 0; i < 1_000; i++) {
            clock.advance(Duration.ofSeconds(1));
            analyzer.accept(
                    Frames.at(source, clock.millis()).hot(Frames.hot("a", 5, 0)).build());
        }
        Report.HotKey key =
                analyzer.report(Instant.EPOCH, clock.instant()).hotKeys().get(0);
        assertThat(key.count()).isEqualTo(5_005 + 3);
        assertThat(key.errorBound()).isEqualTo(3);
        assertThat(key.reads()).isEqualTo(5_005);
        assertThat(key.bytes()).isEqualTo(50_050);
    }
}
