package io.kvops.server.capacity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvops.history.Event;
import io.kvops.history.GaugePoint;
import io.kvops.history.Histories;
import io.kvops.history.History;
import io.kvops.history.HistoryConfig;
import io.kvops.history.HistoryException;
import io.kvops.planner.WhatIf;
import io.kvops.planner.advice.Advice.Choice;
import io.kvops.planner.advice.AdvisorOptions;
import io.kvops.planner.advice.Catalog;
import io.kvops.planner.capacity.DateRange;
import io.kvops.planner.capacity.Outlook;
import io.kvops.server.CollectorConfig;
import io.kvops.server.capacity.Recommendations.StorePlan;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CapacityDeskTest {
    private static final double GIB = 1L << 30;
    private static final double LIMIT = 12 * GIB;
    private static final Instant START = Instant.parse("2026-01-05T00:00:00Z");
    private static final String REDIS = "redis://cache:6379";
    private static final Path SHIPPED = Path.of("../../config/instances.yaml");
    private static final long SEED = 20260105;
    private static final Duration MONTH = Duration.ofDays(30);

    @TempDir
    private Path folder;

    private final Wound clock = new Wound();
    private final Random random = new Random(SEED);
    private double operations;
    private double most;
    private Instant full;

    /** A clock that stands where it was put. */
    private static final class Wound extends Clock {
        private Instant now = START;

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }

    /** What a probe measures of a Redis in a day: it grows, with weeks and days in it, and is restarted once. */
    private List<GaugePoint> day(int day) {
        List<GaugePoint> points = new ArrayList<>();
        for (int minute = 0; minute < 1_440; minute += 360) {
            double days = day + minute / 1_440.0;
            double week = day % 7 >= 5 ? -0.35 : 0.14;
            double hour = Math.sin(2 * Math.PI * minute / 1_440);
            double used = (6 + 0.075 * days + week + 0.1 * hour + 0.08 * random.nextGaussian()) * GIB;
            operations = day == 40 && minute == 720 ? 0 : operations + 21_600 * (4_000 + 1_500 * hour + 20 * days);
            Instant at = START.plus(Duration.ofDays(day)).plus(Duration.ofMinutes(minute));
            full = full == null && used >= LIMIT ? at : full;
            most = Math.max(most, used);
            points.add(gauge(at, "memory.used.bytes", used));
            points.add(gauge(at, "memory.limit.bytes", LIMIT));
            points.add(gauge(at, "operations.count.total", operations));
        }
        return points;
    }

    private static GaugePoint gauge(Instant at, String name, double value) {
        return new GaugePoint(at.toEpochMilli(), "redis", REDIS, name, value);
    }

    /** As the collector lives through it: measured, and forecast every tenth day. */
    private void replay(History history, CapacityDesk desk, int from, int to) throws HistoryException {
        for (int day = from; day < to; day++) {
            List<GaugePoint> points = day(day);
            clock.now = START.plus(Duration.ofDays(day + 1)).minusSeconds(60);
            history.addGauges(points);
            if (day % 10 == 9) {
                assertThat(desk.keep()).isEqualTo(2);
                assertThat(desk.keep()).as("once a day").isZero();
            }
        }
    }

    @Test
    @DisplayName(
            "90 days of a Redis replayed through the history: day 60 foresees the day it is full, and what would hold")
    void story_isForeseen() throws Exception {
        try (History history = Histories.open(HistoryConfig.inMemory(), clock)) {
            CapacityDesk desk = new CapacityDesk(history, CapacityConfig.DEFAULTS, clock);
            replay(history, desk, 0, 60);
            assertThat(full).isNull();
            Recommendations answer =
                    desk.recommendations(question(REDIS, "m7g.xlarge", AdvisorOptions.defaults()), null);
            Capacity capacity = desk.capacity("", MONTH, 10);
            String page = desk.page(REDIS, MONTH);
            replay(history, desk, 60, 90);

            assertThat(full).as("seed " + SEED).isNotNull();
            StorePlan plan = answer.stores().get(0);
            DateRange range = plan.full();
            assertThat(full).as("seed " + SEED + ": " + range).isBetween(range.earliest(), range.latest());
            assertThat(Duration.between(range.earliest(), range.latest())).isLessThan(Duration.ofDays(14));
            assertThat(plan.buyBy()).isEqualTo(range.earliest().minus(Duration.ofDays(14)));
            Choice best = plan.advice().best();
            assertThat(best.layout()).hasToString("1 x r7g.xlarge");
            assertThat(best.cost()).hasToString("156.37 USD a month, 1876.39 a year");
            assertThat(most).isLessThan(0.75 * best.layout().shape().memoryBytes());
            assertThat(most).isGreaterThan(0.75 * (16L << 30) * 0.9);
            assertThat(plan.advice().today().risk()).isEqualTo(1);

            assertThat(capacity.resources().get(0).resource()).hasToString(REDIS + " memory.used.bytes");
            Outlook rate = capacity.resources().get(1);
            assertThat(rate.growthPerDay())
                    .as("operations a second more each day")
                    .isBetween(10.0, 30.0);
            assertThat(rate.caveats()).anyMatch(c -> c.contains("began anew 1 times"));
            assertThat(page).contains("full, 12.0", "forecast made 2026-02-");

            Outlook scored = desk.capacity(REDIS, MONTH, 1).resources().get(0);
            assertThat(scored.score().forecasts()).isEqualTo(8);
            assertThat(scored.score().errorAgainstNaive()).isLessThan(0.5);
            assertThat(scored.score().coverage()).isGreaterThan(0.8);
            Forecasts forecasts = desk.forecasts(REDIS, 100);
            assertThat(forecasts.forecasts()).hasSize(18);
            assertThat(forecasts.forecasts().get(0).score().values()).isZero();
            assertThat(forecasts.forecasts().get(17).score().values()).isPositive();
        }
    }

    private static CapacityDesk.Question question(String store, String today, AdvisorOptions options) {
        return new CapacityDesk.Question(store, MONTH, today, options, WhatIf.AS_FORECAST);
    }

    @Test
    @DisplayName(
            "gauges of one's own with a limit are looked at too; heaps are not; without maxmemory it is the machine's")
    void resources_areFound() throws Exception {
        try (History history = Histories.open(HistoryConfig.inMemory(), clock)) {
            clock.now = START.plus(Duration.ofMinutes(100));
            List<GaugePoint> points = new ArrayList<>();
            for (int minute = 0; minute < 100; minute++) {
                long at = START.plus(Duration.ofMinutes(minute)).toEpochMilli();
                points.add(new GaugePoint(at, "queue", "q1", "tickets.open.count", 10 + minute % 3));
                points.add(new GaugePoint(at, "queue", "q1", "tickets.limit.count", 50));
                points.add(new GaugePoint(at, "queue", "q1", "tickets.closed.count", 7));
                points.add(new GaugePoint(at, "jvm", "shop/1", "jvm.heap.used.bytes", 7));
                points.add(new GaugePoint(at, "jvm", "shop/1", "jvm.heap.limit.bytes", 9));
                points.add(new GaugePoint(at, "redis", "r", "memory.used.bytes", 1e9 + 1e6 * minute));
                points.add(new GaugePoint(at, "redis", "r", "memory.system.bytes", 4e9));
                points.add(new GaugePoint(at, "redis", "r", "keys.count", 1e6));
                points.add(new GaugePoint(at, "redis", "r", "redis.keys.expiring.count", 0));
            }
            history.addGauges(points);
            history.addEvents(List.of(new Event(
                    clock.now.toEpochMilli(), KeptForecasts.KIND, "info", "somebody", "else", "a forecast", "{}")));
            CapacityDesk desk = new CapacityDesk(history, CapacityConfig.DEFAULTS, clock);
            Capacity capacity = desk.capacity("", MONTH, 10);
            assertThat(capacity.resources())
                    .extracting(o -> o.resource().toString() + " of " + (long) o.limit())
                    .containsExactlyInAnyOrder("q1 tickets.open.count of 50", "r memory.used.bytes of 4000000000");
            assertThat(capacity.notes())
                    .anyMatch(n -> n.startsWith("r has no limit of its own memory"))
                    .contains("1 kept forecasts cannot be read and are not scored");
            assertThat(desk.capacity("q1", MONTH, 10).resources()).hasSize(1);
            assertThat(desk.capacity("nobody", MONTH, 10).notes())
                    .anyMatch(n -> n.startsWith("too little was measured of nobody yet"));
            assertThat(desk.recommendations(question("r", null, AdvisorOptions.defaults()), null)
                            .stores()
                            .get(0)
                            .findings())
                    .anyMatch(f -> f.startsWith("change the data: 0 % of 1000000 keys have a TTL, and r memory"));
            assertThat(desk.recommendations(question("nobody", null, AdvisorOptions.defaults()), null)
                            .stores())
                    .isEmpty();
        }
    }

    @Test
    @DisplayName("what is configured counts: limits win over the store's own, prices, what it runs on, lead time")
    void configuration_counts() throws Exception {
        try (History history = Histories.open(HistoryConfig.inMemory(), clock)) {
            for (int day = 0; day < 30; day++) {
                history.addGauges(day(day));
            }
            clock.now = START.plus(MONTH);
            history.addGauges(List.of(gauge(clock.now.minusSeconds(60), "lag.seconds", 3)));
            CapacityDesk desk = new CapacityDesk(history, CapacityConfig.DEFAULTS, clock);
            assertThat(desk.capacity("", MONTH, 10).resources()).hasSize(2);
            assertThat(desk.recommendations(question("", null, desk.config().advisor()), null)
                            .stores()
                            .get(0)
                            .advice()
                            .today())
                    .isNull();

            desk.apply(CollectorConfig.read("", """
                    capacity:
                      prices: %s
                      leadTime: 20d
                      horizon: 40d
                      stores:
                        - {store: "%s", memory: 9GiB, operationsPerSecond: 50000, today: 2xm7g.large, metrics: {lag.seconds: 10}}
                        - {store: elsewhere, memory: 1GiB}
                    """.formatted(prices("EUR"), REDIS), CollectorConfig.Overrides.NONE)
                    .value()
                    .capacity());
            Capacity capacity = desk.capacity("", desk.config().horizon(), 10);
            assertThat(capacity.resources())
                    .extracting(o -> o.resource().metric() + " " + (long) o.limit())
                    .containsExactlyInAnyOrder("memory.used.bytes " + 9 * (1L << 30), "operations.count.total 50000");
            assertThat(capacity.notes())
                    .anyMatch(n -> n.contains("limits of elsewhere, of which nothing was measured"));
            Recommendations answer =
                    desk.recommendations(question("", null, desk.config().advisor()), null);
            assertThat(answer.prices().currency()).isEqualTo("EUR");
            StorePlan plan = answer.stores().get(0);
            assertThat(plan.advice().today().layout()).hasToString("2 x m7g.large");
            assertThat(plan.buyBy()).isEqualTo(plan.full().earliest().minus(Duration.ofDays(20)));
            assertThat(desk.recommendations(question("", null, desk.config().advisor()), Catalog.load(SHIPPED))
                            .prices()
                            .currency())
                    .isEqualTo("USD");
            assertThatThrownBy(() -> desk.recommendations(
                            question("", "3xhuge", desk.config().advisor()), null))
                    .hasMessageStartingWith("today: '3xhuge' (expected such as 3xNAME, NAME one of [c7g.large");
        }
    }

    private Path prices(String currency) throws Exception {
        return Files.writeString(
                folder.resolve("prices.yaml"),
                Files.readString(SHIPPED).replace("currency: USD", "currency: " + currency));
    }

    @Test
    @DisplayName("kept forecasts come back as they were, thinned to 60 values")
    void kept_comeBack() throws Exception {
        try (History history = Histories.open(HistoryConfig.inMemory(), clock)) {
            CapacityDesk desk = new CapacityDesk(history, CapacityConfig.DEFAULTS, clock);
            for (int day = 0; day < 30; day++) {
                history.addGauges(day(day));
            }
            clock.now = START.plus(MONTH);
            assertThat(desk.keep()).isEqualTo(2);
            List<Event> events = history.events(Set.of(KeptForecasts.KIND), 0, clock.now.toEpochMilli() + 1, 10);
            assertThat(events).extracting(Event::subject).containsOnly(REDIS);
            assertThat(events).allMatch(e -> e.details().length() < 4_000);
            assertThat(desk.forecasts("", 10).forecasts()).allSatisfy(f -> {
                assertThat(f.forecast().values()).hasSizeBetween(30, 60);
                assertThat(f.forecast().step().multipliedBy(f.forecast().values().length))
                        .isBetween(Duration.ofDays(29), MONTH);
            });
        }
    }
}
