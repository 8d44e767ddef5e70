package io.kvops.server.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kvops.server.demo.Redis;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** kill -9 of the application: its spool outlives it, and the next agent on the host delivers it. */
class KillApplicationIT {
    private static final int KILLS = Installation.PROOF ? 10 : 2;
    private static final int OPS_PER_SECOND = 3_000;
    private static final int LOOK_MILLIS = 20;
    /** The agent's default interval of one second, and as much for a machine that is busy. */
    private static final long INTERVAL_MILLIS = 2_000;

    @TempDir
    private Path folder;

    @Test
    @DisplayName("application killed under load: at most the operations of the last unframed interval are missing")
    void applicationKilled_atMostTheLastIntervalIsMissing() throws Exception {
        long seed = Long.getLong("kvops.seed", System.nanoTime());
        System.out.println("KillApplicationIT: -Dkvops.seed=" + seed);
        Random random = new Random(seed);
        for (int kill = 1; kill <= KILLS; kill++) {
            killOnce(Files.createDirectories(folder.resolve("run-" + kill)), 1_500 + random.nextInt(2_500), seed);
        }
    }

    private static void killOnce(Path folder, long afterMillis, long seed) throws Exception {
        Path spool = Files.createDirectories(folder.resolve("spool"));
        Path counts = folder.resolve("counts");
        try (CollectorProcess collector = CollectorProcess.start(folder.resolve("data"), 0, 0);
                Redis redis = Redis.start(folder.resolve("redis"))) {
            String agent = "collector=127.0.0.1:" + collector.ingestPort() + ",service=counting,spool=" + spool
                    + ",log=" + folder.resolve("agent.log");
            AppProcess app = AppProcess.start(
                    Installation.underAgent(
                            agent,
                            CountingApp.class,
                            Integer.toString(redis.port()),
                            counts.toString(),
                            Integer.toString(OPS_PER_SECOND)),
                    folder,
                    "app");
            long lastInterval;
            try (app) {
                await().atMost(Duration.ofSeconds(60))
                        .until(() -> Counts.read(counts).totalReturned() > 0);
                lastInterval = runAndKill(app, counts, afterMillis);
            }
            try (AppProcess next =
                    AppProcess.start(Installation.underAgent(agent, AppProcess.Idle.class), folder, "next")) {
                await().atMost(Duration.ofSeconds(60)).until(() -> app.spoolIsGone(spool));
                next.letEnd();
                assertThat(next.waitForEnd()).isZero();
            }
            Counts truth = Counts.read(counts);
            long reported = awaitStable(collector, truth.totalReturned() - lastInterval);
            long missing = truth.totalReturned() - reported;
            System.out.printf(
                    "KillApplicationIT: application %,d operations, report %,d, missing %,d (done in the last %d ms: %,d)%n",
                    truth.totalReturned(), reported, missing, INTERVAL_MILLIS, lastInterval);
            assertThat(reported).as("counted twice? seed %d", seed).isLessThanOrEqualTo(truth.totalBegun());
            assertThat(missing).as("lost more than an interval, seed %d", seed).isLessThanOrEqualTo(lastInterval);
            assertThat(reported).as("nothing arrived, seed %d", seed).isPositive();
        }
    }

    /** Kills after a time; returns how many operations returned in the last interval before. */
    private static long runAndKill(AppProcess app, Path counts, long afterMillis) throws Exception {
        Deque<Long> samples = new ArrayDeque<>();
        for (long passed = 0; passed < afterMillis; passed += LOOK_MILLIS) {
            samples.add(Counts.read(counts).totalReturned());
            if (samples.size() > INTERVAL_MILLIS / LOOK_MILLIS) {
                samples.remove();
            }
            Installation.pass(LOOK_MILLIS);
        }
        app.kill();
        return Counts.read(counts).totalReturned() - samples.remove();
    }

    private static long awaitStable(CollectorProcess collector, long least) throws Exception {
        long[] last = {-1};
        await("at least " + least + " operations, and no more of them")
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(500))
                .until(() -> {
                    long now = collector.reportedOps();
                    boolean same = now == last[0];
                    last[0] = now;
                    return same && now >= least;
                });
        return last[0];
    }
}
