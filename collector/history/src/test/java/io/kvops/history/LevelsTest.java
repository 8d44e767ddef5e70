package io.kvops.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.kvops.histogram.LatencyHistogram;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Random writes, late ones too, over every level and the archive; random windows must give what was written. */
final class LevelsTest {
    private static final long SECOND = 1_000;
    private static final long MINUTE = 60 * SECOND;
    private static final long HOUR = 60 * MINUTE;
    private static final long DAY = 24 * HOUR;

    @TempDir
    Path folder;

    private final SettableClock clock = new SettableClock();
    private final List<Written> written = new ArrayList<>();
    private Random random = new Random();
    private long position;

    private record Written(long at, int series, long[] latencies, boolean error) {}

    private static HistoryConfig config(Path folder) {
        HistoryConfig d = HistoryConfig.of(folder);
        return new HistoryConfig(
                folder,
                Duration.ofMinutes(2),
                Duration.ofHours(2),
                Duration.ofDays(1),
                Duration.ofDays(35),
                d.keepEvents(),
                d.memoryLimitBytes(),
                2,
                100,
                d.maxFineSeries(),
                d.maxSlowOpsPerHour(),
                d.hotKeysPerBucket(),
                true);
    }

    @Test
    void everyWindow_holdsWhatWasWritten() throws Exception {
        long seed = Long.getLong("kvops.seed", System.nanoTime());
        System.out.println("LevelsTest seed " + seed);
        random = new Random(seed);
        clock.advance(Duration.ofMillis(random.nextLong(400 * DAY)));
        long begin = clock.millis();
        Tuning tuning = random.nextBoolean() ? new Tuning(10 + random.nextInt(200), 37) : Tuning.DEFAULTS;
        DuckDbHistory history = DuckDbHistory.open(config(folder), clock, tuning);
        try {
            for (int i = 0; i < 250; i++) {
                clock.advance(
                        Duration.ofMillis(random.nextInt(10) == 0 ? random.nextLong(HOUR) : random.nextLong(MINUTE)));
                write(history);
                if (random.nextInt(3) == 0) {
                    history.upkeep();
                }
                if (random.nextInt(60) == 0) {
                    history.close();
                    history = DuckDbHistory.open(config(folder), clock, tuning);
                    assertThat(history.position()).isEqualTo(position);
                }
            }
            check(history, begin, 40);
            for (int i = 0; i < 40; i++) {
                clock.advance(Duration.ofMillis(random.nextLong(5 * DAY)));
                write(history);
                history.upkeep();
            }
            check(history, begin, 60);
            assertThat(folder.resolve("archive").toFile().list()).isNotEmpty();
        } finally {
            history.close();
        }
    }

    private void write(DuckDbHistory history) throws Exception {
        Points.Builder batch = new Points.Builder();
        int points = 1 + random.nextInt(40);
        for (int p = 0; p < points; p++) {
            long back = random.nextInt(8) == 0 ? random.nextLong(20 * HOUR) : random.nextLong(20 * SECOND);
            long at = Level.floor(clock.millis() - back, SECOND);
            long[] latencies =
                    random.longs(1 + random.nextInt(5), 100, 1_000_000_000).toArray();
            Written w = new Written(at, random.nextInt(150), latencies, random.nextInt(5) == 0);
            written.add(w);
            batch.add(Points.ops(
                    at, series(w.series()), w.error() ? Map.of("E" + w.series() % 3, 2L) : Map.of(), latencies));
        }
        history.commit(batch.at(++position));
    }

    private static SeriesId series(int i) {
        return Points.series("s" + i % 4, "OP" + i % 10, "p" + i);
    }

    private void check(DuckDbHistory history, long begin, int windows) throws Exception {
        long end = clock.millis() + 1;
        long[] steps = {0, 0, 0, SECOND, 10 * SECOND, MINUTE, HOUR, DAY, 90 * SECOND};
        for (int i = 0; i < windows; i++) {
            long from = random.nextBoolean()
                    ? begin - 2 * DAY + random.nextLong(end - begin + 2 * DAY)
                    : end - random.nextLong(3 * HOUR);
            long to = random.nextBoolean()
                    ? from + random.nextLong(end - from + HOUR)
                    : from + random.nextLong(10 * MINUTE);
            long step = steps[random.nextInt(steps.length)];
            if (step > 0 && (to - from) / step > 50_000) {
                step = HOUR;
            }
            Set<Dimension> by = random.nextBoolean() ? Set.of() : Set.of(Dimension.SERVICE);
            Map<Dimension, String> where =
                    random.nextInt(3) == 0 ? Map.of(Dimension.PATTERN, "p" + random.nextInt(150)) : Map.of();
            OpsAnswer answer = history.ops(new OpsQuery(from, to, step, by, where, 100));
            assertThat(answer.fromMillis()).isLessThanOrEqualTo(from);
            assertThat(answer.toMillis()).isGreaterThanOrEqualTo(to);
            assertThat(answer.points().stream().mapToLong(OpsPoint::startMillis))
                    .isSorted();
            compare(answer, by, where);
        }
    }

    private void compare(OpsAnswer answer, Set<Dimension> by, Map<Dimension, String> where) {
        Map<String, List<Written>> expected = new TreeMap<>();
        for (Written w : written) {
            SeriesId s = series(w.series());
            boolean wanted = where.getOrDefault(Dimension.PATTERN, s.pattern()).equals(s.pattern());
            if (wanted && w.at() >= answer.fromMillis() && w.at() < answer.toMillis()) {
                expected.computeIfAbsent(by.isEmpty() ? "" : s.service(), k -> new ArrayList<>())
                        .add(w);
            }
        }
        Map<String, LatencyHistogram> found = new TreeMap<>();
        Map<String, Long> counts = new TreeMap<>();
        Map<String, Long> errors = new TreeMap<>();
        for (OpsPoint p : answer.points()) {
            found.computeIfAbsent(p.series().service(), k -> new LatencyHistogram())
                    .add(p.latency(), p.maxNanos());
            counts.merge(p.series().service(), p.count(), Long::sum);
            p.errorsByClass().forEach((e, n) -> errors.merge(p.series().service(), n, Long::sum));
        }
        assertThat(found.keySet()).isEqualTo(expected.keySet());
        assertThat(answer.groups()).isEqualTo(expected.size());
        expected.forEach((group, writes) -> {
            long[] raw = writes.stream()
                    .flatMapToLong(w -> java.util.Arrays.stream(w.latencies()))
                    .sorted()
                    .toArray();
            assertThat(counts.get(group)).isEqualTo(raw.length);
            assertThat(errors.getOrDefault(group, 0L))
                    .isEqualTo(2L * writes.stream().filter(Written::error).count());
            LatencyHistogram histogram = found.get(group);
            assertThat(histogram.count()).isEqualTo(raw.length);
            for (double percentile : new double[] {1, 25, 50, 90, 99, 99.9, 100}) {
                long exact = raw[(int) Math.max(0, Math.ceil(percentile * raw.length / 100) - 1)];
                assertThat((double) histogram.valueAtPercentile(percentile)).isCloseTo(exact, within(exact * 0.008));
            }
        });
    }
}
