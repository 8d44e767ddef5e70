package io.kvops.server.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kvops.server.Stage;
import io.kvops.server.Stage.Phase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * kill -9 at random moments of a collector's life, aimed at what it does: while it takes frames, commits, rolls up, sorts and
 * archives days, lets them expire, and changes its configuration. Its clock is the test's, so that a day passes when the
 * test wants one.
 */
class KillEverywhereIT {
    private static final int KILLS = Integer.getInteger("kvops.kills", Installation.PROOF ? 200 : 7);
    private static final int LEAST_IN_EACH = Math.max(1, KILLS / 40);
    private static final long AIM_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final int TICK_MILLIS = 20;
    /** The clock runs so many times as fast, even without the days that the test skips. */
    private static final int FACTOR = 20;

    private static final int SENDERS = 3;
    private static final int FRAME_EVERY_MILLIS = 200;
    private static final long DAY_MILLIS = Duration.ofDays(1).toMillis();
    private static final String TOTAL = "SELECT sum(count)::BIGINT, sum(list_sum(latency_counts))::BIGINT FROM ops";
    private static final String BY_OP = "SELECT store || '/' || op, sum(count)::BIGINT FROM ops GROUP BY ALL";
    private static final String CONFIG = """
            journal: {segmentBytes: 1MiB, segmentAge: 365d, retentionAge: 1m, minFreeBytes: 0}
            history: {keepSeconds: 1m, keepTenSeconds: 1h, keepMinutes: 2d, keepHours: 5d, archive: true}
            analyzer: {maxHotKeys: 100}
            """;

