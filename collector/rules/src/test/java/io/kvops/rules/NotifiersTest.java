package io.kvops.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NotifiersTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private record Received(String path, String body, String signature, String timestamp) {}

    @TempDir
    Path dir;

    private final List<Received> received = new CopyOnWriteArrayList<>();
    private final List<Integer> answers = new CopyOnWriteArrayList<>();
    private HttpServer server;
    private String url;

    @BeforeEach
    void open() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            received.add(new Received(
                    exchange.getRequestURI().getPath(),
                    body,
                    String.valueOf(exchange.getRequestHeaders().getFirst("X-Kvops-Signature")),
                    String.valueOf(exchange.getRequestHeaders().getFirst("X-Kvops-Timestamp"))));
            exchange.sendResponseHeaders(answers.isEmpty() ? 200 : answers.remove(0), -1);
            exchange.close();
        });
        server.start();
        url = "http://127.0.0.1:" + server.getAddress().getPort() + "/hook";
    }

    @AfterEach
    void close() {
        server.stop(0);
    }

    /** Fires one alert, and tells one receiver of it. */
    private Alerts fire(String receiver) throws RulesException {
        return fire(receiver, Duration.ofMillis(5));
    }

    private Alerts fire(String receiver, Duration firstPause) throws RulesException {
        RuleFile file = RuleFile.parse("test", """
                groups:
                  - name: all
                    rules:
                      - alert: MemoryHigh
                        level: critical
                        expr: memory.used.bytes / memory.limit.bytes > 0.9
                        annotations:
                          summary: "{{ $labels.subject }} is {{ $value | percent }} full: {{ memory.used.bytes | bytes }}"
                routes: [{receivers: [r], group_wait: 0s}]
                receivers: [{name: r, %s}]
                """.formatted(receiver));
        Clock clock = Clock.systemUTC();
        Alerts alerts =
                Alerts.open(file, AlertsOptions.of(clock, System::nanoTime).withFirstPause(firstPause));
        Labels labels = Labels.of("subject", "redis <1>");
        alerts.add("memory.used.bytes", labels, clock.instant(), 95 * 1024);
        alerts.add("memory.limit.bytes", labels, clock.instant(), 100 * 1024);
        alerts.evaluate();
        return alerts;
    }

    private static void awaitSent(Alerts alerts) {
        await().atMost(PATIENCE).until(() -> alerts.stats().receivers().get(0).sent() == 1 && alerts.isIdle());
    }

    @Test
    void webhook_isSigned() throws Exception {
        Path secret = Files.writeString(dir.resolve("secret"), "hush-hush\n");
        try (Alerts alerts = fire("type: webhook, url: \"" + url + "\", secret: \"file:" + secret + "\"")) {
            awaitSent(alerts);
        }
        Received one = received.get(0);
        assertThat(one.body())
                .contains("\"summary\":\"redis <1> is 95 % full: 95 KiB\"")
                .contains("\"status\":\"firing\"")
                .doesNotContain("hush");
        assertThat(one.signature())
                .isEqualTo("sha256=" + WebhookNotifier.signature("hush-hush", one.timestamp() + "." + one.body()));
        // RFC 4231, test case 2
        assertThat(WebhookNotifier.signature("Jefe", "what do ya want for nothing?"))
                .isEqualTo("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }

    @Test
    void webhook_thatIsDown_isRetried() throws Exception {
        answers.addAll(List.of(503, 503, 429));
        try (Alerts alerts = fire("type: webhook, url: \"" + url + "\"")) {
            awaitSent(alerts);
            assertThat(alerts.stats().receivers().get(0).retried()).isEqualTo(3);
            assertThat(alerts.stats().receivers().get(0).problem()).isEmpty();
        }
        assertThat(received).hasSize(4);
    }

    @Test
    void webhook_thatRefuses_isNotRetried_andSaid() throws Exception {
        answers.add(404);
        try (Alerts alerts = fire("type: webhook, url: \"" + url + "\"")) {
            await().atMost(PATIENCE)
                    .until(() -> alerts.stats().receivers().get(0).failed() == 1);
            assertThat(alerts.stats().receivers().get(0).problem()).isEqualTo("127.0.0.1 answered 404");
        }
        assertThat(received).hasSize(1);
    }

    @Test
    void dead_isRetriedAndReported_withoutItsAddress() throws Exception {
        int port;
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = closed.getLocalPort();
        }
        Path secret = Files.writeString(dir.resolve("url"), "http://127.0.0.1:" + port + "/T000/very-secret");
        try (Alerts alerts = fire("type: slack, url: \"file:" + secret + "\"")) {
            await().atMost(PATIENCE)
                    .until(() -> alerts.stats().receivers().get(0).retried() >= 2);
            assertThat(alerts.stats().receivers().get(0).problem())
                    .isEqualTo("127.0.0.1 did not take it (ConnectException)");
            assertThat(alerts.alerts()).hasSize(1);
        }
    }

    @Test
    void slack_getsTextAndColor() throws Exception {
        Path address = Files.writeString(dir.resolve("url"), url);
        try (Alerts alerts = fire("type: slack, url: \"file:" + address + "\", title: \"{{ status }}!\"")) {
            awaitSent(alerts);
        }
        assertThat(received.get(0).body())
                .contains("\"text\":\"firing!\"")
                .contains("\"color\":\"danger\"")
                .contains("redis &lt;1&gt; is 95 % full");
    }

    @Test
    void email_arrivesAtARealServer_withAPassword() throws Exception {
        Path secret = Files.writeString(dir.resolve("secret"), "hush-hush\n");
        GreenMail mail = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        mail.start();
        try {
            mail.setUser("ops@example.org", "ops", "hush-hush");
            String settings = "type: email, host: 127.0.0.1, tls: none, port: "
                    + mail.getSmtp().getPort()
                    + ", user: ops, from: kvops@example.org, to: [ops@example.org], password: \"file:" + secret + "\"";
            try (Alerts alerts = fire(settings)) {
                awaitSent(alerts);
            }
            assertThat(mail.getReceivedMessages()).hasSize(1);
            assertThat(mail.getReceivedMessages()[0].getSubject()).startsWith("[firing: 1 firing, 0 resolved]");
            assertThat(mail.getReceivedMessages()[0].getContent().toString())
                    .contains("redis <1> is 95 % full: 95 KiB");
            Files.writeString(secret, "wrong-one");
            try (Alerts alerts = fire(settings)) {
                await().atMost(PATIENCE)
                        .until(() -> alerts.stats().receivers().get(0).retried() >= 1);
                assertThat(alerts.stats().receivers().get(0).problem())
                        .isEqualTo("127.0.0.1:" + mail.getSmtp().getPort() + " refused the user or password");
            }
        } finally {
            mail.stop();
        }
    }

    @Test
    void command_readsTheDocument_andItsStatusCounts() throws Exception {
        Path out = dir.resolve("told; rm -rf");
        try (Alerts alerts = fire("type: command, command: [tee, \"" + out + "\"]")) {
            awaitSent(alerts);
        }
        assertThat(out).content().contains("MemoryHigh");
        try (Alerts alerts = fire("type: command, command: [\"false\"]")) {
            await().atMost(PATIENCE)
                    .until(() -> alerts.stats().receivers().get(0).retried() >= 1);
            assertThat(alerts.stats().receivers().get(0).problem()).isEqualTo("false ended with status 1");
        }
    }

    @Test
    void test_saysWhetherItArrives() throws Exception {
        try (Alerts alerts = fire("type: webhook, url: \"" + url + "\"")) {
            awaitSent(alerts);
            assertThat(alerts.test("r").get(1, TimeUnit.MINUTES)).isEmpty();
            assertThat(received.get(1).body()).contains("KvopsTest").contains("\"test\":true");
            answers.add(500);
            assertThat(alerts.test("r").get(1, TimeUnit.MINUTES)).isEqualTo("127.0.0.1 answered 500");
            assertThatThrownBy(() -> alerts.test("nobody")).hasMessageContaining("expected one of r");
        }
    }

    @Test
    void test_whileAMessageIsTriedAgainAndAgain_doesNotWaitForIt() throws Exception {
        answers.add(503);
        try (Alerts alerts = fire("type: webhook, url: \"" + url + "\"", Duration.ofMinutes(4))) {
            await().atMost(PATIENCE)
                    .until(() -> alerts.stats().receivers().get(0).retried() == 1);
            assertThat(alerts.test("r").get(1, TimeUnit.MINUTES)).isEmpty();
            assertThat(alerts.test("r").get(1, TimeUnit.MINUTES)).isEmpty();
        }
        assertThat(received).hasSize(3);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '`', textBlock = """
            type: pigeon;                                                       type: 'pigeon' (expected one of
            type: webhook;                                                      url: is missing
            `type: webhook, url: "ftp://h/x"`;                                  url: not an address
            `type: webhook, url: "http://u:hush@h/x"`;                          url: not an address
            `type: webhook, url: "http://h/x", secret: hush`;                   secret: a secret in plain text
            `type: webhook, url: "http://h/x", colour: red`;                    colour: unknown
            `type: slack, url: "http://h/hush"`;                                url: a secret in plain text
            `type: email, host: h, from: a, to: b@c`;                           from: 'a' (expected NAME@HOST)
            `type: email, host: h, from: a@b, to: b@c, tls: no`;                tls: 'no'
            `type: email, host: h, from: a@b, to: b@c, tls: none, password: "env:P"`; would show the password
            `type: command, command: []`;                                       command: is missing
            `type: log, line: "{{ nothing }}"`;                                 {{ nothing }} is not known here
            """)
    void settings_thatAreWrong_areRefused(String settings, String expected) {
        assertThatThrownBy(() -> fire(settings))
                .hasMessageContaining("receivers[0]")
                .hasMessageContaining(expected)
                .hasMessageNotContaining("hush");
    }

    @Test
    void line_ofTheLog_holdsNothingThatSteersATerminal() {
        assertThat(LogNotifier.line("x\u001b[31mred", "a\u202eb is down\n  c\u0000 is down"))
                .isEqualTo("x?[31mred: a?b is down; c? is down");
    }
}
