package io.kvops.analyzer;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvops.wire.Frame;
import io.kvops.wire.SeriesDelta;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Prints what things cost, in processor time of the thread; fails only far beyond what they should. */
class CostTest {
    private final TestClock clock = new TestClock();
    private final PerformanceAnalyzer analyzer = PerformanceAnalyzer.open(AnalyzerConfig.DEFAULTS, clock);
    private final Random random = new Random(1);

    private SeriesDelta delta(String pattern) {
        long[] latencies = new long[100];
        for (int i = 0; i < latencies.length; i++) {
            latencies[i] = (long) (100_000 * Math.exp(random.nextGaussian() * 0.5));
        }
        return Frames.delta(Frames.get(pattern), latencies);
    }

    private Frame frame(int agent, int series, int first) {
        Frames.Builder frame = Frames.at(Frames.source("shop", agent), clock.millis());
        for (int s = 0; s < series; s++) {
            frame.series(delta("p" + (first + s) + ":{n}"));
        }
        for (int k = 0; k < 50; k++) {
            frame.hot(Frames.hot("k" + random.nextInt(200), 1 + random.nextInt(9), 0));
        }
        return frame.build();
    }

    private static double cpuMillis() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() / 1e6;
    }

    @Test
    @DisplayName("a frame of 20 series and 50 keys; a report and a snapshot after 15 minutes of ten agents")
    void accept_takesMicroseconds() {
        List<Double> each = new ArrayList<>();
        double millis = 0;
        for (int second = 0; second < 900; second++) {
            clock.advance(Duration.ofSeconds(1));
            for (int agent = 0; agent < 10; agent++) {
                Frame frame = frame(agent, 20, 0);
                double t = cpuMillis();
                analyzer.accept(frame);
                double taken = cpuMillis() - t;
                if (second >= 600) {
                    millis += taken;
                    each.add(taken * 1_000);
                }
            }
        }
        double[] sorted = each.stream().mapToDouble(d -> d).toArray();
        Arrays.sort(sorted);
        double mean = millis * 1_000 / sorted.length;
        double t = cpuMillis();
        Report report = analyzer.report(clock.instant().minusSeconds(3_600), clock.instant());
        double reportMillis = cpuMillis() - t;
        t = cpuMillis();
        for (int i = 0; i < 20; i++) {
            analyzer.live();
        }
        double liveMillis = (cpuMillis() - t) / 20;
        System.out.printf(
                "accept of 20 series: median %.1f µs, p99 %.1f µs, mean with all merging up %.1f µs; report over 15 min of"
                        + " 200 series %.0f ms; live %.2f ms; %s%n",
                sorted[sorted.length / 2],
                sorted[sorted.length * 99 / 100],
                mean,
                reportMillis,
                liveMillis,
                report.dropped());
        assertThat(report.series()).hasSize(200);
        assertThat(mean).isLessThan(500);
        assertThat(liveMillis).isLessThan(500);
    }

    @Test
    @DisplayName("a report over 10 000 series")
    void report_overTenThousandSeries() {
        for (int second = 0; second < 10; second++) {
            clock.advance(Duration.ofSeconds(1));
            for (int part = 0; part < 100; part++) {
                analyzer.accept(frame(1, 100, part * 100));
            }
        }
        double best = Double.MAX_VALUE;
        for (int i = 0; i < 4; i++) {
            double t = cpuMillis();
            assertThat(analyzer.report(Instant.EPOCH, clock.instant()).series()).hasSize(10_000);
            best = Math.min(best, cpuMillis() - t);
        }
        System.out.printf("report over 10 000 series, ten cells: %.0f ms%n", best);
        assertThat(best).isLessThan(10_000);
    }
}
