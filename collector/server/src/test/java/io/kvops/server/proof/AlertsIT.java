package io.kvops.server.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real Redis goes away: from the measurement to who is told, over a kill -9 of the collector. */
class AlertsIT {
    private static final String INSTALL = "no redis-server on the PATH: apt-get install redis-server";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String RULES = """
            groups:
              - name: g
                interval: 1s
                rules:
                  - alert: StoreDown
                    level: critical
                    expr: store.up.value < 0.5
                    for: 3s
                    annotations: {summary: "{{ $labels.subject }} does not answer"}
            routes: [{receivers: [hook], group_wait: 0s, group_interval: 1s, group_by: [subject]}]
            receivers: [{name: hook, type: webhook, url: "http://127.0.0.1:%d/in"}]
            """;

    @TempDir
    private Path folder;

    private final List<JsonNode> told = new CopyOnWriteArrayList<>();
    private HttpServer hook;
    private Process redis;
    private int redisPort;

    @BeforeEach
    void open() throws Exception {
        boolean found = Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(dir -> Files.isExecutable(Path.of(dir, "redis-server")));
        if (!found && Boolean.getBoolean("kvops.requireServices")) {
            fail(INSTALL);
        }
        assumeTrue(found, INSTALL);
        hook = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        hook.createContext("/in", exchange -> {
            told.add(JSON.readTree(exchange.getRequestBody()));
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        hook.start();
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            redisPort = free.getLocalPort();
        }
        startRedis();
    }

    @AfterEach
    void close() throws Exception {
        if (redis != null) {
            stopRedis();
        }
        if (hook != null) {
            hook.stop(0);
        }
    }

    private void startRedis() throws IOException {
        redis = new ProcessBuilder(
                        "redis-server",
                        "--port",
                        Integer.toString(redisPort),
                        "--bind",
                        "127.0.0.1",
                        "--save",
                        "",
                        "--dir",
                        folder.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("redis.log").toFile())
                .start();
        await("Redis").atMost(PATIENCE).until(() -> {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), redisPort)) {
                return socket.isConnected();
            } catch (IOException e) {
                return false;
            }
        });
    }

    private void stopRedis() throws InterruptedException {
        redis.destroyForcibly().waitFor();
    }

    @Test
    @DisplayName(
            "a Redis that goes: pending, firing, a webhook is told, once, also over kill -9; it comes back: resolved, told")
    void redisGoes_isTold_andItsReturn() throws Exception {
        Path rules = Files.writeString(
                folder.resolve("rules.yaml"), RULES.formatted(hook.getAddress().getPort()));
        Path config = Files.writeString(folder.resolve("c.yaml"), """
                stores: {interval: 500ms, maxBackOff: 1s, targets: [{address: "redis://127.0.0.1:%d"}]}
                alerts: {rules: "%s"}
                """.formatted(redisPort, rules));
        Path data = folder.resolve("data");
        String firedAt;
        try (CollectorProcess collector = CollectorProcess.start(data, 0, 0, "--config", config.toString())) {
            await("the store is measured, and well").atMost(PATIENCE).untilAsserted(() -> {
                JsonNode rule = collector.json("/api/v1/alerts/rules").at("/rules/0");
                assertThat(rule.path("series").asInt()).isEqualTo(1);
                assertThat(rule.path("pending").asInt() + rule.path("firing").asInt())
                        .isZero();
            });
            assertWrongRulesAreRefused(collector, rules);

            stopRedis();
            await("it fires")
                    .atMost(PATIENCE)
                    .until(() -> collector
                            .json("/api/v1/alerts")
                            .at("/alerts/0/state")
                            .asText()
                            .equals("firing"));
            JsonNode firing = collector.json("/api/v1/alerts").at("/alerts/0");
            firedAt = firing.path("firedAt").asText();
            assertThat(Instant.parse(firing.path("since").asText()).plusSeconds(3))
                    .as("it was pending")
                    .isBeforeOrEqualTo(Instant.parse(firedAt));
            await("the webhook is told").atMost(PATIENCE).until(() -> told.size() == 1);
            assertThat(told.get(0).path("status").asText()).isEqualTo("firing");
            assertThat(told.get(0).at("/alerts/0/annotations/summary").asText())
                    .isEqualTo("redis://127.0.0.1:" + redisPort + " does not answer");
            await("it is kept who was told")
                    .atMost(PATIENCE)
                    .until(() -> JSON.readTree(data.resolve("alerts.json").toFile())
                            .at("/told/0/at")
                            .isTextual());
            collector.kill();
        }
        try (CollectorProcess collector = CollectorProcess.start(data, 0, 0, "--config", config.toString())) {
            JsonNode alert = collector.json("/api/v1/alerts").at("/alerts/0");
            assertThat(alert.path("state").asText()).isEqualTo("firing");
            assertThat(alert.path("firedAt").asText()).isEqualTo(firedAt);
            await("it is measured again")
                    .atMost(PATIENCE)
                    .until(() -> collector
                                    .json("/api/v1/alerts/rules")
                                    .at("/rules/0/series")
                                    .asInt()
                            == 1);

            startRedis();
            await("its end is told").atMost(PATIENCE).until(() -> told.size() > 1);
            assertThat(told).hasSize(2);
            assertThat(told.get(1).path("status").asText()).isEqualTo("resolved");
            await("the history has it")
                    .atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(collector
                                    .json("/api/v1/events?kind=alert&last=1h")
                                    .path("events"))
                            .extracting(event -> event.path("title").asText().replaceAll(":? .*", ""))
                            .contains("StoreDown"));
        }
    }

    /** The old ones stay, health says why, and those that are right count again. */
    private void assertWrongRulesAreRefused(CollectorProcess collector, Path rules) throws Exception {
        String right = Files.readString(rules);
        Files.writeString(rules, right.replace("expr:", "exprs:"));
        await("health says what is wrong")
                .atMost(PATIENCE)
                .until(() -> collector
                        .get("/api/v1/health")
                        .body()
                        .contains("rules.yaml:7: groups[0].rules[0].exprs: unknown"));
        assertThat(collector.json("/api/v1/alerts/rules").path("rules")).hasSize(1);
        Files.writeString(rules, right.replace("level: critical", "level: emergency"));
        await("the right ones count")
                .atMost(PATIENCE)
                .until(() -> collector
                        .json("/api/v1/alerts/rules")
                        .at("/rules/0/level")
                        .asText()
                        .equals("emergency"));
    }
}
