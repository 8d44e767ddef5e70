package io.kvops.analyzer;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvops.histogram.LatencyBuckets;
import io.kvops.op.OpClass;
import io.kvops.wire.Frame;
import io.kvops.wire.SeriesDelta;
import io.kvops.wire.SeriesKey;
import io.kvops.wire.Source;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random frames against a list of all that was ever sent. */
class ExactnessTest {
    @RegisterExtension
    final Analyzers analyzers = new Analyzers();

    private final TestClock clock = new TestClock();
    private final List<Sent> model = new ArrayList<>();

    /** One delta, with the moment that it is to count at. */
    private record Sent(long atMillis, String id, boolean internal, SeriesDelta delta, long[] latencies) {}

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    @DisplayName(
            "a report equals the sum of the frames in its window, over all levels, whatever the order of the frames")
    void report_equalsTheSumOfItsFrames(long salt) {
        check(AnalyzerConfig.DEFAULTS, seed(salt), 26, true);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    @DisplayName("with little memory frames go to the history before the second is over, and nothing is lost")
    void report_equalsTheSum_whenMemoryIsShort(long salt) {
        check(AnalyzerConfig.builder().maxBytes(1 << 20).build(), seed(salt), 1, false);
    }

    private static long seed(long salt) {
        long seed = Long.getLong("kvops.seed", System.nanoTime()) + salt;
        System.out.println("ExactnessTest: -Dkvops.seed=" + (seed - salt));
        return seed;
    }

    private void check(AnalyzerConfig config, long seed, int hours, boolean roomy) {
        Random random = new Random(seed);
        PerformanceAnalyzer analyzer = analyzers.open(config, clock);
        long start = clock.millis();
        long end = start + hours * 3_600_000L;
        int frames = 0;
        while (clock.millis() < end) {
            // bursts of seconds, then long silences, so that each level is met at its edges
            int burst = 1 + random.nextInt(30);
            for (int i = 0; i < burst; i++) {
                send(analyzer, random, roomy);
                frames++;
                clock.advance(Duration.ofMillis(random.nextInt(1_500)));
            }
            int silence = roomy ? random.nextInt(4) == 0 ? 900_000 : 60_000 : 2_000;
            clock.advance(Duration.ofMillis(random.nextInt(silence)));
            if (random.nextInt(100) == 0) {
                compareWindow(analyzer, random);
            }
        }
        for (int i = 0; i < 10; i++) {
            compareWindow(analyzer, random);
        }
        Report all = analyzer.report(Instant.EPOCH, clock.instant());
        long sent = model.stream()
                .filter(s -> !s.internal)
                .mapToLong(s -> s.delta.count())
                .sum();
        assertThat(all.totals().ops()).as("%d frames, seed %d", frames, seed).isEqualTo(sent);
    }

    private void send(PerformanceAnalyzer analyzer, Random random, boolean roomy) {
        long now = clock.millis();
        long at = now - random.nextInt(2_000);
        long counted = at;
        switch (random.nextInt(12)) {
            case 0 -> counted = at = now - random.nextInt(900_000);
            case 1 -> counted = at = now - (long) (random.nextDouble() * (roomy ? 25 : 0.5) * 3_600_000);
            case 2 -> {
                at = now + 1 + random.nextInt(100_000_000);
                counted = now;
            }
            case 3 -> {
                at = random.nextInt(1_000_000);
                counted = now;
            }
            default -> {}
        }
        Source source = Frames.source("service" + random.nextInt(2), random.nextInt(2));
        Frames.Builder frame = Frames.at(source, at);
        for (int i = 0; i < 1 + random.nextInt(3); i++) {
            boolean internal = random.nextInt(5) == 0;
            OpClass opClass = random.nextBoolean() ? OpClass.READ : OpClass.WRITE;
            SeriesKey key = new SeriesKey(
                    "redis",
                    "h:1",
                    opClass == OpClass.READ ? "GET" : "SET",
                    opClass,
                    "p" + random.nextInt(roomy ? 3 : 1),
                    internal);
            long[] latencies = new long[1 + random.nextInt(5)];
            for (int l = 0; l < latencies.length; l++) {
                latencies[l] = (long) Math.exp(random.nextDouble() * 25);
            }
            SeriesDelta delta = Frames.delta(
                    key, random.nextInt(2), Map.of("E" + random.nextInt(3), 1L), random.nextInt(1_000), latencies);
            frame.series(delta);
            model.add(new Sent(counted, source.service() + source.instance() + key, internal, delta, latencies));
        }
        Frame built = frame.build();
        analyzer.accept(built);
    }

    private void compareWindow(PerformanceAnalyzer analyzer, Random random) {
        long now = clock.millis();
        long from = now - (long) (random.nextDouble() * random.nextDouble() * 30 * 3_600_000);
        long to = random.nextInt(3) == 0 ? now : from + (long) (random.nextDouble() * (now - from));
        Report report = analyzer.report(Instant.ofEpochMilli(from), Instant.ofEpochMilli(to));
        Report.Window w = report.window();
        assertThat(w.from()).isBeforeOrEqualTo(Instant.ofEpochMilli(from));
        assertThat(w.to()).isAfterOrEqualTo(Instant.ofEpochMilli(to));
        Map<String, List<Sent>> expected = model.stream()
                .filter(s -> s.atMillis >= w.from().toEpochMilli() && s.atMillis < w.to().toEpochMilli())
                .collect(Collectors.groupingBy(Sent::id));
        List<Report.Series> rows = new ArrayList<>(report.series());
        rows.addAll(report.internal());
        assertThat(rows).hasSameSizeAs(expected.keySet());
        for (Report.Series row : rows) {
            SeriesKey key = new SeriesKey(
                    row.store(),
                    row.endpoint(),
                    row.op(),
                    row.opClass().equals("read") ? OpClass.READ : OpClass.WRITE,
                    row.pattern(),
                    report.internal().contains(row));
            compare(row, expected.get(row.service() + row.instance() + key), w.coveredSeconds());
        }
        assertThat(report.totals().ops())
                .isEqualTo(
                        report.series().stream().mapToLong(Report.Series::count).sum())
                .isEqualTo(report.timeline().stream()
                        .mapToLong(Report.TimelinePoint::ops)
                        .sum());
        assertThat(report.timeline().size()).isLessThanOrEqualTo(302);
    }

    private static void compare(Report.Series row, List<Sent> sent, double seconds) {
        assertThat(sent).as(row.toString()).isNotNull();
        long count = sent.stream().mapToLong(s -> s.delta.count()).sum();
        assertThat(row.count()).isEqualTo(count);
        assertThat(row.opsPerSecond()).isEqualTo(count / seconds);
        assertThat(row.misses())
                .isEqualTo(sent.stream().mapToLong(s -> s.delta.misses()).sum());
        assertThat(row.errors())
                .isEqualTo(sent.stream().mapToLong(s -> s.delta.failures()).sum());
        assertThat(row.bytesIn())
                .isEqualTo(sent.stream().mapToLong(s -> s.delta.bytesIn()).sum());
        Map<String, Long> errors = new TreeMap<>();
        sent.forEach(s -> s.delta.errors().forEach((name, n) -> errors.merge(name, n, Long::sum)));
        assertThat(row.errorsByClass()).isEqualTo(errors);
        long[] raw = sent.stream()
                .flatMapToLong(s -> Arrays.stream(s.latencies))
                .sorted()
                .toArray();
        assertThat(row.maxNanos()).isEqualTo(raw[raw.length - 1]);
        assertThat(row.meanNanos()).isEqualTo(Arrays.stream(raw).sum() / raw.length);
        double[] percentiles = {50, 90, 99, 99.9, 99.99};
        long[] reported = {row.p50Nanos(), row.p90Nanos(), row.p99Nanos(), row.p999Nanos(), row.p9999Nanos()};
        for (int i = 0; i < percentiles.length; i++) {
            long rank = Math.max(1, (long) Math.ceil(Math.nextDown(percentiles[i]) * raw.length / 100));
            long exact = raw[(int) rank - 1];
            long bucketTop = LatencyBuckets.highest(LatencyBuckets.indexOf(exact));
            assertThat(reported[i]).as("p%s", percentiles[i]).isEqualTo(Math.min(bucketTop, raw[raw.length - 1]));
        }
    }
}
