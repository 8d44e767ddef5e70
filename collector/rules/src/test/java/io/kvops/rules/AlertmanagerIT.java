package io.kvops.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AlertmanagerIT {
    private static final Path SERVER = Path.of("/usr/bin/prometheus-alertmanager");

    @TempDir
    Path dir;

    private final List<String> told = new CopyOnWriteArrayList<>();

    @Test
    @DisplayName("a real Alertmanager receives, groups and resolves")
    void alertmanager_receivesGroupsAndResolves() throws Exception {
        if (!Boolean.getBoolean("kvops.requireServices")) {
            Assumptions.assumeTrue(Files.exists(SERVER), "needs: apt-get install prometheus-alertmanager");
        }
        HttpServer hook = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        hook.createContext("/", exchange -> {
            told.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        hook.start();
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Path config = Files.writeString(
                dir.resolve("config.yml"), """
                route: {receiver: hook, group_by: [kind], group_wait: 2s, group_interval: 1s}
                receivers: [{name: hook, webhook_configs: [{url: "http://127.0.0.1:%d/"}]}]
                """.formatted(hook.getAddress().getPort()));
        Process server = new ProcessBuilder(
                        SERVER.toString(),
                        "--config.file=" + config,
                        "--storage.path=" + dir.resolve("data"),
                        "--web.listen-address=127.0.0.1:" + port,
                        "--cluster.listen-address=")
                .redirectErrorStream(true)
                .redirectOutput(dir.resolve("log").toFile())
                .start();
        try {
            await().atMost(Duration.ofSeconds(60))
                    .ignoreExceptions()
                    .until(() -> get(port, "/-/ready").contains("OK"));
            tell(port);
        } finally {
            server.destroy();
            server.waitFor();
            hook.stop(0);
        }
    }

    private void tell(int port) throws Exception {
        RuleFile file = RuleFile.parse("test", """
                groups:
                  - name: all
                    interval: 500ms
                    rules: [{alert: High, level: critical, expr: x.value > 5, annotations: {summary: "is {{ $value }}"}}]
                routes: [{receivers: [am]}]
                receivers: [{name: am, type: alertmanager, url: "http://127.0.0.1:%d"}]
                """.formatted(port));
        Clock clock = Clock.systemUTC();
        try (Alerts alerts = Alerts.open(file, AlertsOptions.of(clock, System::nanoTime))) {
            alerts.start();
            for (String series : List.of("a", "b")) {
                alerts.add("x.value", Labels.of("kind", "redis", "s", series), clock.instant(), 9);
            }
            alerts.add("x.value", Labels.of("kind", "etcd", "s", "c"), clock.instant(), 9);
            await().atMost(Duration.ofSeconds(60)).until(() -> told.size() >= 2);
            assertThat(told)
                    .as("those of one kind together")
                    .anySatisfy(one -> assertThat(one).contains("\"s\":\"a\"", "\"s\":\"b\"", "is 9", "critical"))
                    .anySatisfy(one -> assertThat(one).contains("\"s\":\"c\"").doesNotContain("\"s\":\"a\""));
            assertThat(get(port, "/api/v2/alerts")).contains("\"alertname\":\"High\"");
            alerts.add("x.value", Labels.of("kind", "redis", "s", "a"), clock.instant(), 1);
            alerts.add("x.value", Labels.of("kind", "redis", "s", "b"), clock.instant(), 1);
            alerts.add("x.value", Labels.of("kind", "etcd", "s", "c"), clock.instant(), 1);
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> told.stream()
                                    .filter(one -> one.startsWith("{\"receiver\":\"hook\",\"status\":\"resolved\""))
                                    .count()
                            == 2);
            assertThat(alerts.stats().receivers().get(0).failed()).isZero();
        }
    }

    private static String get(int port, String path) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }
}
