package io.kvops.analyzer;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvops.wire.Source;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ConcurrencyTest {
    @RegisterExtension
    final Analyzers analyzers = new Analyzers();

    @Test
    @DisplayName("a report sees a frame wholly or not at all, and never less than the one before")
    void report_whileFramesComeIn_seesWholeFrames() throws Exception {
        TestClock clock = new TestClock();
        PerformanceAnalyzer analyzer = analyzers.open(AnalyzerConfig.DEFAULTS, clock);
        Source source = Frames.source("shop", 1);
        AtomicBoolean done = new AtomicBoolean();
        int frames = 20_000;
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try {
            List<Future<Integer>> readers = new ArrayList<>();
            for (int r = 0; r < 2; r++) {
                boolean live = r == 1;
                readers.add(threads.submit(() -> {
                    long last = 0;
                    int asked = 0;
                    while (!done.get()) {
                        long ops;
                        if (live) {
                            LiveSnapshot s = analyzer.live();
                            ops = s.totalOps();
                            assertThat(s.stores().stream()
                                            .mapToLong(LiveSnapshot.StoreOp::count)
                                            .sum())
                                    .isEqualTo(ops);
                        } else {
                            // past now, so that the end does not fall behind the clock while the report is made
                            Report report = analyzer.report(
                                    Instant.EPOCH, clock.instant().plus(Duration.ofDays(1)));
                            ops = report.totals().ops();
                            assertThat(report.series().stream()
                                            .mapToLong(Report.Series::count)
                                            .sum())
                                    .isEqualTo(ops);
                            assertThat(report.stores().stream()
                                            .map(Report.StoreOp::count)
                                            .distinct()
                                            .count())
                                    .isLessThanOrEqualTo(1);
                        }
                        assertThat(ops).isGreaterThanOrEqualTo(last);
                        last = ops;
                        asked++;
                    }
                    return asked;
                }));
            }
            for (int i = 0; i < frames; i++) {
                analyzer.accept(Frames.frame(
                        source,
                        clock.millis() - i % 2_000,
                        Frames.many(Frames.get("a"), 3, 1_000 + i),
                        Frames.many(Frames.set("b"), 3, 2_000 + i)));
                clock.advance(Duration.ofMillis(100));
            }
            done.set(true);
            for (Future<Integer> reader : readers) {
                assertThat(reader.get()).isPositive();
            }
        } finally {
            done.set(true);
            threads.shutdown();
        }
        assertThat(analyzer.report(Instant.EPOCH, clock.instant()).totals().ops())
                .isEqualTo(6L * frames);
    }

    @Test
    @DisplayName("many threads time their own operations; each is in every report asked for after it was closed")
    void start_fromManyThreads_losesNothing() throws Exception {
        PerformanceAnalyzer analyzer =
                analyzers.open(AnalyzerConfig.builder().service("lib").build(), Clock.systemUTC());
        int threads = 8;
        int each = 20_000;
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Callable<Void>> work = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                int thread = t;
                work.add(() -> {
                    for (int i = 0; i < each; i++) {
                        try (TimedOp op = analyzer.start("mine", OpType.GET, "t" + thread + ":" + i % 10)) {
                            op.bytes(1, 0);
                            if (i % 10 == 0) {
                                op.miss();
                            } else if (i % 10 == 1) {
                                op.error(new IllegalStateException());
                            }
                        }
                        if (i % 1_000 == 999) {
                            long mine = analyzer.stats().stores().stream()
                                    .mapToLong(Report.StoreOp::count)
                                    .sum();
                            assertThat(mine).isGreaterThan(i);
                        }
                    }
                    return null;
                });
            }
            for (Future<Void> f : pool.invokeAll(work)) {
                f.get();
            }
        } finally {
            pool.shutdown();
        }
        Report report = analyzer.report(Instant.EPOCH, Instant.now(Clock.systemUTC()));
        assertThat(report.totals().ops()).isEqualTo((long) threads * each);
        assertThat(report.totals().misses()).isEqualTo((long) threads * each / 10);
        assertThat(report.totals().errors()).isEqualTo((long) threads * each / 10);
        assertThat(report.totals().bytesIn()).isEqualTo((long) threads * each);
        assertThat(report.totals().timed()).isEqualTo((long) threads * each);
        assertThat(report.hotKeys()).hasSize(10 * threads).allSatisfy(k -> {
            assertThat(k.count()).isEqualTo(each / 10);
            assertThat(k.errorBound()).isZero();
        });
        assertThat(report.services()).extracting(Report.Service::service).containsExactly("lib");
    }
}
