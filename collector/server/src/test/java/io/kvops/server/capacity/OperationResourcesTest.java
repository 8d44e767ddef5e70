package io.kvops.server.capacity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.kvops.histogram.LatencyHistogram;
import io.kvops.history.Batch;
import io.kvops.history.GaugePoint;
import io.kvops.history.Histories;
import io.kvops.history.History;
import io.kvops.history.HistoryConfig;
import io.kvops.history.OpsPoint;
import io.kvops.history.SeriesId;
import io.kvops.op.OpClass;
import io.kvops.planner.WhatIf;
import io.kvops.planner.capacity.Outlook;
import io.kvops.server.CollectorConfig;
import io.kvops.server.capacity.Recommendations.StorePlan;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class OperationResourcesTest {
    private static final Instant START = Instant.parse("2026-01-05T00:00:00Z");
    private static final int HOURS = 72;
    private static final String REDIS = "redis://cache:6379";
    private static final Duration WEEK = Duration.ofDays(7);
    private static final String CONFIG = """
            capacity:
              stores:
                - {store: "redis://cache:6379", p99: 60ms, memory: 8GiB}
            """;

    private final Clock clock = Clock.fixed(START.plus(Duration.ofHours(HOURS)).plusSeconds(300), ZoneOffset.UTC);
    private History history;
    private CapacityDesk desk;

    @BeforeEach
    void measure() throws Exception {
        history = Histories.open(HistoryConfig.inMemory(), clock);
        List<OpsPoint> ops = new ArrayList<>();
        List<GaugePoint> gauges = new ArrayList<>();
        for (int hour = 0; hour < HOURS; hour++) {
            Instant at = START.plus(Duration.ofHours(hour));
            // two services: the 2.8 % that wait long are the 99th percentile of the store, the mean of two percentiles
            // is not
            ops.add(point(at, "shop", "cache:6379/0", OpClass.READ, "user:*", 35_000, 1_000_000));
            ops.add(point(at, "jobs", "cache:6379/1", OpClass.READ, "job:*", 1_000, 40_000_000 + 100_000L * hour));
            // waits by design
            ops.add(point(at, "jobs", "cache:6379/1", OpClass.BLOCKING, "queue:*", 2_000, 5_000_000_000L));
            ops.add(point(at, "shop", "cache:6379/0", OpClass.WRITE, "cart:*", 7_200 + 360L * hour, 1_000_000));
            ops.add(point(at, "shop", "cache:6379/0", OpClass.ADMIN, "", 60, 1_000_000));
            for (int i = 0; i < 9; i++) {
                ops.add(point(at, "shop", "cache:6379/0", OpClass.READ, "rare:" + i, 10 + i, 1_000_000));
            }
            if (hour % 12 != 7) {
                ops.add(point(at, "shop", "/data", OpClass.WRITE, "order:*", 3_600, 50_000));
            }
            gauges.add(new GaugePoint(at.toEpochMilli(), "redis", REDIS, "memory.used.bytes", 4e9));
        }
        // an hour that is not over
        ops.add(point(START.plus(Duration.ofHours(HOURS)), "shop", "cache:6379/0", OpClass.READ, "user:*", 9, 1_000));
        Batch.Coverage covered = new Batch.Coverage(START.toEpochMilli(), clock.millis(), HOURS);
        history.commit(new Batch(
                1, ops, List.of(), Map.of(), List.of(), gauges, Map.of(), Map.of(START.toEpochMilli(), covered)));
        history.upkeep();
        desk = new CapacityDesk(history, config(), clock);
    }

    @AfterEach
    void close() throws Exception {
        history.close();
    }

    private static CapacityConfig config() throws Exception {
        return CollectorConfig.read("", CONFIG, CollectorConfig.Overrides.NONE)
                .value()
                .capacity();
    }

    private static OpsPoint point(
            Instant at, String service, String endpoint, OpClass opClass, String pattern, long count, long nanos) {
        LatencyHistogram latency = new LatencyHistogram();
        latency.record(nanos, count);
        String kind = endpoint.startsWith("/") ? "rocksdb" : "redis";
        return new OpsPoint(
                at.toEpochMilli(),
                new SeriesId(service, "1", kind, endpoint, opClass.name(), opClass, pattern, false),
                count,
                0,
                Map.of(),
                0,
                0,
                0,
                10 * count,
                90 * count,
                nanos * count,
                nanos,
                0,
                latency.toSparse());
    }

    private Outlook outlook(String name) throws Exception {
        return desk.capacity("", WEEK, 100).resources().stream()
                .filter(o -> o.resource().toString().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError(name));
    }

    @Test
    @DisplayName("the 99th percentile of a store is that of the merged histograms of its services and databases")
    void latency_isMerged_andLimited() throws Exception {
        Outlook latency = outlook(REDIS + " latency.p99.seconds");
        assertThat(latency.current()).isEqualTo(0.0471, within(0.0471 * 0.008));
        assertThat(latency.growthPerDay()).isEqualTo(0.0024, within(0.0003));
        assertThat(latency.limit()).isEqualTo(0.06);
        // (60 - 47.1) ms at 2.4 ms a day
        assertThat(latency.full().likely())
                .isBetween(
                        clock.instant().plus(Duration.ofDays(4)),
                        clock.instant().plus(Duration.ofDays(7)));
        assertThat(desk.page("", WEEK)).contains("latency.p99.seconds", "47.1\u202fms of 60.0\u202fms");
    }

    @Test
    @DisplayName(
            "key patterns are told apart, the most used of each store; the rest, and steps without any, are counted")
    void patterns_areCounted() throws Exception {
        Outlook cart = outlook(REDIS + "/cart:* operations.count.total");
        assertThat(cart.current()).isEqualTo((7_200 + 360 * (HOURS - 1)) / 3_600.0, within(1e-9));
        assertThat(cart.growthPerDay()).isEqualTo(2.4, within(0.05));
        assertThat(outlook(REDIS + "/cart:* values.bytes.total").current())
                .isEqualTo(100 * cart.current(), within(1e-6));
        Capacity all = desk.capacity("", WEEK, 100);
        assertThat(all.resources())
                .filteredOn(o -> o.resource().store().equals(REDIS)
                        && !o.resource().part().isEmpty())
                .hasSize(2 * OperationResources.PATTERNS_MOST);
        assertThat(all.notes())
                .containsExactly("3 key patterns of " + REDIS + " past the first 10 by operations are not looked at");
        MeasuredPast past = desk.past("rocksdb:/data", "order:*", "operations.count.total", 10);
        assertThat(past.courses()).hasSize(1);
        assertThat(past.courses().get(0).values())
                .as("an hour in which nobody ordered is a zero")
                .hasSize(HOURS)
                .contains(1, 0);
    }

    @Test
    @DisplayName("advice names who grows, and takes no latency of clients for the time of a processor")
    void advice_namesWhoGrows() throws Exception {
        StorePlan plan = desk.recommendations(
                        new CapacityDesk.Question(
                                REDIS, WEEK, null, desk.config().advisor(), WhatIf.AS_FORECAST),
                        null)
                .stores()
                .get(0);
        assertThat(plan.findings())
                .anyMatch(f -> f.startsWith("spread the work: " + REDIS + "/cart:* operations.count.total makes up "))
                .noneMatch(f -> f.startsWith("over-provisioned: " + REDIS + " latency"));
        assertThat(plan.advice().best().layout().shards()).isEqualTo(1);
        assertThat(outlook("rocksdb:/data operations.count.total").current()).isEqualTo(1);
    }
}
