package io.kvops.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The same rules over the same random series, here and in a real Prometheus (promtool runs its rule engine). Samples are 9.99 s apart,
 * so that none is exactly as old as a window or the look-back: there Prometheus 2 and 3 differ. Thresholds of windows are numbers that no
 * result meets exactly: the last bit of a sum would decide.
 */
class PrometheusRulesIT {
    private static final Path TOOL = Path.of("/usr/bin/promtool");
    private static final Instant BEGIN = Instant.EPOCH;
    private static final int STEPS = 150;
    private static final long SAMPLE_MILLIS = 9_990;
    private static final String RULES = """
            groups:
              - name: all
                interval: 10s
                rules:
                  - {alert: Now, expr: x_value > 5, labels: {severity: warning}}
                  - {alert: For, expr: x_value > 5, for: 30s, labels: {severity: info}}
                  - {alert: Keep, expr: x_value >= 6, keep_firing_for: 40s, labels: {severity: critical, team: a}}
                  - {alert: Both, expr: x_value > 4, for: 25s, keep_firing_for: 35s, labels: {severity: warning}}
                  - {alert: Ratio, expr: x_value / y_value > 1.5, for: 20s, labels: {severity: warning}}
                  - {alert: Sum, expr: (x_value + y_value) * 2 > 20, for: 10s, labels: {severity: warning}}
            """;
    private static final String RATES = """
                  - {alert: Delta, expr: "delta(x_value, '55s') > 3.0171", labels: {severity: warning}}
                  - {alert: Mean, expr: "avg_over_time(x_value, '45s') > 5.3017", for: 20s, labels: {severity: warning}}
                  - {alert: Most, expr: "max_over_time(x_value, '45s') - min_over_time(x_value, '45s') > 7.0171", labels: {severity: warning}}
            """;

    @TempDir
    Path dir;

    @Test
    @DisplayName("the same rule file gives the same firing times as Prometheus")
    void sameFile_firesAtTheSameTimes() throws Exception {
        compare(RULES, RULES);
    }

    @Test
    @DisplayName("functions of windows, written in each one's way, give the same firing times")
    void windows_fireAtTheSameTimes() throws Exception {
        String ours = RULES.substring(0, RULES.indexOf("      - {alert: Now")) + RATES;
        compare(ours, ours.replaceAll("\\((\\w+), '(\\w+)'\\)", "($1[$2])"));
    }

    private void compare(String ours, String theirs) throws Exception {
        if (!Boolean.getBoolean("kvops.requireServices")) {
            Assumptions.assumeTrue(Files.exists(TOOL), "needs: apt-get install prometheus");
        }
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        Map<String, List<String>> series = series(new Random(seed));
        RuleFile file = RuleFile.parse("rules.yml", ours);
        Map<String, TreeSet<String>> firing = firing(file, series);

        Files.writeString(dir.resolve("rules.yml"), theirs);
        StringBuilder test = new StringBuilder("rule_files: [rules.yml]\nevaluation_interval: 10s\ntests:\n"
                + "  - interval: " + SAMPLE_MILLIS + "ms\n    input_series:\n");
        series.forEach((name, values) -> test.append("      - {series: '")
                .append(name)
                .append("', values: '")
                .append(String.join(" ", values))
                .append("'}\n"));
        test.append("    alert_rule_test:\n");
        int many = 0;
        for (String rule : file.names()) {
            for (int step = 0; step < STEPS; step++) {
                test.append("      - {eval_time: ")
                        .append(step * 10)
                        .append("s, alertname: ")
                        .append(rule)
                        .append(", exp_alerts: [");
                for (String labels : firing.getOrDefault(step * 10 + " " + rule, new TreeSet<>())) {
                    test.append("{exp_labels: ").append(labels).append("}, ");
                    many++;
                }
                test.append("]}\n");
            }
        }
        Files.writeString(dir.resolve("test.yml"), test);
        Process tool = new ProcessBuilder(TOOL.toString(), "test", "rules", "test.yml")
                .directory(dir.toFile())
                .redirectErrorStream(true)
                .redirectOutput(dir.resolve("out").toFile())
                .start();
        int status = tool.waitFor();
        String said = Files.readString(dir.resolve("out"));
        System.out.println(many + " times an alert fired, promtool: " + status);
        assertThat(status)
                .as("seed %d: %s", seed, said.lines().limit(40).toList())
                .isZero();
        assertThat(many).isPositive();
    }

