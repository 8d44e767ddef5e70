package io.kvops.server.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kvops.server.demo.Redis;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes wrong between agent and collector: the application runs on, and one line says what is wrong. */
class AgentAndCollectorIT {
    private static final int OPS_PER_SECOND = 500;

    @TempDir
    private Path folder;

    private Path spool;
    private Path log;
    private Path counts;

    @BeforeEach
    void prepare() throws Exception {
        spool = Files.createDirectories(folder.resolve("spool"));
        log = folder.resolve("agent.log");
        counts = folder.resolve("counts");
    }

    @Test
    @DisplayName("wrong token: one line, the application runs on, nothing is counted; with the right one all of it is")
    void wrongToken_thenTheRightOne() throws Exception {
        Path config = Files.writeString(folder.resolve("c.yaml"), "ingest: {token: right}\n");
        try (Redis redis = Redis.start(folder.resolve("redis"));
                CollectorProcess collector =
                        CollectorProcess.start(folder.resolve("data"), 0, 0, "--config", config.toString())) {
            String agent = options(collector.ingestPort());
            AppProcess app = runFor(
                    redis,
                    agent + ",token=wrong",
                    () -> Files.exists(log)
                            && Files.readString(log)
                                    .toLowerCase(java.util.Locale.ROOT)
                                    .contains("token"));
            assertThat(app.waitForEnd()).isZero();
            assertThat(app.said()).isEmpty();
            assertThat(collector.reportedOps()).isZero();
            assertThat(Files.readAllLines(log))
                    .filteredOn(line -> line.toLowerCase(java.util.Locale.ROOT).contains("token"))
                    .hasSize(1);
            assertThat(collector.get("/metrics").body())
                    .containsPattern("kvops_ingest_refusals_total\\{kind=\"\\w+\"} [1-9]");

            deliver(agent + ",token=right", app);
            awaitAllReported(collector);
        }
    }

    @Test
    @DisplayName("no collector: the application runs on, its spool is delivered once there is one")
    void noCollector_thenThereIsOne() throws Exception {
        try (Redis redis = Redis.start(folder.resolve("redis"))) {
            int port;
            try (CollectorProcess first = CollectorProcess.start(folder.resolve("data"), 0, 0)) {
                port = first.ingestPort();
                assertThat(first.stop()).isZero();
            }
            AppProcess app =
                    runFor(redis, options(port), () -> Counts.read(counts).totalReturned() > OPS_PER_SECOND);
            assertThat(app.waitForEnd()).isZero();
            assertThat(app.said()).isEmpty();
            assertThat(app.spoolIsGone(spool)).isFalse();
            try (CollectorProcess collector = CollectorProcess.start(folder.resolve("data"), port, 0)) {
                deliver(options(port), app);
                awaitAllReported(collector);
            }
        }
    }

    @Test
    @DisplayName("unknown agent option: one line, the application runs on and is recorded")
    void unknownOption_isOneLine() throws Exception {
        try (Redis redis = Redis.start(folder.resolve("redis"));
                CollectorProcess collector = CollectorProcess.start(folder.resolve("data"), 0, 0)) {
            AppProcess app = runFor(
                    redis,
                    options(collector.ingestPort()) + ",servise=x",
                    () -> Counts.read(counts).totalReturned() > OPS_PER_SECOND);
            assertThat(app.waitForEnd()).isZero();
            assertThat(app.said()).isEmpty();
            assertThat(Files.readAllLines(log))
                    .filteredOn(line -> line.contains("servise"))
                    .singleElement()
                    .asString()
                    .contains("service");
        }
    }

    private String options(int port) {
        return "collector=127.0.0.1:" + port + ",service=counting,spool=" + spool + ",log=" + log;
    }

    /** Runs the application until something has happened; its end is still to be waited for. */
    private AppProcess runFor(Redis redis, String agent, Callable<Boolean> happened) throws Exception {
        AppProcess app = AppProcess.start(
                Installation.underAgent(
                        agent,
                        CountingApp.class,
                        Integer.toString(redis.port()),
                        counts.toString(),
                        Integer.toString(OPS_PER_SECOND)),
                folder,
                "app");
        try {
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> Counts.read(counts).totalReturned() > 0 && happened.call());
            app.letEnd();
        } catch (Exception | AssertionError e) {
            app.close();
            throw e;
        }
        return app;
    }

    /** The next agent on the host delivers the dead one's spool. */
    private void deliver(String agent, AppProcess dead) throws Exception {
        try (AppProcess next =
                AppProcess.start(Installation.underAgent(agent, AppProcess.Idle.class), folder, "next")) {
            await().atMost(Duration.ofSeconds(60)).until(() -> dead.spoolIsGone(spool));
            next.letEnd();
            assertThat(next.waitForEnd()).isZero();
        }
    }

    /** The acknowledgement comes after the journal, the report a moment later. */
    private void awaitAllReported(CollectorProcess collector) throws Exception {
        long all = Counts.read(counts).totalReturned();
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(collector.reportedOps()).isEqualTo(all));
    }
}
