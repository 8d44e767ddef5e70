package io.kvops.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvops.analyzer.AnalyzerConfig;
import io.kvops.analyzer.OpType;
import io.kvops.analyzer.PerformanceAnalyzer;
import io.kvops.history.Event;
import io.kvops.history.Histories;
import io.kvops.history.History;
import io.kvops.history.HistoryConfig;
import io.kvops.ingest.Ingest;
import io.kvops.ingest.IngestConfig;
import io.kvops.ingest.IngestStats;
import io.kvops.rules.Alert;
import io.kvops.rules.Alerts;
import io.kvops.stores.Measurement;
import io.kvops.stores.Measurement.State;
import io.kvops.stores.ProbeTarget;
import io.kvops.stores.ProberConfig;
import io.kvops.stores.StoreAddress;
import io.kvops.stores.TargetStatus;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rules of a collector by a clock that goes when it is told to; nothing runs on a thread of its own. */
class AlertingTest {
    private static final String REDIS = "redis://h:6379";
    private static final String RULES = """
            groups:
              - name: g
                rules:
                  - {alert: Down, level: critical, expr: store.up.value < 0.5, for: 30s}
                  - {alert: Full, expr: memory.used.bytes / memory.limit.bytes > 0.9}
                  - {alert: Misses, expr: op.misses.ratio > 0.4}
                  - {alert: Paused, expr: collector.journal.paused.value > 0}
            """;

    @TempDir
    private Path folder;

    private final Time clock = new Time();
    private final List<Event> events = new CopyOnWriteArrayList<>();
    private History history;
    private PerformanceAnalyzer analyzer;
    private IngestStats stats;

    private static final class Time extends Clock {
        private Instant now = Instant.parse("2026-01-01T00:00:00Z");

