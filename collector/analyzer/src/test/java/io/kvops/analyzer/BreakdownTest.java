package io.kvops.analyzer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvops.op.OpClass;
import io.kvops.op.Outcome;
import io.kvops.wire.SlowOp;
import io.kvops.wire.Source;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Questions by group. */
class BreakdownTest {
    @RegisterExtension
    final Analyzers analyzers = new Analyzers();

    private final TestClock clock = new TestClock();
    private final Source shop = Frames.source("shop", 1);

    private Window all() {
        return new Window(Instant.EPOCH, clock.instant());
    }

    @Test
    @DisplayName("who pays for a store's time: shares by pattern add up, blocking operations left out")
    void breakdown_byPattern_sharesTheTime() {
        PerformanceAnalyzer analyzer = analyzers.open(AnalyzerConfig.DEFAULTS, clock);
        analyzer.accept(Frames.frame(
                shop,
                clock.millis(),
                Frames.many(Frames.get("cheap:{n}"), 900, 1_000),
                Frames.many(Frames.get("dear:{n}"), 100, 81_000),
                Frames.many(Frames.key("redis", "BLPOP", OpClass.BLOCKING, "queue"), 5, 1_000_000_000),
                Frames.many(Frames.key("rocksdb", "GET", OpClass.READ, "x"), 7, 5_000)));
        Breakdown b = analyzer.breakdown(
                all().from(),
                all().to(),
                List.of(GroupBy.PATTERN),
                Map.of(GroupBy.STORE, "redis"),
                Breakdown.Order.TIME,
                10);
        assertThat(b.groups())
                .extracting(g -> g.key().get(GroupBy.PATTERN))
                .containsExactly("dear:{n}", "cheap:{n}", "queue");
        assertThat(b.groups().get(0).timeShare()).isEqualTo(0.9);
        assertThat(b.groups().get(1).timeShare()).isEqualTo(0.1);
        assertThat(b.groups().get(2).timeShare()).isZero();
        assertThat(b.groups().get(2).p50Nanos()).isEqualTo(1_000_000_000);
        assertThat(b.total().count()).isEqualTo(1_005);
        assertThat(b.total().maxNanos()).isEqualTo(81_000);
        assertThat(b.groupCount()).isEqualTo(3);
        assertThat(analyzer.breakdown(all().from(), all().to(), List.of(), Map.of(), 1)
                        .groups())
                .singleElement()
                .satisfies(g -> assertThat(g.count()).isEqualTo(1_012));
    }

    @Test
    @DisplayName("by outcome: counts of each, which add up; selected by one as well")
    void breakdown_byOutcome_counts() {
        PerformanceAnalyzer analyzer = analyzers.open(AnalyzerConfig.DEFAULTS, clock);
        analyzer.accept(Frames.frame(
                shop,
                clock.millis(),
                Frames.delta(Frames.get("a"), 2, Map.of("E", 1L), 0, 1, 2, 3, 4, 5, 6),
                Frames.delta(Frames.set("a"), 0, Map.of("E", 3L), 0, 1, 2, 3, 4)));
        Breakdown b = analyzer.breakdown(all().from(), all().to(), List.of(GroupBy.OP, GroupBy.OUTCOME), Map.of(), 10);
        assertThat(b.groups())
                .extracting(g -> g.key().values() + " " + g.count())
                .containsExactlyInAnyOrder(
                        "[GET, ok] 3", "[GET, miss] 2", "[GET, error] 1", "[SET, ok] 1", "[SET, error] 3");
        Breakdown errors =
                analyzer.breakdown(all().from(), all().to(), List.of(GroupBy.OP), Map.of(GroupBy.OUTCOME, "error"), 10);
        assertThat(errors.total().count()).isEqualTo(4);
        assertThat(errors.groups().get(0).key()).containsEntry(GroupBy.OP, "SET");
        assertThatThrownBy(() ->
                        analyzer.breakdown(all().from(), all().to(), List.of(), Map.of(GroupBy.OUTCOME, "bad"), 10))
                .hasMessageContaining("expected one of ok, miss, error, timeout, cancelled");
        assertThatThrownBy(() -> analyzer.timeline(all().from(), all().to(), List.of(GroupBy.OUTCOME), Map.of(), 3))
                .hasMessageContaining("OUTCOME");
    }

    @Test
    @DisplayName("a timeline per group: the most used ones, each with what it did in each step")
    void timeline_byOp_isExact() {
        PerformanceAnalyzer analyzer = analyzers.open(AnalyzerConfig.DEFAULTS, clock);
        for (int i = 0; i < 20; i++) {
            analyzer.accept(Frames.frame(
                    shop,
                    clock.millis(),
                    Frames.many(Frames.get("a"), 10 + i, 1_000),
                    Frames.many(Frames.set("a"), 1, 2_000)));
            clock.advance(Duration.ofSeconds(1));
        }
        Timeline t = analyzer.timeline(all().from(), all().to(), List.of(GroupBy.OP), Map.of(), 1);
        assertThat(t.groupCount()).isEqualTo(2);
        assertThat(t.step()).isEqualTo(Duration.ofSeconds(1));
        assertThat(t.lines()).singleElement().satisfies(line -> {
            assertThat(line.key()).containsExactly(Map.entry(GroupBy.OP, "GET"));
            assertThat(line.points()).hasSize(20);
            assertThat(line.points().get(7).ops()).isEqualTo(17);
            assertThat(line.points().get(7).p50Nanos()).isEqualTo(1_000);
        });
    }

