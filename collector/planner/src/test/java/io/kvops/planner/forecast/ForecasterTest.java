package io.kvops.planner.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ForecasterTest {
    private static final int LENGTH = 300;
    private static final int HORIZON = 24;

    @Test
    @DisplayName("the forecast of a line is the line")
    void line_isContinued() {
        Forecast f = Forecaster.forecast(series(t -> 7 + 0.5 * t), ForecastOptions.of(HORIZON));
        for (int h = 0; h < HORIZON; h++) {
            assertThat(f.values()[h]).isCloseTo(7 + 0.5 * (LENGTH + h), within(0.01));
        }
        assertThat(f.errorAgainstNaive()).isLessThan(0.01);
    }

    @Test
    @DisplayName("an exponential goes on exponentially, a logarithm logarithmically")
    void growth_isContinued() {
        Forecast e = Forecaster.forecast(series(t -> 100 * Math.exp(0.01 * t)), ForecastOptions.of(HORIZON));
        assertThat(e.values()[23]).isCloseTo(100 * Math.exp(0.01 * 323), within(0.5));
        Forecast l = Forecaster.forecast(series(t -> 100 + 60 * Math.log(t + 1)), ForecastOptions.of(HORIZON));
        assertThat(l.values()[23]).isCloseTo(100 + 60 * Math.log(324), within(0.1));
    }

    @Test
    @DisplayName("a season is found by itself, also two of them, whatever period is given")
    void seasons_areFound() {
        IntToDoubleFunction truth = t -> 100 + 20 * Math.sin(2 * Math.PI * t / 24) + (t / 24 % 7 >= 5 ? -30 : 0);
        double[] y = new double[700];
        Arrays.setAll(y, truth);
        for (int given : new int[] {1, 24, 10}) {
            Forecast f = Forecaster.forecast(y, new ForecastOptions(48, given, 0.95));
            assertThat(f.periods()).contains(24, 168);
            for (int h = 0; h < 48; h++) {
                assertThat(f.values()[h]).isCloseTo(truth.applyAsDouble(700 + h), within(3.0));
            }
        }
    }

    @Test
    @DisplayName("95 % intervals cover 93 to 98 % of futures of lines, seasons, growth, remembering and random walks")
    void intervals_cover() {
        long seed = 7;
        Random random = new Random(seed);
        for (String kind : new String[] {"line", "season", "growth", "ar", "walk"}) {
            int inside = 0;
            int runs = 60;
            for (int run = 0; run < runs; run++) {
                double[] all = noisy(kind, random, LENGTH + HORIZON);
                Forecast f = Forecaster.forecast(Arrays.copyOf(all, LENGTH), ForecastOptions.of(HORIZON));
                for (int h = 0; h < HORIZON; h++) {
                    double v = all[LENGTH + h];
                    inside += v >= f.lower()[h] && v <= f.upper()[h] ? 1 : 0;
                }
            }
            // a walk's errors hang together: sixty of them say less
            double least = kind.equals("walk") ? 0.90 : 0.93;
            assertThat((double) inside / (runs * HORIZON))
                    .as(kind + ", seed " + seed)
                    .isBetween(least, 0.99);
        }
    }

    @Test
    @DisplayName("a random walk is not given a season, and is forecast about as well as by its last value")
    void walk_hasNoSeason() {
        long seed = 11;
        Random random = new Random(seed);
        double error = 0;
        double naive = 0;
        int seasons = 0;
        for (int run = 0; run < 40; run++) {
            double[] all = noisy("walk", random, LENGTH + HORIZON);
            Forecast f = Forecaster.forecast(Arrays.copyOf(all, LENGTH), ForecastOptions.of(HORIZON));
            seasons += f.periods().isEmpty() ? 0 : 1;
            for (int h = 0; h < HORIZON; h++) {
                error += Math.abs(f.values()[h] - all[LENGTH + h]);
                naive += Math.abs(all[LENGTH - 1] - all[LENGTH + h]);
            }
        }
        assertThat(seasons).as("seed " + seed).isLessThan(8);
        assertThat(error / naive).as("seed " + seed).isLessThan(1.1);
    }

    @Test
    @DisplayName("gaps are bridged and said; constants stay; what was never negative stays so")
    void oddInput_isAnswered() {
        double[] y = series(t -> 10 + t);
        Arrays.fill(y, 100, 130, Double.NaN);
        Forecast gaps = Forecaster.forecast(y, ForecastOptions.of(5));
        assertThat(gaps.values()[4]).isCloseTo(10 + 304, within(0.5));
        assertThat(gaps.caveats()).anyMatch(c -> c.contains("30 of 300 values were missing"));

        Forecast constant = Forecaster.forecast(series(t -> 42), ForecastOptions.of(5));
        assertThat(constant.values()).containsOnly(42);
        assertThat(constant.upper()).containsOnly(42);

        Forecast falling = Forecaster.forecast(series(t -> 300 - t), ForecastOptions.of(50));
        assertThat(Arrays.stream(falling.values())).allMatch(v -> v >= 0);
        assertThat(Arrays.stream(falling.lower())).allMatch(v -> v >= 0);
    }

    @Test
    @DisplayName("values whose squares are no numbers are refused")
    void hugeValues_areRefused() {
        assertThatThrownBy(() -> Forecaster.forecast(new double[] {1e308, 1.5e308, 1e308}, ForecastOptions.of(2)))
                .hasMessageContaining("1.5E308 (expected at most");
    }

    @Test
    @DisplayName("three values get a forecast with a caveat, two get a refusal")
    void littleHistory_isSaid() {
        Forecast f = Forecaster.forecast(new double[] {1, 2, 3}, ForecastOptions.of(10));
        assertThat(Arrays.stream(f.values()).boxed()).hasSize(10).allMatch(Double::isFinite);
        assertThat(f.caveats()).anyMatch(c -> c.contains("little history"));
        assertThatThrownBy(() -> Forecaster.forecast(new double[] {1, Double.NaN, 2}, ForecastOptions.of(10)))
                .hasMessage("the series has 2 values (a forecast takes at least 3)");
        assertThatThrownBy(() -> Forecaster.forecast(new double[] {Double.NaN}, ForecastOptions.of(10)))
                .hasMessage("the series has 0 values (a forecast takes at least 3)");
    }

    @Test
    @DisplayName("any length and any values give finite numbers in order")
    void anything_givesFiniteNumbers() {
        long seed = 3;
        Random random = new Random(seed);
        for (int run = 0; run < 300; run++) {
            double[] y = new double[3 + random.nextInt(90)];
            double size = Math.pow(10, random.nextInt(30) - 10);
            for (int t = 0; t < y.length; t++) {
                y[t] = random.nextInt(6) == 0 ? 0 : size * random.nextGaussian() * (random.nextInt(9) == 0 ? 1000 : 1);
            }
            Forecast f =
                    Forecaster.forecast(y, new ForecastOptions(1 + random.nextInt(60), 1 + random.nextInt(30), 0.9));
            for (int h = 0; h < f.values().length; h++) {
                assertThat(f.values()[h]).as("seed " + seed + " run " + run).isFinite();
                assertThat(f.lower()[h]).isFinite().isLessThanOrEqualTo(f.values()[h]);
                assertThat(f.upper()[h]).isFinite().isGreaterThanOrEqualTo(f.values()[h]);
            }
        }
    }

    private static double[] series(IntToDoubleFunction f) {
        double[] y = new double[LENGTH];
        Arrays.setAll(y, f);
        return y;
    }

    private static double[] noisy(String kind, Random random, int length) {
        double[] y = new double[length];
        double walk = 100;
        double rest = 0;
        for (int t = 0; t < length; t++) {
            double z = random.nextGaussian();
            walk += z;
            rest = 0.7 * rest + z;
            y[t] = switch (kind) {
                case "line" -> 100 + 0.5 * t + 5 * z;
                case "season" -> 100 + 20 * Math.sin(2 * Math.PI * t / 24) + 3 * z;
                case "growth" -> 100 * Math.exp(0.006 * t) * (1 + 0.03 * z);
                case "ar" -> 50 + rest;
                default -> walk;
            };
        }
        return y;
    }
}