    /** Values, gaps short and long, ends of series, and counters that restart. */
    private static Map<String, List<String>> series(Random random) {
        Map<String, List<String>> made = new TreeMap<>();
        for (String labels : List.of("{s=\"a\"}", "{s=\"b\"}", "{s=\"c\", t=\"d\"}")) {
            for (String metric : List.of("x_value", "y_value", "c_total")) {
                List<String> values = new ArrayList<>();
                double level = random.nextDouble() * 10;
                int gap = 0;
                for (int step = 0; step < STEPS; step++) {
                    boolean counter = metric.equals("c_total");
                    level = counter ? level + random.nextInt(12) : Math.abs(level + random.nextGaussian() * 2) % 12;
                    level = counter && random.nextInt(20) == 0 ? random.nextInt(5) : level;
                    gap = gap > 0 || step < 2
                            ? Math.max(0, gap - 1)
                            : random.nextInt(30) == 0 ? random.nextInt(random.nextBoolean() ? 5 : 45) : 0;
                    boolean ends = step > 1 && random.nextInt(40) == 0;
                    values.add(ends ? "stale" : gap > 0 ? "_" : Double.toString(Math.rint(level * 8) / 8));
                }
                made.put(metric + labels, values);
            }
        }
        return made;
    }

    private static Map<String, TreeSet<String>> firing(RuleFile file, Map<String, List<String>> series)
            throws Exception {
        StringBuilder csv = new StringBuilder();
        for (int step = 0; step < STEPS; step++) {
            for (Map.Entry<String, List<String>> one : series.entrySet()) {
                String value = one.getValue().get(step);
                int brace = one.getKey().indexOf('{');
                String labels =
                        one.getKey().substring(brace).replaceAll("[{}\" ]", "").replace(',', ';');
                if (!value.equals("_")) {
                    csv.append(BigDecimal.valueOf(step * SAMPLE_MILLIS, 3))
                            .append(',')
                            .append(one.getKey(), 0, brace)
                            .append(',')
                            .append(labels)
                            .append(',');
                    csv.append(value.equals("stale") ? "NaN" : value).append('\n');
                }
            }
        }
        // each change of state, made into what fires at each step
        Map<String, Map<String, Boolean>> changes = new HashMap<>();
        RuleReplay.run(file, "series", new StringReader(csv.toString()), Predictor.NONE, event -> {
            long at = Duration.between(BEGIN, event.at()).toSeconds();
            String labels = event.alert()
                    .labels()
                    .only(name -> !name.equals("alertname"))
                    .toString()
                    .replace("=\"", ": \"");
            changes.computeIfAbsent(event.alert().rule() + "|" + labels, k -> new TreeMap<>())
                    .put(String.format("%08d", at), event.alert().state() == Alert.State.FIRING);
        });
        Map<String, TreeSet<String>> firing = new HashMap<>();
        changes.forEach((alert, times) -> {
            boolean on = false;
            for (int step = 0; step < STEPS; step++) {
                on = times.getOrDefault(String.format("%08d", step * 10), on);
                if (on) {
                    firing.computeIfAbsent(
                                    step * 10 + " " + alert.substring(0, alert.indexOf('|')), k -> new TreeSet<>())
                            .add(alert.substring(alert.indexOf('|') + 1));
                }
            }
        });
        return firing;
    }
}
