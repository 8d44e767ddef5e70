package io.kvops.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** One row for each rule of grouping: what series do at which second, and who is told what, and when. */
class DispatchTest {
    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
    private static final String RULES = """
            groups:
              - name: all
                interval: 10s
                rules:
                  - {alert: W, family: f, level: warning, expr: x.value > 5}
                  - {alert: C, family: f, level: critical, expr: x.value > 50}
            receivers: [{name: r, type: recording}, {name: dead, type: recording, mode: dead}]
            calendar: {night: [{from: "00:00", to: "00:10"}]}
            """;

    private final ManualClock clock = new ManualClock(BEGIN);
    private final Map<String, Double> values = new TreeMap<>();
    private final AtomicReference<String> state = new AtomicReference<>();

    @BeforeEach
    void forget() {
        RecordingNotifier.TOLD.clear();
    }

    static List<Arguments> rows() {
        return List.of(
                row("the first message waits for group_wait", "[{receivers: [r]}]", "0 a=9", 60, "30 +W/a"),
                row(
                        "what comes later waits for group_interval",
                        "[{receivers: [r]}]",
                        "0 a=9, 60 b=9",
                        400,
                        "30 +W/a, 330 +W/a+W/b"),
                row("nothing new is not told", "[{receivers: [r]}]", "0 a=9", 900, "30 +W/a"),
                row(
                        "the same again after repeat_interval",
                        "[{receivers: [r], repeat_interval: 10m}]",
                        "0 a=9",
                        1000,
                        "30 +W/a, 930 +W/a"),
                row(
                        "a resolution is told with the next interval",
                        "[{receivers: [r]}]",
                        "0 a=9, 100 a=1",
                        700,
                        "30 +W/a, 330 -W/a"),
                row("a resolution before the first message is not", "[{receivers: [r]}]", "0 a=9, 20 a=1", 700, ""),
                row(
                        "nor that of an alert that came and went between two",
                        "[{receivers: [r]}]",
                        "0 a=9, 60 b=9, 90 b=1",
                        700,
                        "30 +W/a"),
                row(
                        "groups are told by themselves",
                        "[{receivers: [r], group_by: [s]}]",
                        "0 a=9, 60 b=9",
                        400,
                        "30 +W/a, 90 +W/b"),
                row(
                        "all labels are a group each",
                        "[{receivers: [r], group_by: [...]}]",
                        "0 a=9, 10 b=9",
                        400,
                        "30 +W/a, 40 +W/b"),
                row(
                        "the first route that fits counts",
                        "[{receivers: [r], match: [s=a]}, {receivers: []}]",
                        "0 a=9, 0 b=9",
                        60,
                        "30 +W/a"),
                row(
                        "and the next as well after continue",
                        "[{receivers: [r], match: [s=a], continue: true}, {receivers: [r]}]",
                        "0 a=9",
                        60,
                        "30 +W/a, 30 +W/a"),
                row("only the highest of a family is told", "[{receivers: [r]}]", "0 a=99", 60, "30 +C/a"),
                row(
                        "it rises and falls",
                        "[{receivers: [r]}]",
                        "0 a=9, 60 a=99, 400 a=9, 700 a=1",
                        1000,
                        "30 +W/a, 330 +C/a, 630 +W/a-C/a, 930 -W/a"),
                row("a family is one of each series", "[{receivers: [r]}]", "0 a=99, 0 b=9", 60, "30 +C/a+W/b"),
                row(
                        "the calendar mutes, and after it is told",
                        "[{receivers: [r], mute: [night]}]",
                        "0 a=9",
                        700,
                        "630 +W/a"),
                row(
                        "a dead receiver delays nobody, and is told of no resolution",
                        "[{receivers: [dead, r]}]",
                        "0 a=9, 100 a=1",
                        400,
                        "30 +W/a, 330 -W/a"));
    }

