package io.kvops.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kvops.history.Event;
import io.kvops.history.Histories;
import io.kvops.history.History;
import io.kvops.history.HistoryConfig;
import io.kvops.history.QueryLimits;
import io.kvops.stores.Measurement;
import io.kvops.stores.Measurement.State;
import io.kvops.stores.StoreEvent;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class StoreMeasurementsTest {
    private static final String CLUSTER = "redis-cluster://h:1";
    private static final int EACH = 4_000;

    private final Instant now = Instant.now();
    private final Map<String, Double> values =
            IntStream.range(0, EACH).boxed().collect(Collectors.toMap(i -> "x" + i + ".value", i -> 1.0));
    private History history;

    @BeforeEach
    void open() throws Exception {
        history = Histories.open(HistoryConfig.inMemory(), Clock.systemUTC());
    }

    @AfterEach
    void close() throws Exception {
        history.close();
    }

    @Test
    @DisplayName(
            "symptom: what waited for the history was bounded by measurements and not by values, and took gigabytes")
    void valuesThatWait_areBounded_andTheRestIsCounted_butEventsAreKept() throws Exception {
        int fitting = StoreMeasurements.MAX_WAITING_VALUES / EACH;
        try (StoreMeasurements measurements = new StoreMeasurements(history)) {
            for (int i = 0; i < fitting + 7; i++) {
                measurements.accept(noisy(i));
            }
            measurements.accept(measurement("redis://h:1", "redis://h:1", 0, Map.of("memory.used.bytes", 1.0)));
            measurements.keep(new Event(now.toEpochMilli(), "alert", "info", "a", "s", "told", "{}"));
            assertThat(measurements.droppedValues()).isEqualTo(7L * EACH + 1);
            assertThat(measurements.dropped()).isEqualTo(8);

            measurements.start();
            await().until(() -> events() == fitting + 8);
            measurements.accept(measurement("redis://h:1", "redis://h:1", 0, Map.of("memory.used.bytes", 1.0)));
            await().until(() -> number("SELECT count(*) FROM gauges") == (long) fitting * EACH + 1);
            assertThat(measurements.dropped()).isEqualTo(8);
        }
    }

    private Measurement noisy(int at) {
        return new Measurement(
                now.plusMillis(at),
                "prometheus",
                "http://n:1",
                "http://n:1",
                State.UP,
                values,
                List.of(new StoreEvent(now, StoreEvent.Type.OTHER, StoreEvent.Severity.INFO, "seen", Map.of())),
                "",
                Map.of());
    }

    private long events() throws Exception {
        return number("SELECT count(*) FROM events");
    }

    private long number(String sql) throws Exception {
        return Long.parseLong(String.valueOf(
                history.query(sql, QueryLimits.defaults()).rows().get(0).get(0)));
    }

    @Test
    @DisplayName(
            "symptom: stores that were removed, and nodes that left their cluster, were shown as they once were, for ever")
    void latest_whatIsNotMeasuredAnyMore_isNotShown() {
        try (StoreMeasurements measurements = new StoreMeasurements(history)) {
            Function<String, Measurement> node = name -> measurement(CLUSTER, name, 0, Map.of());
            measurements.accept(node.apply("redis://n:1"));
            measurements.accept(node.apply("redis://n:2"));
            measurements.accept(node.apply(CLUSTER));
            measurements.accept(measurement("redis://h:1", "redis://h:1", 0, Map.of()));
            assertThat(subjects(measurements))
                    .containsExactlyInAnyOrder(CLUSTER, "redis://n:1", "redis://n:2", "redis://h:1");

            measurements.accept(measurement(CLUSTER, "redis://n:2", 5, Map.of()));
            assertThat(subjects(measurements)).hasSize(4);
            measurements.accept(measurement(CLUSTER, CLUSTER, 5, Map.of()));
            assertThat(subjects(measurements)).containsExactlyInAnyOrder(CLUSTER, "redis://n:2", "redis://h:1");

            measurements.targets(Set.of("redis redis://h:1"));
            measurements.accept(measurement(CLUSTER, "redis://n:2", 6, Map.of()));
            assertThat(subjects(measurements)).containsExactly("redis://h:1");

            measurements.targets(Set.of("redis " + CLUSTER));
            measurements.accept(measurement(CLUSTER, "redis://n:2", 7, Map.of()));
            assertThat(subjects(measurements)).containsExactly("redis://n:2");
        }
    }

    @Test
    @DisplayName("symptom: the newest values of a thousand targets that are scraped took all the memory")
    void latestValues_areBounded_andWhatIsLeftOutIsSaid() {
        int fitting = StoreMeasurements.MAX_LATEST_VALUES / EACH;
        try (StoreMeasurements measurements = new StoreMeasurements(history)) {
            for (int round = 0; round < 2; round++) {
                for (int i = 0; i <= fitting; i++) {
                    measurements.accept(measurement("http://h:" + i, "http://h:" + i, round, values));
                }
            }
            assertThat(measurements.latest()).hasSize(fitting + 1);
            assertThat(measurements.latest())
                    .filteredOn(l -> l.measurement().values().isEmpty())
                    .singleElement()
                    .satisfies(l -> assertThat(l.measurement().problem()).contains("4000 values are not shown"));
        }
    }

    private static List<String> subjects(StoreMeasurements measurements) {
        return measurements.latest().stream()
                .map(latest -> latest.measurement().subject())
                .toList();
    }

    private Measurement measurement(String target, String subject, int atSeconds, Map<String, Double> found) {
        return new Measurement(
                now.plusSeconds(atSeconds), "redis", subject, target, State.UP, found, List.of(), "", Map.of());
    }
}
