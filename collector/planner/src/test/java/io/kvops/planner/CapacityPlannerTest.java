package io.kvops.planner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvops.planner.advice.Advice.Choice;
import io.kvops.planner.advice.AdvisorOptions;
import io.kvops.planner.advice.Catalog;
import io.kvops.planner.advice.Layout;
import io.kvops.planner.capacity.DateRange;
import io.kvops.planner.capacity.Dimension;
import io.kvops.planner.capacity.Outlook;
import io.kvops.planner.capacity.Resource;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class CapacityPlannerTest {
    private static final double GIB = 1L << 30;
    private static final Instant START = Instant.parse("2026-01-05T00:00:00Z");
    private static final Resource MEMORY = Resource.of("redis", Dimension.MEMORY, "used_memory");
    private static final Path SHIPPED = Path.of("../../config/instances.yaml");

    @Test
    @DisplayName("the README's ten lines")
    void tenLines() {
        Catalog catalog = Catalog.load(SHIPPED);
        // README begins
        CapacityPlanner planner = new CapacityPlanner();
        Resource memory = Resource.of("redis", Dimension.MEMORY, "used_memory");
        planner.limit(memory, 12.0 * (1L << 30));
        for (int day = 0; day < 60; day++) {
            planner.record(memory, START.plus(Duration.ofDays(day)), (5 + 0.08 * day) * (1L << 30));
        }
        Duration horizon = Duration.ofDays(45);
        Layout today = new Layout(catalog.shape("m7g.xlarge").orElseThrow(), 1, 0);
        String full = String.valueOf(planner.outlook(memory, horizon).full()); // 2026-04-02 to ...
        Plan plan = planner.plan("redis", horizon, catalog, today, AdvisorOptions.defaults(), WhatIf.AS_FORECAST);
        String advice = plan.advice().best() + ", decide by " + plan.buyBy();
        // README ends
        assertThat(full).startsWith("2026-04-0");
        assertThat(advice).contains("1 x r7g.xlarge", "156.37 USD").contains("decide by 2026-03-");
    }

    /** A Redis that grows, with weeks in it: a value each six hours. */
    private static double[] story(long seed, int days) {
        Random random = new Random(seed);
        double[] bytes = new double[days * 4];
        for (int t = 0; t < bytes.length; t++) {
            double day = t / 4.0;
            double week = (int) day % 7 >= 5 ? -0.35 : 0.14;
            double hour = 0.1 * Math.sin(2 * Math.PI * t / 4);
            bytes[t] = (6 + 0.075 * day + week + hour + 0.08 * random.nextGaussian()) * GIB;
        }
        return bytes;
    }

    @Test
    @DisplayName(
            "90 days replayed, 20 times: the forecast of day 60 brackets the day it was full; the advice would have held")
    void story_isForeseen() {
        Catalog catalog = Catalog.load(SHIPPED);
        double limit = 12 * GIB;
        int bracketed = 0;
        int held = 0;
        int runs = 20;
        for (long seed = 1; seed <= runs; seed++) {
            double[] bytes = story(seed, 90);
            CapacityPlanner planner = new CapacityPlanner();
            planner.limit(MEMORY, limit);
            double most = 0;
            Instant full = null;
            for (int t = 0; t < bytes.length; t++) {
                Instant at = START.plus(Duration.ofHours(6L * t));
                if (t < 60 * 4) {
                    planner.record(MEMORY, at, bytes[t]);
                }
                full = full == null && bytes[t] >= limit ? at : full;
                most = Math.max(most, bytes[t]);
            }
            assertThat(full).as("seed " + seed).isNotNull();
            Layout today = new Layout(catalog.shape("m7g.xlarge").orElseThrow(), 1, 0);
            Plan plan = planner.plan(
                    "redis", Duration.ofDays(30), catalog, today, AdvisorOptions.defaults(), WhatIf.AS_FORECAST);
            DateRange range = plan.full();
            assertThat(range).as("seed " + seed).isNotNull();
            Instant latest = range.latest() == null ? range.horizon() : range.latest();
            bracketed += !full.isBefore(range.earliest()) && !full.isAfter(latest) ? 1 : 0;
            assertThat(plan.buyBy()).isEqualTo(range.earliest().minus(Duration.ofDays(14)));
            Choice best = plan.advice().best();
            assertThat(best).as("seed " + seed).isNotNull();
            held += most
                            <= 0.75
                                    * best.layout().shape().memoryBytes()
                                    * best.layout().shards()
                    ? 1
                    : 0;
            BigDecimal month = best.layout()
                    .shape()
                    .pricePerHour()
                    .multiply(BigDecimal.valueOf(730L * best.layout().machines()))
                    .setScale(2, RoundingMode.HALF_UP);
            assertThat(best.cost().perMonth()).isEqualTo(month);
            if (seed == 1) {
                assertThat(best.layout()).hasToString("1 x r7g.xlarge");
                assertThat(best.cost()).hasToString("156.37 USD a month, 1876.39 a year");
            }
        }
        assertThat(bracketed).as("of 20 days, in their ranges").isGreaterThanOrEqualTo(18);
        assertThat(held).as("of 20 shapes").isGreaterThanOrEqualTo(19);
    }

    @Test
    @DisplayName("past forecasts are scored when the future has come")
    void pastForecasts_areScored() {
        CapacityPlanner planner = new CapacityPlanner();
        double[] bytes = story(7, 90);
        for (int t = 0; t < bytes.length; t++) {
            planner.record(MEMORY, START.plus(Duration.ofHours(6L * t)), bytes[t]);
            if (t == 200 || t == 240 || t == 280) {
                assertThat(planner.outlook(MEMORY, Duration.ofDays(10))
                                .forecast()
                                .values())
                        .isNotEmpty();
            }
        }
        Outlook now = planner.outlook(MEMORY, Duration.ofDays(10));
        assertThat(now.score().forecasts()).isEqualTo(3);
        assertThat(now.score().values()).isEqualTo(120);
        assertThat(now.score().errorAgainstNaive()).isLessThan(0.6);
        assertThat(now.score().coverage()).isGreaterThan(0.8);
    }

    @Test
    @DisplayName(
            "who grows is named, with what it would help; the first to run out comes first; more growth costs more")
    void growers_areNamed() {
        CapacityPlanner planner = new CapacityPlanner();
        Resource disk = Resource.of("redis", Dimension.STORAGE, "disk");
        Resource sessions = MEMORY.of("session:*");
        Resource carts = MEMORY.of("cart:*");
        planner.limit(MEMORY, 20 * GIB);
        planner.limit(disk, 1000 * GIB);
        Random random = new Random(5);
        for (int day = 0; day < 90; day++) {
            Instant at = START.plus(Duration.ofDays(day));
            double s = 2 * GIB + day * 0.1 * GIB + random.nextGaussian() * 1e7;
            double c = GIB + day * 0.02 * GIB + random.nextGaussian() * 1e7;
            planner.record(sessions, at, s);
            planner.record(carts, at, c);
            planner.record(MEMORY, at, s + c + 5 * GIB);
            planner.record(disk, at, 10 * GIB + day * GIB);
        }
        Catalog catalog = Catalog.load(SHIPPED);
        Plan plan = planner.plan(
                "redis", Duration.ofDays(60), catalog, null, AdvisorOptions.defaults(), WhatIf.AS_FORECAST);
        assertThat(plan.first().resource()).isEqualTo(MEMORY);
        assertThat(plan.growing()).hasSize(2);
        assertThat(plan.growing().get(0).outlook().resource()).isEqualTo(sessions);
        assertThat(plan.growing().get(0).share()).isBetween(0.75, 0.9);
        assertThat(plan.growing().get(0).fullWithout().within()).isFalse();
        assertThat(plan.findings()).anyMatch(f -> f.startsWith("change the data: redis/session:* used_memory"));
        assertThat(planner.outlooks(Duration.ofDays(60)).get(0).resource()).isEqualTo(MEMORY);
        Plan more = planner.plan("redis", Duration.ofDays(60), catalog, null, AdvisorOptions.defaults(), new WhatIf(4));
        assertThat(more.advice().best().cost().perMonth())
                .isGreaterThan(plan.advice().best().cost().perMonth());
        assertThat(more.full().likely()).isBefore(plan.full().likely());
        assertThat(more.buyBy()).isBefore(plan.buyBy());
        Plan still =
                planner.plan("redis", Duration.ofDays(60), catalog, null, AdvisorOptions.defaults(), new WhatIf(0));
        assertThat(still.full()).isNull();
    }

    @Test
    @DisplayName(
            "limits of which little is used, keys without a TTL and large values are findings; where nothing grows, not")
    void data_isFound() {
        Catalog catalog = Catalog.load(SHIPPED);
        CapacityPlanner planner = new CapacityPlanner();
        Resource still = Resource.of("still", Dimension.MEMORY, "used_memory");
        Resource clients = Resource.of("redis", Dimension.CONNECTIONS, "clients");
        planner.limit(MEMORY, 64 * GIB);
        planner.limit(still, 8 * GIB);
        planner.limit(clients, 1_000);
        planner.keys("redis", 1_000_000, 30_000);
        planner.keys("still", 1_000_000, 30_000);
        for (int day = 0; day < 40; day++) {
            Instant at = START.plus(Duration.ofDays(day));
            planner.record(MEMORY, at, (4 + 0.05 * day) * GIB);
            planner.record(still, at, 7 * GIB);
            planner.record(clients, at, day % 2 == 0 ? 40 : 60);
        }
        Duration month = Duration.ofDays(30);
        Plan plan = planner.plan("redis", month, catalog, null, AdvisorOptions.defaults(), WhatIf.AS_FORECAST);
        assertThat(plan.findings())
                .contains(
                        "change the data: 3 % of 1000000 keys have a TTL, and redis used_memory grows by 51.2 MiB a day:"
                                + " give one to what may be forgotten")
                .anyMatch(f -> f.startsWith("change the data: a key takes 6.2 KiB on average"))
                .anyMatch(f -> f.matches("over-provisioned: redis used_memory stays below 1[1-3] % of its limit to the"
                        + " horizon; a limit of (9|10)\\.\\d GiB would do"))
                .anyMatch(f -> f.startsWith("over-provisioned: redis clients stays below"));
        assertThat(planner.plan("still", month, catalog, null, AdvisorOptions.defaults(), WhatIf.AS_FORECAST)
                        .findings())
                .noneMatch(f -> f.startsWith("change the data") || f.startsWith("over-provisioned"));
        assertThatThrownBy(() -> planner.keys("redis", 5, 6)).hasMessageContaining("no more than there are");
    }

    @Test
    @DisplayName("of a counter its growth a second is looked at, over restarts of its process")
    void counter_isARate() {
        CapacityPlanner planner = new CapacityPlanner();
        Resource ops = Resource.of("redis", Dimension.THROUGHPUT, "operations");
        double total = 0;
        for (int hour = 0; hour < 240; hour++) {
            total = hour == 100 ? 500 : total + 3_600 * (100 + hour);
            planner.recordTotal(ops, START.plus(Duration.ofHours(hour)), total);
        }
        Outlook o = planner.outlook(ops, Duration.ofHours(24));
        assertThat(o.current()).isEqualTo(339);
        assertThat(o.growthPerDay()).isBetween(20.0, 28.0);
        assertThat(o.caveats()).anyMatch(c -> c.contains("began anew 1 times"));
        planner.recordTotal(MEMORY, START, 1);
        assertThatThrownBy(() -> planner.outlook(MEMORY, Duration.ofHours(1)))
                .hasMessageContaining("one total of a counter says nothing");
    }

    @Test
    @DisplayName("little, constant, negative and already full: said, and never a silly date")
    void bad_isSaid() {
        CapacityPlanner planner = new CapacityPlanner();
        assertThatThrownBy(() -> planner.outlook(MEMORY, Duration.ofDays(9)))
                .hasMessage("nothing was recorded of redis used_memory");
        planner.record(MEMORY, START, 5);
        planner.record(MEMORY, START.plusSeconds(60), 6);
        assertThatThrownBy(() -> planner.outlook(MEMORY, Duration.ofDays(9)))
                .hasMessageContaining("a forecast takes at least 3");
        for (int t = 2; t < 100; t++) {
            planner.record(MEMORY, START.plusSeconds(60L * t), t % 10 == 0 ? -1 : 5);
        }
        planner.limit(MEMORY, 100);
        Outlook o = planner.outlook(MEMORY, Duration.ofDays(9_000));
        assertThat(o.full().within()).isFalse();
        assertThat(o.full().horizon()).isBefore(START.plus(Duration.ofDays(1)));
        assertThat(o.caveats())
                .anyMatch(c -> c.contains("below 0"))
                .anyMatch(c -> c.contains("nothing is said beyond"));
        planner.limit(MEMORY, 4);
        assertThat(CapacityPlanner.at(planner.outlook(MEMORY, Duration.ofHours(1)), 1.0)
                        .earliest())
                .isBefore(START.plusSeconds(6_001));
        assertThatThrownBy(() -> planner.limit(MEMORY, Double.NaN)).hasMessageContaining("expected above 0");
    }
}