        void pass(Duration time) {
            now = now.plus(time);
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    @BeforeEach
    void open() throws Exception {
        history = Histories.open(HistoryConfig.inMemory(), clock);
        analyzer = PerformanceAnalyzer.open(AnalyzerConfig.DEFAULTS, history, clock);
        try (Ingest ingest = Ingest.open(
                IngestConfig.builder(folder.resolve("ingest")).port(0).build(),
                (frame, position) -> {},
                Clock.systemUTC())) {
            stats = ingest.stats();
        }
    }

    @AfterEach
    void close() throws Exception {
        analyzer.close();
        history.close();
    }

    private Alerting alerting(AlertsConfig config) {
        return Alerting.open(
                config,
                folder,
                history,
                events::add,
                new AlertFeed.Sources(analyzer, () -> stats, folder, () -> 0),
                clock,
                () -> clock.now.toEpochMilli() * 1_000_000);
    }

    private Measurement measurement(State state, Map<String, Double> values) {
        return new Measurement(clock.now, "redis", REDIS, REDIS, state, values, List.of(), "", Map.of("team", "web"));
    }

    private Measurement up(double used) {
        return measurement(State.UP, Map.of("memory.used.bytes", used, "memory.limit.bytes", 100.0));
    }

    private static List<String> states(Alerting alerting) {
        return alerting.alerts().alerts().stream()
                .filter(alert -> alert.state() != Alert.State.INACTIVE)
                .map(alert -> alert.rule() + " " + alert.state() + " " + alert.series())
                .sorted()
                .toList();
    }

    @Test
    @DisplayName(
            "a store that goes: what it said before is not true any more; pending, firing, kept over a restart, over")
    void store_goesAndComesBack() throws Exception {
        String series = " {kind=\"redis\", subject=\"" + REDIS + "\", team=\"web\"}";
        AlertsConfig config = AlertsConfig.parse("rules", RULES);
        Instant fired;
        try (Alerting alerting = alerting(config)) {
            alerting.measured(up(95));
            alerting.alerts().evaluate();
            assertThat(states(alerting)).containsExactly("Full FIRING" + series);

            clock.pass(Duration.ofSeconds(60));
            alerting.measured(measurement(State.DOWN, Map.of()));
            clock.pass(Duration.ofSeconds(1));
            alerting.alerts().evaluate();
            assertThat(states(alerting)).containsExactly("Down PENDING" + series);

            clock.pass(Duration.ofSeconds(60));
            alerting.measured(measurement(State.DOWN, Map.of()));
            clock.pass(Duration.ofSeconds(1));
            alerting.alerts().evaluate();
            assertThat(states(alerting)).containsExactly("Down FIRING" + series);
            fired = clock.now;
        }
        clock.pass(Duration.ofSeconds(60));
        try (Alerting alerting = alerting(config)) {
            alerting.alerts().evaluate();
            assertThat(states(alerting)).containsExactly("Down FIRING" + series);
            assertThat(alerting.alerts().alerts())
                    .filteredOn(alert -> alert.rule().equals("Down"))
                    .allMatch(alert -> fired.equals(alert.firedAt()));

            clock.pass(Duration.ofSeconds(60));
            alerting.measured(up(10));
            clock.pass(Duration.ofSeconds(1));
            alerting.alerts().evaluate();
            assertThat(states(alerting)).isEmpty();
        }
        assertThat(events)
                .extracting(event -> event.severity() + " " + event.subject() + " "
                        + event.title().split(":")[0])
                .containsExactly(
                        "warning " + REDIS + " Full",
                        "info " + REDIS + " Full is over",
                        "critical " + REDIS + " Down",
                        "info " + REDIS + " Down is over");
        assertThat(events).allSatisfy(event -> assertThat(event.kind()).isEqualTo("alert"));
    }

    @Test
    @DisplayName("a target that is removed from the configuration: its alerts are over at the next look")
    void removedTarget_isOverAtOnce() {
        ProbeTarget target = new ProbeTarget(
                StoreAddress.parse(REDIS), "", ProbeTarget.INTERVAL, ProbeTarget.TIMEOUT, Map.of("team", "web"));
        List<TargetStatus> measured = List.of(new TargetStatus("redis", REDIS, REDIS, null, null, null, 0, ""));
        try (Alerting alerting = alerting(AlertsConfig.parse("rules", RULES))) {
            alerting.targets(measured, ProberConfig.of(List.of(target)));
            alerting.measured(up(95));
            alerting.alerts().evaluate();
            assertThat(states(alerting)).hasSize(1);
            clock.pass(Duration.ofSeconds(60));
            alerting.targets(measured, ProberConfig.of(List.of(target)));
            alerting.alerts().evaluate();
            assertThat(states(alerting)).as("it stayed").hasSize(1);

            clock.pass(Duration.ofSeconds(60));
            alerting.targets(List.of(), ProberConfig.of(List.of()));
            alerting.measured(up(95));
            alerting.alerts().evaluate();
            assertThat(states(alerting)).isEmpty();

            clock.pass(Duration.ofSeconds(60));
            alerting.targets(measured, ProberConfig.of(List.of(target)));
            alerting.measured(up(95));
            alerting.alerts().evaluate();
            assertThat(states(alerting)).as("it came back").hasSize(1);
        }
    }

    @Test
    @DisplayName("symptom: any change of the configuration ended the alerts of a cluster's nodes, which came no more")
    void nodeOfATarget_staysWithIt() {
        String cluster = "redis-cluster://h:1";
        ProbeTarget target = ProbeTarget.of(StoreAddress.parse(cluster));
        List<TargetStatus> measured = List.of(new TargetStatus("redis", cluster, cluster, null, null, null, 0, ""));
        Map<String, Double> full = Map.of("memory.used.bytes", 95.0, "memory.limit.bytes", 100.0);
        try (Alerting alerting = alerting(AlertsConfig.parse("rules", RULES))) {
            for (int change = 0; change < 3; change++) {
                alerting.measured(new Measurement(
                        clock.now, "redis", "redis://n:1", cluster, State.UP, full, List.of(), "", Map.of()));
                alerting.alerts().evaluate();
                assertThat(states(alerting)).as("after %s changes", change).hasSize(1);
                clock.pass(Duration.ofSeconds(10));
                alerting.targets(measured, ProberConfig.of(List.of(target)));
                clock.pass(Duration.ofSeconds(10));
                alerting.alerts().evaluate();
                assertThat(states(alerting)).hasSize(1);
            }
        }
    }

    @Test
    @DisplayName("values of operations, of the collector itself; those that are gone end")
    void feed_looksAtOperationsAndTheCollector() {
        AlertsConfig config = AlertsConfig.parse("rules", RULES);
        try (Alerts alerts = Alerts.open(
                        config.rules(), io.kvops.rules.AlertsOptions.of(clock, () -> clock.now.toEpochMilli()));
                AlertFeed feed = new AlertFeed(
                        alerts, new AlertFeed.Sources(analyzer, () -> stats, folder, () -> 0), clock, () -> 0)) {
            feed.rules(config.rules());
            for (int i = 0; i < 10; i++) {
                analyzer.start("redis", OpType.GET, "k" + i).miss().close();
            }
            // rules look at what is written; a question writes what is pending
            assertThat(analyzer.stats(Duration.ofMinutes(1)).qps()).isPositive();
            // seen a while later, as agents report by and by
            clock.pass(Duration.ofSeconds(30));
            feed.lookOnce();
            alerts.evaluate();
            assertThat(alerts.alerts()).singleElement().satisfies(alert -> {
                assertThat(alert.rule()).isEqualTo("Misses");
                assertThat(alert.series().asMap())
                        .containsEntry("kind", "op")
                        .containsEntry("store", "redis")
                        .containsEntry("op", "GET");
                assertThat(alert.value()).isEqualTo(1);
            });
            assertThat(alerts.rules())
                    .filteredOn(rule -> rule.name().equals("Paused"))
                    .allMatch(rule -> rule.series() == 1 && rule.firing() == 0);

            clock.pass(Duration.ofMinutes(3));
            feed.lookOnce();
            alerts.evaluate();
            assertThat(alerts.alerts()).allMatch(alert -> alert.state() == Alert.State.INACTIVE);
        }
    }

    @Test
    void otherRules_countAtOnce_andDisabledOnesNotAtAll() {
        AlertsConfig config = AlertsConfig.parse("rules", RULES);
        try (Alerting alerting = alerting(config)) {
            alerting.measured(up(95));
            alerting.alerts().evaluate();
            assertThat(states(alerting)).hasSize(1);

            alerting.apply(AlertsConfig.parse("rules", RULES.replace("> 0.9", "> 0.99")));
            clock.pass(Duration.ofMinutes(1));
            alerting.measured(up(95));
            alerting.alerts().evaluate();
            assertThat(states(alerting)).isEmpty();

            alerting.apply(new AlertsConfig(false, config.text(), config.rules()));
            assertThat(alerting.alerts().rules()).isEmpty();
        }
    }

    @Test
    void wrongRules_areRefused_withEachProblem() {
        assertThatThrownBy(() -> AlertsConfig.parse("my.yaml", RULES.replace("expr: memory", "exprs: memory")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("my.yaml:5: groups[0].rules[1].exprs: unknown");
    }

    @Test
    @DisplayName("the rules that kvops comes with say nothing of a store that has just been started, and is well")
    void shippedRules_newStore_areQuiet() {
        try (Alerting alerting = alerting(AlertsConfig.DEFAULTS)) {
            for (int i = 0; i < 60; i++) {
                alerting.measured(measurement(
                        State.UP,
                        Map.of("uptime.seconds", i * 10.0, "memory.used.bytes", 1e6, "connections.open.count", 5.0)));
                alerting.alerts().evaluate();
                assertThat(states(alerting)).isEmpty();
                clock.pass(Duration.ofSeconds(10));
            }
            alerting.measured(measurement(State.UP, Map.of("uptime.seconds", 3.0)));
            alerting.alerts().evaluate();
            assertThat(states(alerting)).singleElement().asString().startsWith("StoreRestarted FIRING");
        }
    }
}
