package io.kvops.analyzer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.kvops.history.GaugePoint;
import io.kvops.history.Histories;
import io.kvops.history.History;
import io.kvops.history.HistoryConfig;
import io.kvops.op.OpClass;
import io.kvops.wire.Frame;
import io.kvops.wire.SeriesDelta;
import io.kvops.wire.Source;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** How frames get into the history, and what happens when they don't. */
class CommitTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @RegisterExtension
    final Analyzers analyzers = new Analyzers();

    private final TestClock clock = new TestClock();
    private final Source source = Frames.source("shop", 1);

    private FailingHistory failing() throws Exception {
        return new FailingHistory(analyzers.closing(Histories.inMemory(clock)));
    }

    private Frame frame(long ops) {
        return Frames.frame(source, clock.millis(), Frames.many(Frames.get("a"), ops, 1_000));
    }

    private long total(PerformanceAnalyzer analyzer) {
        return analyzer.report(Instant.EPOCH, clock.instant()).totals().ops();
    }

    @Test
    @DisplayName("within a second or two frames are in the history, though nobody asks, and their position with them")
    void frames_areCommittedByThemselves() throws Exception {
        FailingHistory f = failing();
        PerformanceAnalyzer analyzer =
                analyzers.closing(PerformanceAnalyzer.open(AnalyzerConfig.DEFAULTS, f.history, clock));
        assertThat(analyzer.durable()).isEqualTo(-1);
        analyzer.accept(frame(3), 17);
        assertThat(analyzer.accepted()).isEqualTo(17);
        await().atMost(PATIENCE).until(() -> analyzer.caughtUp(17));
        assertThat(f.history.position()).isEqualTo(17);
        assertThat(analyzer.resumeAfter()).isEqualTo(17);
    }

    @Test
    @DisplayName("what the collector times by itself is committed between frames of the journal, at their position")
    @SuppressWarnings("try") // measuring needs no more than its scope
    void ownOperations_doNotMoveThePosition() throws Exception {
        FailingHistory f = failing();
        PerformanceAnalyzer analyzer =
                analyzers.closing(PerformanceAnalyzer.open(AnalyzerConfig.DEFAULTS, f.history, clock));
        analyzer.accept(frame(3), 17);
        assertThat(total(analyzer)).isEqualTo(3);
        for (int i = 1; i <= 3; i++) {
            try (TimedOp op = analyzer.start(OpType.GET, "a")) {
                // what is measured
            }
            assertThat(total(analyzer)).isEqualTo(3 + i);
        }
        assertThat(f.history.position()).isEqualTo(17);
        analyzer.accept(frame(3), 18);
        assertThat(total(analyzer)).isEqualTo(9);
    }

    @Test
    @DisplayName(
            "however often somebody asks, a wide bucket is written early four times at most, and never for who asks of what is written")
    void wideBuckets_areNotWrittenForEachQuestion() throws Exception {
        FailingHistory f = new FailingHistory(analyzers.closing(Histories.open(fewFineSeries(), clock)));
        PerformanceAnalyzer analyzer =
                analyzers.closing(PerformanceAnalyzer.open(AnalyzerConfig.DEFAULTS, f.history, clock));
        SeriesDelta[] many = new SeriesDelta[20];
        for (int i = 0; i < many.length; i++) {
            many[i] = Frames.many(Frames.get("pattern-" + i), 1, 1_000);
        }
        analyzer.accept(Frames.frame(source, clock.millis(), many), 1);
        await().atMost(PATIENCE).until(() -> analyzer.caughtUp(1));
        assertThat(f.history.bucketMillis()).isEqualTo(60_000);

        int before = f.written.get();
        analyzer.accept(frame(100), 2);
        assertThat(written(analyzer)).isEqualTo(20);
        assertThat(total(analyzer)).isEqualTo(120);
        for (int i = 0; i < 10; i++) {
            analyzer.accept(frame(1), 3 + i);
            assertThat(total(analyzer)).isEqualTo(120);
        }
        assertThat(f.written.get()).isEqualTo(before + 1);
        clock.advance(Duration.ofSeconds(15));
        assertThat(total(analyzer)).isEqualTo(130);
        assertThat(written(analyzer)).isEqualTo(130);
        assertThat(f.written.get()).isEqualTo(before + 2);
    }

    private long written(PerformanceAnalyzer analyzer) {
        return analyzer.writtenBreakdown(Instant.EPOCH, clock.instant(), List.of(), Map.of(), 1)
                .total()
                .count();
    }

    private static HistoryConfig fewFineSeries() {
        HistoryConfig d = HistoryConfig.inMemory();
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
                1,
                d.maxSlowOpsPerHour(),
                d.hotKeysPerBucket(),
                d.archive());
    }

    @Test
    @DisplayName("a full disk: health says so, frames wait, who brings more waits too; afterwards nothing is missing")
    void fullDisk_losesNothing() throws Exception {
        FailingHistory f = failing();
        PerformanceAnalyzer analyzer = analyzers.closing(PerformanceAnalyzer.open(
                AnalyzerConfig.builder().maxBytes(1 << 20).build(), f.history, clock));
        f.fullDisk.set("no space left on /data");
        int frames = 20_000;
        ExecutorService journal = Executors.newSingleThreadExecutor();
        try {
            Future<?> brought = journal.submit(() -> {
                for (int i = 0; i < frames; i++) {
                    clock.advance(Duration.ofSeconds(1));
                    analyzer.accept(frame(2), i);
                }
            });
            await().atMost(PATIENCE).until(() -> f.refused.get() >= 2);
            assertThat(brought).isNotDone();
            assertThat(analyzer.problem()).contains("no space left on /data", "frames wait");
            assertThat(analyzer.durable()).isEqualTo(-1);
            assertThat(analyzer.live().totalOps()).isPositive();
            f.fullDisk.set("");
            brought.get();
        } finally {
            journal.shutdown();
        }
        assertThat(total(analyzer)).isEqualTo(2L * frames);
        assertThat(analyzer.problem()).isNull();
        assertThat(analyzer.durable()).isEqualTo(frames - 1);
    }

    @Test
    @DisplayName("closed while the disk is full: it says that not all is written, and takes no more")
    void close_onAFullDisk_says() throws Exception {
        FailingHistory f = failing();
        PerformanceAnalyzer analyzer = PerformanceAnalyzer.open(AnalyzerConfig.DEFAULTS, f.history, clock);
        f.fullDisk.set("no space left on /data");
        analyzer.accept(frame(2), 1);
        assertThatThrownBy(analyzer::close)
                .isInstanceOf(AnalyzerException.class)
                .hasMessageContaining("no space left on /data")
                .hasMessageContaining("read again at the next start");
        analyzer.close();
        assertThatThrownBy(() -> analyzer.accept(frame(2), 2)).hasMessageContaining("closed");
        assertThat(f.history.position()).isEqualTo(-1);
    }

    @Test
    @DisplayName(
            "killed at any moment, and continued after the position that the history has: no frame twice, none missing")
    void killedAndContinued_isExact(@TempDir Path folder) throws Exception {
        long seed = Long.getLong("kvops.seed", System.nanoTime());
        System.out.println("CommitTest: -Dkvops.seed=" + seed);
        Random random = new Random(seed);
        List<Frame> journal = new ArrayList<>();
        for (int run = 0; run < 4; run++) {
            History file = Histories.open(HistoryConfig.of(folder), clock);
            FailingHistory f = new FailingHistory(file);
            PerformanceAnalyzer analyzer = PerformanceAnalyzer.open(AnalyzerConfig.DEFAULTS, f.history, clock);
            for (long at = analyzer.resumeAfter() + 1; at < journal.size(); at++) {
                analyzer.accept(journal.get((int) at), at);
            }
            for (int i = 0; i < 200; i++) {
                clock.advance(Duration.ofMillis(random.nextInt(3_000)));
                journal.add(Frames.frame(
                        Frames.source("s" + random.nextInt(2), 0),
                        clock.millis() - random.nextInt(60_000),
                        Frames.many(Frames.get("p" + random.nextInt(5)), 1 + random.nextInt(9), 1_000)));
                analyzer.accept(journal.get(journal.size() - 1), journal.size() - 1L);
                if (i == 150) {
                    assertThat(total(analyzer)).as("seed %d", seed).isEqualTo(ops(journal));
                    // from here on nothing gets to the disk: as good as killed
                    f.fullDisk.set("killed");
                }
            }
            assertThatThrownBy(analyzer::close).isInstanceOf(AnalyzerException.class);
            file.close();
        }
        try (History file = Histories.open(HistoryConfig.of(folder), clock);
                PerformanceAnalyzer analyzer = PerformanceAnalyzer.open(AnalyzerConfig.DEFAULTS, file, clock)) {
            for (long at = analyzer.resumeAfter() + 1; at < journal.size(); at++) {
                analyzer.accept(journal.get((int) at), at);
            }
            assertThat(total(analyzer)).as("seed %d", seed).isEqualTo(ops(journal));
        }
    }

    private static long ops(List<Frame> frames) {
        return frames.stream().mapToLong(f -> f.series().get(0).count()).sum();
    }

    @Test
    @DisplayName("gauges go to what they belong to, each ten seconds at most")
    void gauges_areSplitAndThinned() throws Exception {
        FailingHistory f = failing();
        PerformanceAnalyzer analyzer =
                analyzers.closing(PerformanceAnalyzer.open(AnalyzerConfig.DEFAULTS, f.history, clock));
        for (int i = 0; i < 25; i++) {
            analyzer.accept(new Frame(
                    source,
                    i + 1,
                    clock.millis() - 1_000,
                    clock.millis(),
                    List.of(),
                    List.of(),
                    List.of(),
                    Map.of(
                            "jvm.heap.used.bytes", 1.0 + i,
                            "rocksdb.memtable.size.bytes@/data/db", 2.0 + i,
                            "bad", Double.NaN),
                    Map.of()));
            clock.advance(Duration.ofSeconds(1));
        }
        Report report = analyzer.report(Instant.EPOCH, clock.instant());
        assertThat(report.dropped()).containsEntry("gauges", 3L);
        List<GaugePoint> heap = f.history.gauges("jvm", "shop/host:1", "", 0, clock.millis() + 1, 0, 100);
        assertThat(heap).extracting(GaugePoint::value).containsExactly(1.0, 11.0, 21.0);
        assertThat(f.history.gauges("rocksdb", "/data/db", "", 0, clock.millis() + 1, 0, 100))
                .extracting(GaugePoint::name)
                .containsOnly("rocksdb.memtable.size.bytes")
                .hasSize(3);
    }

    @Test
    @DisplayName("gauges of stores, which are in few frames, are not kept out by those in each, and stay known between")
    void gauges_seldomOnes_areKept() throws Exception {
        FailingHistory f = failing();
        PerformanceAnalyzer analyzer =
                analyzers.closing(PerformanceAnalyzer.open(AnalyzerConfig.DEFAULTS, f.history, clock));
        for (int i = 0; i < 25; i++) {
            Map<String, Double> each = Map.of("agent.connected", 1.0 + i);
            Map<String, Double> all = Map.of("agent.connected", 1.0 + i, "rocksdb.files.count@/data/db", 2.0 + i);
            analyzer.accept(new Frame(
                    source,
                    i + 1,
                    clock.millis() - 1_000,
                    clock.millis(),
                    List.of(),
                    List.of(),
                    List.of(),
                    i % 10 == 3 ? all : each,
                    Map.of()));
            clock.advance(Duration.ofSeconds(1));
        }
        analyzer.report(Instant.EPOCH, clock.instant());
        assertThat(f.history.gauges("rocksdb", "/data/db", "", 0, clock.millis() + 1, 0, 100))
                .extracting(GaugePoint::value)
                .containsExactly(5.0, 15.0, 25.0);
        assertThat(analyzer.live().agents().get(0).gauges())
                .containsOnly(Map.entry("agent.connected", 25.0), Map.entry("rocksdb.files.count@/data/db", 25.0));
    }

    @Test
    @DisplayName("rules decide what is slow, by op and pattern; what is below is not kept; learned thresholds follow")
    void thresholds_ofRules_andLearned() throws Exception {
        FailingHistory f = failing();
        AnalyzerConfig rules = AnalyzerConfig.builder()
                .slowRules(List.of(
                        new SlowRule("redis", "GET", "user:*", Duration.ofMillis(50)),
                        new SlowRule("", "GET", "", Duration.ofMillis(10))))
                .build();
        PerformanceAnalyzer analyzer = analyzers.closing(PerformanceAnalyzer.open(rules, f.history, clock));
        analyzer.accept(Frames.at(source, clock.millis())
                .slow(Frames.slow(clock.millis(), 40_000_000), Frames.slow(clock.millis(), 100_000_000))
                .build());
        assertThat(analyzer.slowQueries(10)).singleElement().satisfies(s -> {
            assertThat(s.latencyNanos()).isEqualTo(100_000_000);
            assertThat(s.severity()).isEqualTo(2.0);
        });
        assertThat(analyzer.live().dropped()).containsEntry("slowOpsBelowThreshold", 1L);
        analyzer.apply(AnalyzerConfig.builder()
                .learnThresholds(true)
                .learnedMinOps(1_000)
                .learnedFactor(2)
                .build());
        analyzer.accept(Frames.frame(
                source,
                clock.millis(),
                Frames.many(Frames.key("redis", "GET", OpClass.READ, "user:{n}"), 5_000, 2_000_000)));
        await().atMost(PATIENCE).untilAsserted(() -> {
            // looked at again every ten minutes
            clock.advance(Duration.ofMinutes(10));
            analyzer.accept(Frames.at(source, clock.millis())
                    .slow(Frames.slow(clock.millis(), 3_000_000))
                    .build());
            assertThat(analyzer.live().dropped().get("slowOpsBelowThreshold")).isGreaterThan(1);
        });
    }

    @Test
    @DisplayName(
            "symptom: after the history failed once while thresholds were learned, no frame was ever written again")
    void learning_thatFails_doesNotEndTheWriting() throws Exception {
        FailingHistory f = failing();
        f.unanswered.set(0);
        PerformanceAnalyzer analyzer = analyzers.closing(PerformanceAnalyzer.open(
                AnalyzerConfig.builder().learnThresholds(true).build(), f.history, clock));
        await().atMost(PATIENCE).until(() -> f.unanswered.get() > 0);
        analyzer.accept(frame(3), 1);
        await().atMost(PATIENCE).until(() -> analyzer.caughtUp(1));
        assertThat(analyzer.problem()).isNull();
    }

    @Test
    @DisplayName("whatever is thrown while thresholds are learned, frames are written, and health says what it was")
    void hook_thatThrows_doesNotEndTheWriting() throws Exception {
        FailingHistory f = failing();
        f.broken.set("ops");
        PerformanceAnalyzer analyzer = analyzers.closing(PerformanceAnalyzer.open(
                AnalyzerConfig.builder().learnThresholds(true).build(), f.history, clock));
        await().atMost(PATIENCE).until(() -> {
            clock.advance(Duration.ofMinutes(10)); // it is learned again by then
            String problem = analyzer.problem();
            return problem != null && problem.contains("broken") && problem.contains("written all the same");
        });
        f.broken.set("");
        analyzer.accept(frame(3), 1);
        await().atMost(PATIENCE).until(() -> analyzer.caughtUp(1));
        await().atMost(PATIENCE).until(() -> analyzer.problem() == null);
    }

    @Test
    @DisplayName("should the thread that writes end, health says so and what to do")
    void thread_thatEnded_isTold() throws Exception {
        FailingHistory f = failing();
        PerformanceAnalyzer analyzer =
                analyzers.closing(PerformanceAnalyzer.open(AnalyzerConfig.DEFAULTS, f.history, clock));
        f.broken.set("bucketMillis");
        await().atMost(PATIENCE).dontCatchUncaughtExceptions().until(() -> analyzer.problem() != null);
        assertThat(analyzer.problem()).contains("has ended", "restart the collector");
    }
}
