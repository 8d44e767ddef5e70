package io.kvops.planner.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.kvops.planner.forecast.Timeline.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class TimelineTest {
    private static final long START = Instant.parse("2026-03-01T00:00:00Z").toEpochMilli();
    private static final long HOUR = 3_600_000;

    private static long[] hours(int n) {
        return IntStream.range(0, n).mapToLong(i -> START + i * HOUR).toArray();
    }

    private static double[] line(int n) {
        return IntStream.range(0, n).mapToDouble(i -> 100 + i).toArray();
    }

    @Test
    @DisplayName("times out of order, as after a clock set back, give the same series, and a caveat")
    void outOfOrder_isPutInOrder() {
        long[] at = hours(100);
        double[] v = line(100);
        Random random = new Random(3);
        for (int i = 99; i > 0; i--) {
            int k = random.nextInt(i + 1);
            long a = at[i];
            at[i] = at[k];
            at[k] = a;
            double b = v[i];
            v[i] = v[k];
            v[k] = b;
        }
        Timeline t = Timeline.of(at, v, Kind.GAUGE);
        assertThat(t.values()).containsExactly(line(100));
        assertThat(t.step()).isEqualTo(Duration.ofHours(1));
        assertThat(t.caveats()).anyMatch(c -> c.contains("out of order"));
        assertThat(t.after(1)).isEqualTo(Instant.ofEpochMilli(START + 100 * HOUR));
    }

    @Test
    @DisplayName("a hole of a week is a hole of a week, said, and bridged by the forecast")
    void hole_isSaid() {
        long[] at = Arrays.stream(hours(600))
                .map(t -> t < START + 300 * HOUR ? t : t + 168 * HOUR)
                .toArray();
        double[] v = IntStream.range(0, 600)
                .mapToDouble(i -> 100 + (i < 300 ? i : i + 168))
                .toArray();
        Timeline t = Timeline.of(at, v, Kind.GAUGE);
        assertThat(t.values()).hasSize(768);
        assertThat(t.caveats()).containsExactly("nothing was measured for 7 days at the longest");
        Forecast f = Forecaster.forecast(t.values(), ForecastOptions.of(24));
        assertThat(f.values()[23]).isCloseTo(100 + 791, within(2.0));
        assertThat(f.caveats()).anyMatch(c -> c.contains("168 of 768 values were missing"));
    }

    @Test
    @DisplayName("a counter's resets are unrolled; NaN, equal times and a clock of 1970 are left out and said")
    void badValues_areLeftOut() {
        double[] counter = IntStream.range(0, 90).mapToDouble(i -> i % 30 * 10).toArray();
        Timeline t = Timeline.of(hours(90), counter, Kind.COUNTER);
        assertThat(t.values()[89]).isEqualTo(2 * 290 + 290);
        assertThat(t.caveats()).anyMatch(c -> c.contains("began anew 2 times"));

        long[] at = hours(50);
        double[] v = line(50);
        v[7] = Double.NaN;
        at[20] = at[19];
        at[0] = 0;
        Timeline odd = Timeline.of(at, v, Kind.GAUGE);
        assertThat(odd.first()).isEqualTo(Instant.ofEpochMilli(START + HOUR));
        assertThat(odd.caveats()).hasSize(3);
        assertThatThrownBy(() -> Timeline.of(new long[2], new double[] {Double.NaN, Double.NaN}, Kind.GAUGE))
                .hasMessageContaining("none of 2 values is a number");
    }

    @Test
    @DisplayName("ten million points are averaged, and forecast")
    void tenMillion_areAveraged() {
        int n = 10_000_000;
        long[] at = new long[n];
        double[] v = new double[n];
        for (int i = 0; i < n; i++) {
            at[i] = START + i * 1_000L;
            v[i] = 1e9 + 100.0 * i;
        }
        Timeline t = Timeline.of(at, v, Kind.GAUGE);
        assertThat(t.values().length).isBetween(2_000, Timeline.VALUES_MAX);
        assertThat(t.caveats()).anyMatch(c -> c.contains("averaged"));
        Forecast f = Forecaster.forecast(t.values(), ForecastOptions.of(10));
        assertThat(f.values()[9])
                .isCloseTo(1e9 + 100.0 * n + 100 * 9.5 * t.step().toSeconds(), within(1e6));
    }

    @Test
    @DisplayName("a step is no trend; a sawtooth has an edge, noise has none")
    void steps_andTeeth() {
        Random random = new Random(9);
        double[] step = new double[200];
        for (int t = 0; t < 200; t++) {
            step[t] = (t < 150 ? 100 : 400) + random.nextGaussian();
        }
        Forecast f = Forecaster.forecast(step, ForecastOptions.of(50));
        assertThat(f.values()[49]).isCloseTo(400, within(5.0));
        assertThat(f.caveats()).anyMatch(c -> c.contains("the level jumped by"));

        double[] clean = new double[200];
        Arrays.fill(clean, 0, 100, 1_000);
        Arrays.fill(clean, 100, 200, 3_000);
        Forecast stays = Forecaster.forecast(clean, ForecastOptions.of(600));
        assertThat(stays.values()[599]).isEqualTo(3_000);
        assertThat(stays.caveats()).anyMatch(c -> c.contains("the level jumped by"));

        double[] teeth = new double[400];
        for (int t = 0; t < 400; t++) {
            teeth[t] = 50 + 0.1 * t + t % 25 * 4;
        }
        double[] edge = Envelope.of(teeth);
        assertThat(edge).isNotSameAs(teeth);
        double[] ahead = Forecaster.forecast(edge, ForecastOptions.of(100)).values();
        assertThat(ahead[99]).isCloseTo(50 + 0.1 * 499 + 24 * 4, within(15.0));
        double[] noise = random.doubles(400).toArray();
        assertThat(Envelope.of(noise)).isSameAs(noise);
    }
}
