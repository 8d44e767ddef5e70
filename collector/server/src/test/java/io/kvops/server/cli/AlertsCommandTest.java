package io.kvops.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kvops.rules.Labels;
import io.kvops.server.http.HttpConfig;
import io.kvops.server.http.HttpDoor;
import io.kvops.server.testing.TestView;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AlertsCommandTest {
    private static final String RULES = """
            groups:
              - name: memory
                interval: 10s
                rules:
                  - {alert: MemoryHigh, level: critical, expr: memory.used.bytes / memory.limit.bytes > 0.9, for: 20s}
            """;

    @TempDir
    Path folder;

    private final StringWriter stdout = new StringWriter();
    private final StringWriter stderr = new StringWriter();

    private int run(String... args) {
        stdout.getBuffer().setLength(0);
        stderr.getBuffer().setLength(0);
        return Main.run(args, new PrintWriter(stdout, true), new PrintWriter(stderr, true));
    }

    private String series() throws Exception {
        StringBuilder csv = new StringBuilder("timestamp,name,labels,value\n");
        for (int second = 0; second <= 60; second += 10) {
            String at = "2026-01-01T00:00:%02dZ".formatted(second % 60);
            if (second == 60) {
                at = "2026-01-01T00:01:00Z";
            }
            int used = second >= 10 && second < 50 ? 95 : 50;
            csv.append(at + ",memory.used.bytes,kind=redis;subject=a," + used + "\n");
            csv.append(at + ",memory.limit.bytes,kind=redis;subject=a,100\n");
        }
        return Files.writeString(folder.resolve("series.csv"), csv).toString();
    }

    @Test
    @DisplayName("alerts test: what the alerts of a file do over a recorded series, and when")
    void test_printsWhatAlertsDo() throws Exception {
        String rules = Files.writeString(folder.resolve("rules.yaml"), RULES).toString();
        assertThat(run("alerts", "test", rules, series())).as(stderr.toString()).isZero();
        assertThat(stdout.toString().lines().toList())
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("2026-01-01T00:00:10Z  pending  critical  MemoryHigh "),
                        line -> assertThat(line).startsWith("2026-01-01T00:00:30Z  firing  critical  MemoryHigh "),
                        line -> assertThat(line).startsWith("2026-01-01T00:00:50Z  resolved  critical  MemoryHigh "),
                        line -> assertThat(line).isEqualTo("14 samples, 3 changes of alerts"));

        assertThat(run("alerts", "test", rules, series(), "--json")).isZero();
        JsonNode document = new ObjectMapper().readTree(stdout.toString());
        assertThat(document.path("samples").asInt()).isEqualTo(14);
        assertThat(document.at("/transitions/1/to").asText()).isEqualTo("firing");
        assertThat(document.at("/transitions/1/labels/subject").asText()).isEqualTo("a");
    }

    @Test
    @DisplayName("alerts test: a wrong file of rules or of values is one line, with where and why")
    void test_wrongFiles() throws Exception {
        String wrong = Files.writeString(folder.resolve("wrong.yaml"), RULES.replace("for:", "fro:"))
                .toString();
        assertThat(run("alerts", "test", wrong, series())).isEqualTo(1);
        assertThat(stderr.toString()).startsWith("kvops: " + wrong + ":5: groups[0].rules[0].fro: unknown");

        String rules = Files.writeString(folder.resolve("rules.yaml"), RULES).toString();
        assertThat(run("alerts", "test", rules, folder.resolve("none.csv").toString()))
                .isEqualTo(1);
        assertThat(stderr.toString()).contains("none.csv can't be read").contains("timestamp,name,labels,value");
        String text = Files.writeString(folder.resolve("text.csv"), "timestamp,name,labels,value\nyesterday,a,,1\n")
                .toString();
        assertThat(run("alerts", "test", rules, text)).isEqualTo(1);
        assertThat(stderr.toString().lines()).hasSize(1);
        assertThat(stderr.toString()).contains("text.csv:2");
    }

    @Test
    @DisplayName("of a running collector: alerts, silences, receivers and their test")
    void online() throws Exception {
        try (TestView view = new TestView();
                HttpDoor door = new HttpDoor(HttpConfig.builder().port(0).build(), view, Clock.systemUTC())) {
            door.start();
            Labels redis = Labels.of("kind", "redis", "subject", "redis://a:1");
            view.alerts.add("memory.used.bytes", redis, Clock.systemUTC().instant(), 95);
            view.alerts.add("memory.limit.bytes", redis, Clock.systemUTC().instant(), 100);
            view.alerts.evaluate();
            String url = "http://127.0.0.1:" + door.port();

            assertThat(ask(url, "list")).contains("MemoryHigh", "redis://a:1", "yes", "1 firing, 1 pending");
            assertThat(ask(url)).as("the same as list").contains("MemoryHigh", "1 firing, 1 pending");
            assertThat(ask(url, "list", "--state", "pending")).doesNotContain("MemoryHigh");
            assertThat(new ObjectMapper()
                            .readTree(ask(url, "list", "--level", "critical", "--json"))
                            .path("alerts"))
                    .hasSize(1);

            assertThat(ask(url, "silences")).isEqualTo("no silences" + System.lineSeparator());
            String made = ask(url, "silence", "subject=redis://a:1", "--for", "2h", "--author", "ada");
            Matcher id = Pattern.compile("--end (\\S+)").matcher(made);
            assertThat(id.find()).as(made).isTrue();
            assertThat(ask(url, "list")).contains("no: silence " + id.group(1));
            assertThat(ask(url, "silences")).contains("active", "ada", "subject=\"redis://a:1\"");
            assertThat(ask(url, "silence", "--end", id.group(1))).startsWith("ended ");
            assertThat(run("alerts", "silence", "--end", id.group(1), "--collector", url))
                    .isEqualTo(1);
            assertThat(stderr.toString()).contains("there is no silence " + id.group(1));

            assertThat(ask(url, "receivers", "--test", "log"))
                    .isEqualTo("receiver log was told" + System.lineSeparator());
            assertThat(ask(url, "receivers")).contains("NAME", "log");
            assertThat(run("alerts", "receivers", "--test", "nobody", "--collector", url))
                    .isEqualTo(1);
            assertThat(stderr.toString()).contains("there is no receiver nobody");
        }
    }

    private String ask(String url, String... words) {
        List<String> args = new ArrayList<>(List.of("alerts"));
        args.addAll(List.of(words));
        args.addAll(List.of("--collector", url));
        assertThat(run(args.toArray(new String[0]))).as(stderr.toString()).isZero();
        return stdout.toString();
    }
}
