package io.kvops.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** One row for each rule of the semantics: values, ten seconds apart, and what becomes of the alert, and when. */
class EvaluationTest {
    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

    static List<Arguments> rows() {
        return List.of(
                row("true becomes pending, and fires after for", "for: 30s", "1 9 9 9 9 9", "10 pending, 40 firing"),
                row("without for it fires at once", "", "1 9 1", "10 pending, 10 firing, 20 resolved"),
                row(
                        "what is not true any more is pending no more",
                        "for: 30s",
                        "9 9 1 9 9 9 9",
                        "0 pending, 20 inactive, 30 pending, 60 firing"),
                row("for is met by the evaluation at its end", "for: 10s", "9 9", "0 pending, 10 firing"),
                row(
                        "it resolves when it is not true",
                        "",
                        "9 1 1 9",
                        "0 pending, 0 firing, 10 resolved, 30 pending, 30 firing"),
                row(
                        "keep_firing_for: it fires on after it was last true",
                        "keep_firing_for: 20s",
                        "9 1 1 1 1",
                        "0 pending, 0 firing, 30 resolved"),
                row(
                        "keep_firing_for begins anew when it is true again",
                        "keep_firing_for: 20s",
                        "9 1 9 1 1 1",
                        "0 pending, 0 firing, 50 resolved"),
                row(
                        "keep_firing_for keeps nothing pending",
                        "for: 20s\nkeep_firing_for: 60s",
                        "9 1 1",
                        "0 pending, 10 inactive"),
                row(
                        "hysteresis: above the clear threshold it fires on",
                        "clear: x.value < 3",
                        "9 4 4 2 4",
                        "0 pending, 0 firing, 30 resolved"),
                row("hysteresis: between the thresholds nothing begins", "clear: x.value < 3", "4 4 4", ""),
                row(
                        "hysteresis, then keep_firing_for",
                        "clear: x.value < 3\nkeep_firing_for: 10s",
                        "9 4 2 2 4",
                        "0 pending, 0 firing, 30 resolved"),
                row("a missing metric is no data, and not zero", "expr: x.value < 5", "9 - - 9", ""),
                row("no data, as in Prometheus, resolves", "", "9 end", "0 pending, 0 firing, 10 resolved"),
                row("no data, kept, fires on", "no_data: keep", "9 end - - 1", "0 pending, 0 firing, 40 resolved"),
                row(
                        "no data, kept, for 2 hours at most",
                        "no_data: keep",
                        "9 end" + " -".repeat(719) + " 1",
                        "0 pending, 0 firing, 7200 resolved"),
                row(
                        "no data, kept, stays pending and fires",
                        "no_data: keep\nfor: 20s",
                        "9 end - -",
                        "0 pending, 20 firing"),
                row(
                        "no data is an alert by itself",
                        "no_data: alert\nfor: 20s",
                        "1 end - - - 1",
                        "10 pending, 30 firing, 50 resolved"),
                row("no data, without the policy, is none", "for: 20s", "1 end - - -", ""),
                row("a value stays for 5 minutes", "", "9" + " -".repeat(31), "0 pending, 0 firing, 300 resolved"),
                row("a short gap is none", "for: 30s", "9 - - 9", "0 pending, 30 firing"),
                row(
                        "the interval counts",
                        "interval: 20s\nfor: 20s",
                        "9 9 1 9 9 9",
                        "0 pending, 20 inactive, 40 pending"),
                row(
                        "a rate of a counter that restarts",
                        "expr: rate(x.value, '40s') > 0.5",
                        "0 0 10 20 0 10 10 10 10 10",
                        "50 pending, 50 firing, 60 resolved"),
                row(
                        "a forecast",
                        "expr: reaches(x.value, 100, '14d', 0.9)",
                        "1 9 1",
                        "10 pending, 10 firing, 20 resolved"));
    }

    private static Arguments row(String name, String more, String values, String expected) {
        return Arguments.of(name, more, values, expected);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void evaluates(String name, String more, String values, String expected) throws Exception {
        String interval = "10s";
        String expr = "x.value > 5";
        StringBuilder rule = new StringBuilder();
        for (String line : more.split("\n")) {
            if (line.startsWith("interval: ")) {
                interval = line.substring("interval: ".length());
            } else if (line.startsWith("expr: ")) {
                expr = line.substring("expr: ".length());
            } else if (!line.isEmpty()) {
                rule.append("        ").append(line).append('\n');
            }
        }
        RuleFile file = RuleFile.parse(
                "test",
                """
                groups:
                  - name: all
                    interval: %s
                    rules:
                      - alert: A
                        expr: "%s"
                """.formatted(interval, expr) + rule.toString().indent(8).replaceAll("(?m)^ {16}", "        "));
        StringBuilder series = new StringBuilder("timestamp,name,labels,value\n");
        int at = 0;
        for (String value : values.split(" ")) {
            if (!value.equals("-")) {
                series.append(BEGIN.plusSeconds(at)).append(",x.value,subject=a,");
                series.append(value.equals("end") ? "NaN" : value).append('\n');
            }
            at += 10;
        }
        int last = at - 10;
        List<String> seen = new ArrayList<>();
        RuleReplay.run(
                file,
                "series",
                new StringReader(series.toString()),
                (metric, labels, limit, within, confidence, when) ->
                        Optional.of(Duration.between(BEGIN, when).toSeconds() == 10),
                event -> {
                    long second = Duration.between(BEGIN, event.at()).toSeconds();
                    if (second <= last) {
                        seen.add(second + " " + event.what());
                    }
                });
        assertThat(String.join(", ", seen)).isEqualTo(expected);
    }
}
