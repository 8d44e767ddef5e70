package io.kvops.server.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kvops.server.demo.Comparison;
import io.kvops.server.demo.Redis;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** kill -9 of the collector loses nothing and counts nothing twice. */
class KillCollectorIT {
    private static final int KILLS = Installation.PROOF ? 20 : 5;
    private static final int OPS_PER_SECOND = 3_000;

    @TempDir
    private Path folder;

    @Test
    @DisplayName(
            "collector killed at random moments under load, the last time while the application exits: totals are equal")
    void collectorKilled_underLoad_reportEqualsTheApplicationsOwnCount() throws Exception {
        long seed = Long.getLong("kvops.seed", System.nanoTime());
        System.out.println("KillCollectorIT: -Dkvops.seed=" + seed);
        Random random = new Random(seed);
        Path data = folder.resolve("data");
        Path spool = Files.createDirectories(folder.resolve("spool"));
        Path counts = folder.resolve("counts");

        CollectorProcess collector = CollectorProcess.start(data, 0, 0);
        int ingestPort = collector.ingestPort();
        int httpPort = collector.httpPort();
        String agent = "collector=127.0.0.1:" + ingestPort + ",service=counting,spool=" + spool + ",log="
                + folder.resolve("agent.log");
        try (Redis redis = Redis.start(folder.resolve("redis"));
                AppProcess app = AppProcess.start(
                        Installation.underAgent(
                                agent,
                                CountingApp.class,
                                Integer.toString(redis.port()),
                                counts.toString(),
                                Integer.toString(OPS_PER_SECOND)),
                        folder,
                        "app")) {
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> Counts.read(counts).totalReturned() > OPS_PER_SECOND / 10);
            for (int kill = 1; kill < KILLS; kill++) {
                Installation.pass(random.nextInt(2_000));
                collector.kill();
                Installation.pass(random.nextInt(1_000));
                collector = CollectorProcess.start(data, ingestPort, httpPort);
            }
            Installation.pass(random.nextInt(1_500));
            app.letEnd();
            Installation.pass(random.nextInt(300));
            collector.kill();
            assertThat(app.waitForEnd()).as(app.said()).isZero();
            collector = CollectorProcess.start(data, ingestPort, httpPort);
            deliverWhatIsLeft(agent, app, spool);

            Counts truth = Counts.read(counts);
            CollectorProcess last = collector;
            await().atMost(Duration.ofSeconds(60)).until(() -> last.reportedOps() >= truth.totalReturned());
            Path truthFile = Files.writeString(folder.resolve("truth.json"), truth.truthJson());
            Path reportFile = Files.writeString(
                    folder.resolve("report.json"), last.report().toString());
            Comparison comparison = Comparison.of(truthFile, reportFile);
            System.out.printf(
                    "KillCollectorIT: %d kills, application %,d operations, report %,d%n",
                    KILLS, truth.totalReturned(), last.reportedOps());
            assertThat(comparison.differences()).as("seed %d", seed).isEmpty();
            assertThat(comparison.exact()).isTrue();
            assertThat(collector.stop()).isZero();
        } finally {
            collector.close();
        }
    }

    /** The next agent on this host delivers what the dead process left. */
    private void deliverWhatIsLeft(String agent, AppProcess dead, Path spool) throws Exception {
        try (AppProcess next =
                AppProcess.start(Installation.underAgent(agent, AppProcess.Idle.class), folder, "next")) {
            await().atMost(Duration.ofSeconds(60)).until(() -> dead.spoolIsGone(spool));
            next.letEnd();
            assertThat(next.waitForEnd()).isZero();
        }
    }
}