    @Test
    @DisplayName("a slower and more failing hour is found; what only varies is not; nothing is compared with nothing")
    void compare_findsWhatChanged_andNothingElse() {
        long seed = Long.getLong("kvops.seed", System.nanoTime());
        System.out.println("BreakdownTest: -Dkvops.seed=" + seed);
        Random random = new Random(seed);
        PerformanceAnalyzer analyzer = analyzers.open(AnalyzerConfig.DEFAULTS, clock);
        Instant start = clock.instant();
        for (int i = 0; i < 240; i++) {
            boolean second = i >= 120;
            analyzer.accept(Frames.frame(
                    shop,
                    clock.millis(),
                    Frames.delta(Frames.get("same"), random.nextInt(3), Map.of(), 0, latencies(random, 1)),
                    Frames.delta(
                            Frames.set("worse"),
                            0,
                            random.nextInt(second ? 2 : 20) == 0 ? Map.of("E", 1L) : Map.of(),
                            0,
                            latencies(random, second ? 2 : 1))));
            clock.advance(Duration.ofSeconds(1));
        }
        Window before = new Window(start, start.plusSeconds(120));
        Window after = new Window(start.plusSeconds(120), clock.instant());
        Comparison c = analyzer.compare(before, after, List.of(GroupBy.PATTERN), Map.of(), 10);
        assertThat(c.groups()).hasSize(2);
        for (Comparison.Group g : c.groups()) {
            boolean worse = g.key().containsValue("worse");
            assertThat(g.changes())
                    .as("seed %d, %s", seed, g)
                    .filteredOn(Comparison.Change::significant)
                    .extracting(change -> change.metric() + " " + change.verdict())
                    .containsExactlyElementsOf(worse ? List.of("ERROR_RATE higher", "LATENCY slower") : List.of());
            assertThat(g.quantiles()).hasSize(3);
        }
        assertThat(c.summary()).startsWith("2 of 8 changes in 2 groups are significant");
        Comparison nothing = analyzer.compare(
                new Window(start.minusSeconds(7_200), start.minusSeconds(3_600)), after, List.of(), Map.of(), 10);
        assertThat(nothing.summary()).contains("no frames in the first window");
        assertThat(nothing.groups()).allSatisfy(g -> assertThat(g.changes()).noneMatch(Comparison.Change::significant));
    }

    private static long[] latencies(Random random, double factor) {
        long[] latencies = new long[20 + random.nextInt(40)];
        for (int i = 0; i < latencies.length; i++) {
            latencies[i] = (long) (factor * 100_000 * Math.exp(random.nextGaussian()));
        }
        return latencies;
    }

    @Test
    @DisplayName("stacks fold from the outermost caller to the operation, whatever is in a frame's text")
    void flameGraph_foldsStacks() {
        PerformanceAnalyzer analyzer = analyzers.open(AnalyzerConfig.DEFAULTS, clock);
        analyzer.accept(Frames.at(shop, clock.millis())
                .slow(
                        slow(3_000_000, "a.Dao.get(Dao.java:7)", "a.Page.show(Page.java:1)"),
                        slow(2_000_000, "a.Dao.get(Dao.java:9)", "a.Page.show(Page.java:1)"),
                        slow(4_000_000, "b;c.Evil.run\n(X)", "a.Page.show(Page.java:1)"),
                        slow(1_500_000))
                .build());
        FlameGraph g = analyzer.flameGraph(all().from(), all().to(), Map.of());
        assertThat(g.ops()).isEqualTo(4);
        assertThat(g.withStack()).isEqualTo(3);
        assertThat(g.folded().lines())
                .containsExactly(
                        "a.Page.show;a.Dao.get;redis GET user:{n} 5000",
                        "a.Page.show;b:c.Evil.run?;redis GET user:{n} 4000",
                        "(no stack);redis GET user:{n} 1500");
        assertThat(g.foldedCounts().lines()).first().isEqualTo("a.Page.show;a.Dao.get;redis GET user:{n} 2");
        assertThat(g.root().nanos()).isEqualTo(10_500_000);
        assertThat(g.root().children().get(0).name()).isEqualTo("a.Page.show");
        assertThat(g.root().children().get(0).count()).isEqualTo(3);
        assertThat(analyzer.flameGraph(all().from(), all().to(), Map.of(GroupBy.STORE, "rocksdb"))
                        .ops())
                .isZero();
    }

    private SlowOp slow(long nanos, String... stack) {
        return new SlowOp(clock.millis(), Frames.get("user:{n}"), null, false, nanos, Outcome.OK, List.of(stack));
    }

    @Test
    void slowRule_globs() {
        assertThat(SlowRule.glob("user:*", "user:{n}:cart")).isTrue();
        assertThat(SlowRule.glob("*:cart", "user:{n}:cart")).isTrue();
        assertThat(SlowRule.glob("u?er:*t", "user:{n}:cart")).isTrue();
        assertThat(SlowRule.glob("user:*", "order:{n}")).isFalse();
        assertThat(SlowRule.glob("a*b*c", "aXbXbY")).isFalse();
        assertThat(SlowRule.glob("", "")).isTrue();
        assertThat(SlowRule.glob("**", "")).isTrue();
    }
}
