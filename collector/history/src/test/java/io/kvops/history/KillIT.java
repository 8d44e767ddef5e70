package io.kvops.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that writes, merges and archives is killed at random moments; what it had written is there, once. */
final class KillIT {
    private static final long BEGIN = 1_767_225_600_000L;
    private static final long STEP = Duration.ofMinutes(29).toMillis();

    @TempDir
    Path folder;

    private static HistoryConfig config(Path folder) {
        HistoryConfig d = HistoryConfig.of(folder);
        return new HistoryConfig(
                folder,
                Duration.ofMinutes(1),
                Duration.ofHours(1),
                Duration.ofDays(1),
                d.keepHours(),
                d.keepEvents(),
                d.memoryLimitBytes(),
                2,
                1_000,
                d.maxFineSeries(),
                d.maxSlowOpsPerHour(),
                d.hotKeysPerBucket(),
                true);
    }

    private static SettableClock clock(long position) {
        SettableClock clock = new SettableClock();
        clock.advance(Duration.ofMillis(BEGIN + (position + 1) * STEP - clock.millis()));
        return clock;
    }

    /** Operations of a batch; some of them late. */
    private static Batch batch(long position) {
        long at = BEGIN + position * STEP;
        Points.Builder batch = new Points.Builder();
        for (int i = 0; i < 20; i++) {
            long late = i % 7 == 0 ? (position * 1_313 + i) % 20_000 * 1_000 : i * 31_000L % STEP;
            batch.add(Points.ops(
                    Math.max(BEGIN, at - (i % 7 == 0 ? late : -late)) / 1_000 * 1_000,
                    Points.series("s" + i % 3, "GET", "p" + i),
                    1_000 + position,
                    2_000));
        }
        return batch.at(position);
    }

    /** Writes until it is killed. */
    static final class Writer {
        private Writer() {}

        public static void main(String[] args) throws Exception {
            Path folder = Path.of(args[0]);
            SettableClock clock = clock(0);
            // merges in slices of few rows, so that kills come between them
            try (History history = DuckDbHistory.open(config(folder), clock, new Tuning(100, 10))) {
                System.out.println("open");
                while (true) {
                    long position = history.position() + 1;
                    clock.advance(Duration.ofMillis(clock(position).millis() - clock.millis()));
                    history.commit(batch(position));
                    System.out.println(position);
                    history.upkeep();
                }
            }
        }
    }

    @Test
    void afterEachKill_allThatWasWrittenIsThereOnce() throws Exception {
        long seed = Long.getLong("kvops.seed", System.nanoTime());
        System.out.println("KillIT seed " + seed);
        Random random = new Random(seed);
        int kills = Boolean.getBoolean("kvops.proof") ? 100 : 5;
        for (int kill = 0; kill < kills; kill++) {
            long acked = runAndKill(random);
            try (History history = Histories.open(config(folder), clock(acked + 1))) {
                assertThat(history.position()).isBetween(acked, acked + 1);
                check(history);
            }
        }
        assertThat(folder.resolve("archive").toFile().list((dir, name) -> name.endsWith(".parquet")))
                .isNotEmpty();
    }

    private long runAndKill(Random random) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Writer.class.getName(),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        long acked = -1;
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            int batches = 25 + random.nextInt(25);
            assertThat(out.readLine()).isEqualTo("open");
            for (int i = 0; i < batches; i++) {
                acked = Long.parseLong(out.readLine());
            }
            long until = System.nanoTime() + random.nextInt(30_000_000);
            while (System.nanoTime() < until) {
                Thread.onSpinWait();
            }
            process.toHandle().destroyForcibly(); // Process would close the stream
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                acked = line.matches("\\d+") ? Long.parseLong(line) : acked;
            }
        } finally {
            process.destroyForcibly().waitFor();
        }
        return acked;
    }

    private static void check(History history) throws Exception {
        long position = history.position();
        long end = BEGIN + (position + 3) * STEP;
        for (long step : List.of(0L, 3_600_000L, 60_000L)) {
            OpsAnswer answer =
                    history.ops(new OpsQuery(BEGIN - 86_400_000, end, step, Set.of(Dimension.SERVICE), Map.of(), 100));
            long count = answer.points().stream().mapToLong(OpsPoint::count).sum();
            long timed =
                    answer.points().stream().mapToLong(p -> p.latency().total()).sum();
            assertThat(count).as("step " + step).isEqualTo(40 * (position + 1));
            assertThat(timed).as("step " + step).isEqualTo(40 * (position + 1));
        }
    }
}