    private static Arguments row(String name, String routes, String script, int seconds, String expected) {
        return Arguments.of(name, routes, script, seconds, expected);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void tells(String name, String routes, String script, int seconds, String expected) throws Exception {
        try (Alerts alerts = open(routes, "")) {
            run(alerts, script, seconds);
        }
        assertThat(told()).isEqualTo(expected);
    }

    @Test
    void silence_mutesUntilItEnds_andIsKept() throws Exception {
        try (Alerts alerts = open("[{receivers: [r]}]", "")) {
            Instant ends = BEGIN.plusSeconds(400);
            alerts.silence(List.of(Matcher.parse("s=a")), BEGIN, ends, "ann", "planned work");
            run(alerts, "0 a=9", 200);
        }
        try (Alerts alerts = open("[{receivers: [r]}]", "")) {
            assertThat(alerts.silences())
                    .singleElement()
                    .satisfies(s -> assertThat(s.author()).isEqualTo("ann"));
            assertThat(alerts.mutedBy(alerts.alerts().get(0))).startsWith("silence");
            run(alerts, "", 600);
        }
        assertThat(told()).isEqualTo("510 +W/a");
    }

    @Test
    void silence_ofWhatWasTold_doesNotHideItsResolution() throws Exception {
        try (Alerts alerts = open("[{receivers: [r]}]", "")) {
            run(alerts, "0 a=9", 50);
            Silence silence =
                    alerts.silence(List.of(Matcher.parse("s=~.*")), BEGIN, BEGIN.plusSeconds(9_000), "ann", "");
            run(alerts, "0 a=1", 400);
            assertThat(alerts.endSilence(silence.id())).isTrue();
            assertThat(alerts.endSilence(silence.id())).isFalse();
        }
        assertThat(told()).isEqualTo("30 +W/a, 330 -W/a");
    }

    @Test
    void inhibition_mutesTargetsWithEqualLabels() throws Exception {
        String rule = "inhibit_rules: [{source: [s=a], target: [s=~\"b|c\"], equal: [kind]}]\n";
        try (Alerts alerts = open("[{receivers: [r]}]", rule)) {
            run(alerts, "0 a=9, 0 b=9, 0 c=9", 60);
        }
        assertThat(told()).isEqualTo("30 +W/c+W/a");
    }

    @Test
    void restart_repeatsNothing_andWhatWasPendingGoesOn() throws Exception {
        String pending = RULES.replace("level: warning,", "level: warning, for: 60s,");
        try (Alerts alerts = open(pending, "[{receivers: [r]}]", "")) {
            run(alerts, "0 a=9, 0 b=99", 50);
        }
        clock.advance(Duration.ofSeconds(600));
        try (Alerts alerts = open(pending, "[{receivers: [r]}]", "")) {
            Alert waiting = alerts.alerts().stream()
                    .filter(a -> a.labels().get("alertname").equals("W")
                            && a.labels().get("s").equals("a"))
                    .findFirst()
                    .orElseThrow();
            assertThat(waiting.state()).isEqualTo(Alert.State.PENDING);
            run(alerts, "", 100);
        }
        // the ten minutes in which nobody looked are no time that it was pending
        assertThat(told()).isEqualTo("30 +C/b, 660 +C/b+W/a");
    }

    @Test
    void use_badFileLeavesTheOldRules_aGoodOneKeepsAlerts() throws Exception {
        try (Alerts alerts = open("[{receivers: [r]}]", "")) {
            run(alerts, "0 a=9", 50);
            alerts.use(RuleFile.parse("new", (RULES + "routes: [{receivers: [r]}]").replace("> 5}", "> 6}")));
            run(alerts, "", 400);
            assertThat(alerts.alerts())
                    .singleElement()
                    .satisfies(a -> assertThat(a.state()).isEqualTo(Alert.State.FIRING));
            assertThat(alerts.stats().rules()).isEqualTo(2);
            assertThat(alerts.stats().receivers().get(0).sent()).isEqualTo(1);
        }
        assertThat(told()).isEqualTo("30 +W/a");
    }

    private Alerts open(String routes, String more) throws RulesException {
        return open(RULES, routes, more);
    }

    private Alerts open(String rules, String routes, String more) throws RulesException {
        RuleFile file = RuleFile.parse("test", rules + "routes: " + routes + "\n" + more);
        StateStore store = new StateStore() {
            @Override
            public Optional<String> load() {
                return Optional.ofNullable(state.get());
            }

            @Override
            public void save(String text) {
                state.set(text);
            }
        };
        return Alerts.open(
                file, AlertsOptions.of(clock, System::nanoTime).with(store).withFirstPause(Duration.ofMinutes(10)));
    }

    /** Ten seconds at a time; a script's seconds count from here. */
    private void run(Alerts alerts, String script, int seconds) {
        for (int at = 0; at <= seconds; at += 10) {
            for (String one : script.split(", ")) {
                if (one.startsWith(at + " ")) {
                    String[] set = one.substring(one.indexOf(' ') + 1).split("=");
                    values.put(set[0], Double.valueOf(set[1]));
                }
            }
            values.forEach((series, value) -> {
                String kind = series.equals("c") ? "other" : "redis";
                alerts.add("x.value", Labels.of("s", series, "kind", kind), clock.instant(), value);
            });
            alerts.evaluate();
            await().pollInterval(Duration.ofMillis(1)).until(alerts::isIdle);
            clock.advance(Duration.ofSeconds(10));
        }
    }

    private static String told() {
        List<String> all = new ArrayList<>();
        for (Notification one : RecordingNotifier.TOLD) {
            StringBuilder text = new StringBuilder();
            text.append(Duration.between(BEGIN, one.at()).toSeconds()).append(' ');
            one.firing()
                    .forEach(a -> text.append('+')
                            .append(a.rule())
                            .append('/')
                            .append(a.labels().get("s")));
            one.resolved()
                    .forEach(a -> text.append('-')
                            .append(a.rule())
                            .append('/')
                            .append(a.labels().get("s")));
            all.add(text.toString());
        }
        return String.join(", ", all);
    }
}