    private final Map<Phase, Integer> hits = new EnumMap<>(Phase.class);
    private final ScheduledExecutorService ticks =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "clock"));

    @TempDir
    private Path folder;

    private Path data;
    private Path config;
    private Stage stage;
    private long beganMillis;
    private int ingestPort;
    private int httpPort;
    private volatile boolean clockRuns = true;

    @Test
    @DisplayName("collector killed across ingest, rollup, archive and configuration changes under load: exact totals")
    void killed_anywhere_totalsAreExact() throws Exception {
        long seed = Long.getLong("kvops.seed", System.nanoTime());
        System.out.println("KillEverywhereIT: -Dkvops.seed=" + seed);
        Random random = new Random(seed);
        long beganNanos = System.nanoTime();
        data = folder.resolve("data");
        config = Files.writeString(folder.resolve("collector.yaml"), CONFIG);
        stage = Stage.open(folder.resolve("stage"));
        beganMillis = System.currentTimeMillis();
        stage.millis(beganMillis);
        CollectorProcess collector = start();
        ingestPort = collector.ingestPort();
        httpPort = collector.httpPort();
        SettingChanger settings = new SettingChanger(httpPort);
        ArchiveFiles archive = new ArchiveFiles(data);
        var unused = ticks.scheduleAtFixedRate(
                () -> pass((long) TICK_MILLIS * FACTOR), TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
        int kills = 0;
        int halves = 0;
        try (Senders senders = new Senders(SENDERS, ingestPort, 1_000, FRAME_EVERY_MILLIS, stage::millis, seed)) {
            for (; kills < KILLS || (leastHits() < LEAST_IN_EACH && kills < 3 * KILLS); kills++) {
                awaitMoreAcked(senders, SENDERS);
                settings.ask();
                Phase target = target(random);
                aim(target, settings, senders);
                LockSupport.parkNanos(random.nextInt(2_000_000));
                long acked = senders.opsAcked();
                collector.kill();
                stage.phases().forEach(phase -> hits.merge(phase, 1, Integer::sum));
                clockRuns = false;
                archive.check();
                halves += archive.halves();
                collector = start();
                clockRuns = true;
                settings.check(collector, data);
                checkTotals(collector, acked, senders, "after kill " + kills + " at " + target);
                if (kills % 20 == 19) {
                    System.out.printf("KillEverywhereIT: %d kills, %s%n", kills + 1, hits);
                }
            }
            awaitMoreAcked(senders, SENDERS);
            senders.finish();
            CollectorProcess last = collector;
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> reported(last).path("totals").path("ops").asLong() >= senders.ops());
            JsonNode report = reported(last);
            System.out.printf(
                    "KillEverywhereIT: %d kills in %d s, of these in %s; %d archive files half written, %d whole;"
                            + " %d changes of the configuration; %d days; %,d frames, %,d operations, report %,d%n",
                    kills,
                    TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - beganNanos),
                    hits,
                    halves,
                    archive.count(),
                    settings.answers(),
                    Duration.ofMillis(stage.millis() - beganMillis).toDays(),
                    senders.framesAcked(),
                    senders.ops(),
                    report.path("totals").path("ops").asLong());
            assertThat(Senders.counts(report)).as("report").isEqualTo(senders.counts());
            assertThat(byOp(last.query(BY_OP))).as("SQL").isEqualTo(senders.counts());
            assertThat(last.stop()).isZero();
            assertThat(byOp(offline())).as("kvops query").isEqualTo(senders.counts());
            assertThat(settings.answers())
                    .as("changes of the configuration that were answered")
                    .isPositive();
            archive.check();
            assertThat(archive.count()).as("files of the archive").isPositive();
            assertThat(archive.halves())
                    .as("files of the archive that stayed half written")
                    .isZero();
            for (Phase phase : Phase.values()) {
                assertThat(hits.getOrDefault(phase, 0))
                        .as("kills in %s, seed %d", phase, seed)
                        .isGreaterThanOrEqualTo(LEAST_IN_EACH);
            }
        } finally {
            ticks.shutdownNow();
            collector.close();
        }
    }

    private CollectorProcess start() throws IOException {
        return CollectorProcess.startStaged(data, config, folder.resolve("stage"), ingestPort, httpPort);
    }

    /** One of those in which it was killed least often. */
    private Phase target(Random random) {
        int least = leastHits();
        List<Phase> targets = Arrays.stream(Phase.values())
                .filter(phase -> hits.getOrDefault(phase, 0) == least)
                .toList();
        return targets.get(random.nextInt(targets.size()));
    }

    private int leastHits() {
        return Arrays.stream(Phase.values())
                .mapToInt(phase -> hits.getOrDefault(phase, 0))
                .min()
                .orElseThrow();
    }

    /** Brings the collector to do something, and returns while it does. */
    private void aim(Phase target, SettingChanger settings, Senders senders) {
        long until = System.nanoTime() + AIM_NANOS;
        long nextDay = System.nanoTime();
        while (System.nanoTime() < until) {
            if (stage.phases().contains(target)) {
                return;
            }
            if (target == Phase.CONFIGURATION) {
                settings.ask();
            } else if (isDaily(target) && System.nanoTime() >= nextDay) {
                awaitMoreAcked(senders, SENDERS);
                skipDay();
                nextDay = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(2_500);
            }
            LockSupport.parkNanos(100_000);
        }
    }

    private static boolean isDaily(Phase phase) {
        return phase == Phase.SORTING || phase == Phase.ARCHIVE || phase == Phase.EXPIRY;
    }

    /** To some time after the second hour of the next day: only then a day is sorted. */
    private synchronized void skipDay() {
        stage.millis((stage.millis() / DAY_MILLIS + 1) * DAY_MILLIS
                + Duration.ofMinutes(130).toMillis());
    }

    private synchronized void pass(long millis) {
        if (clockRuns) {
            stage.millis(stage.millis() + millis);
        }
    }

    private static void awaitMoreAcked(Senders senders, int frames) {
        long before = senders.framesAcked();
        await().pollInterval(Duration.ofMillis(10))
                .atMost(Duration.ofSeconds(60))
                .until(() -> senders.framesAcked() >= before + frames);
    }

    /** Nothing that was acknowledged is missing, and nothing is there that was not sent, by SQL over tables and archive. */
    private void checkTotals(CollectorProcess collector, long acked, Senders senders, String when) throws Exception {
        JsonNode row = collector.query(TOTAL).path(0);
        assertThat(row.path(0).asLong()).as(when).isBetween(acked, senders.ops());
        assertThat(row.path(1).asLong())
                .as(when + ", in histograms")
                .isEqualTo(row.path(0).asLong());
        assertThat(Files.readString(folder.resolve("collector.err")))
                .as(when)
                .doesNotContain("damaged")
                .doesNotContain("can't be read")
                .doesNotContain("does not decode");
    }

    /** The whole time, and a little more. */
    private JsonNode reported(CollectorProcess collector) throws IOException, InterruptedException {
        Instant from = Instant.ofEpochMilli(beganMillis - DAY_MILLIS);
        Instant to = Instant.ofEpochMilli(stage.millis() + DAY_MILLIS);
        return collector.json("/api/v1/report?from=" + from + "&to=" + to + "&format=json");
    }

    private static Map<String, Long> byOp(JsonNode rows) {
        Map<String, Long> counts = new TreeMap<>();
        rows.forEach(row -> counts.put(row.path(0).asText(), row.path(1).asLong()));
        return counts;
    }

    /** What {@code kvops query} answers where no collector runs. */
    private JsonNode offline() throws IOException, InterruptedException {
        Path answer = folder.resolve("answer.json");
        Process query = new ProcessBuilder(
                        Installation.kvops("query", BY_OP, "--data", data.toString(), "--timeout", "1m", "--json"))
                .redirectOutput(answer.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        assertThat(query.waitFor()).isZero();
        return new ObjectMapper().readTree(Files.readString(answer)).path("rows");
    }
}
