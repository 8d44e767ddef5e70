package io.kvops.server.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvops.planner.CapacityPlanner;
import io.kvops.planner.capacity.Dimension;
import io.kvops.planner.capacity.Outlook;
import io.kvops.planner.capacity.Resource;
import io.kvops.planner.forecast.ForecastOptions;
import io.kvops.planner.forecast.Forecaster;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ForecastPageTest {
    private static final Instant START = Instant.parse("2026-01-05T00:00:00Z");

    private static CapacityPlanner planner(Resource resource) {
        CapacityPlanner planner = new CapacityPlanner();
        Random random = new Random(4);
        for (int t = 0; t < 240; t++) {
            double week = t / 4 % 7 >= 5 ? -0.35 : 0.14;
            planner.record(
                    resource,
                    START.plus(Duration.ofHours(6L * t)),
                    (6 + 0.019 * t + week + 0.08 * random.nextGaussian()) * (1L << 30));
        }
        planner.limit(resource, 12.0 * (1L << 30));
        return planner;
    }

    @Test
    @DisplayName(
            "a page of its own: the chart, its limits with their days, an earlier forecast with its score, all in words too")
    void resource_isDrawn() {
        Resource memory = Resource.of("redis<1>", Dimension.MEMORY, "used_memory");
        CapacityPlanner planner = planner(memory);
        Outlook outlook = planner.outlook(memory, Duration.ofDays(30));
        ForecastPanel panel = ForecastPanel.of(outlook, planner.timeline(memory), null);
        String page = ForecastPage.render("Capacity", List.of(panel), 3);
        assertThat(page)
                .contains(
                        "redis&lt;1&gt; used_memory", "The first 1 of 3 are drawn", "full, 12.0", "class=\"past line\"")
                .contains("class=\"band fill\"", "class=\"earlier line\"", "class=\"reach line\"", "<desc ")
                .contains("forecast made 2026-02-", "within its interval", "backtest", "prefers-color-scheme: dark")
                .contains(outlook.full().toString())
                .doesNotContain("NaN", "Infinity", "<script", "http:", "https:", "<1>");
        assertThat(page).isEqualTo(ForecastPage.render("Capacity", List.of(panel), 3));
    }

    @Test
    @DisplayName("series without times, with gaps, constant, negative or short: drawn, without numbers that are none")
    void series_areDrawn() {
        for (double[] y : List.of(
                new double[] {5, 5, 5, 5, 5, 5},
                new double[] {1, 2, 3},
                new double[] {-3, Double.NaN, -2, -4, Double.NaN, -1e12, 2e12, 3, 4, 5, Double.NaN},
                new double[] {1e-9, 2e-9, 3e-9, 5e-9, 4e-9, 3e-9, 9e-9})) {
            ForecastPanel panel = ForecastPanel.of("a", y, Forecaster.forecast(y, ForecastOptions.of(4)));
            assertThat(ForecastPage.render("Forecasts", List.of(panel), 1))
                    .contains("class=\"next line\"", "expected +4", "last value")
                    .doesNotContain("NaN", "Infinity");
        }
    }
}
