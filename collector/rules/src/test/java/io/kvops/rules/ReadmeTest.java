package io.kvops.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReadmeTest {
    @Test
    void example_runs() throws Exception {
        Clock clock = Clock.systemUTC();
        List<AlertEvent> events = new ArrayList<>();

        RuleFile rules = RuleFile.parse("rules.yaml", """
                groups:
                  - name: memory
                    rules:
                      - {alert: MemoryHigh, level: critical, expr: memory.used.bytes / memory.limit.bytes > 0.9}
                """);
        try (Alerts alerts =
                Alerts.open(rules, AlertsOptions.of(clock, System::nanoTime).with(events::add))) {
            Labels redis = Labels.of("kind", "redis", "subject", "redis://10.0.0.5:6379");
            alerts.add("memory.used.bytes", redis, clock.instant(), 95e6);
            alerts.add("memory.limit.bytes", redis, clock.instant(), 100e6);
            alerts.evaluate();
            System.out.println(alerts.alerts().get(0).labels() + " is "
                    + alerts.alerts().get(0).state());
        }

        assertThat(events).extracting(AlertEvent::what).containsExactly("pending", "firing");
    }

    @Test
    void readme_holdsTheExample() throws Exception {
        String code = Files.readString(Path.of("src/test/java/io/kvops/rules/ReadmeTest.java"))
                .replaceAll("\\s+", "");
        String example =
                Files.readString(Path.of("README.md")).split("```java\n")[1].split("```\n")[0];
        assertThat(code).contains(example.replaceAll("\\s+", ""));
    }
}
