package io.kvops.analyzer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.kvops.histogram.LatencyHistogram;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Against values of tables, and against what chance makes. */
class SignificanceTest {
    @Test
    void functions_equalTheirTables() {
        assertThat(Significance.logGamma(0.5)).isCloseTo(Math.log(Math.sqrt(Math.PI)), within(1e-12));
        assertThat(Significance.logGamma(101)).isCloseTo(363.7393755555635, within(1e-9));
        assertThat(Significance.beta(2, 3, 0.4)).isCloseTo(0.5248, within(1e-12));
        assertThat(Significance.normal(1.959963984540054)).isCloseTo(0.05, within(1e-7));
        assertThat(Significance.student(2.2281388519649385, 10)).isCloseTo(0.05, within(1e-10));
    }

    @Test
    @DisplayName(
            "the tea-tasting lady: 3 of 4 right has probability 0.4857, all four 0.0286 (Fisher, The Design of Experiments)")
    void shares_ofSmallNumbers_areFishers() {
        assertThat(Significance.shares(3, 4, 1, 4)).isCloseTo(0.4857142857, within(1e-9));
        assertThat(Significance.shares(4, 4, 0, 4)).isCloseTo(0.0285714286, within(1e-9));
        assertThat(Significance.shares(0, 0, 5, 10)).isEqualTo(1);
        assertThat(Significance.shares(0, 1_000_000, 0, 10)).isEqualTo(1);
        assertThat(Significance.shares(0, 1_000_000, 3, 10)).isLessThan(1e-10);
    }

    @Test
    void rates_ofPoissonCounts_areExact() {
        assertThat(Significance.rates(10, 1, 10, 1, 1, 0)).isEqualTo(1);
        // twice the sum of the binomial(20, 1/2) up to 5
        assertThat(Significance.rates(5, 1, 15, 1, 1, 0)).isCloseTo(0.04138946533203125, within(1e-12));
        assertThat(Significance.rates(0, 1, 10, 1, 1, 0)).isCloseTo(2 * Math.pow(0.5, 10), within(1e-12));
        assertThat(Significance.rates(1_000_000_000L, 3_600, 1_000_010_000L, 3_600, 1, 0))
                .isGreaterThan(0.5);
        assertThat(Significance.rates(1_000_000, 60, 1_100_000, 60, 500, 100)).isBetween(1e-6, 0.01);
    }

    @Test
    void benjaminiHochberg_equalsItsDefinition() {
        assertThat(Significance.benjaminiHochberg(new double[] {0.04, 0.01, 0.03, 0.5}))
                .containsExactly(new double[] {0.16 / 3, 0.04, 0.16 / 3, 0.5}, within(1e-12));
    }

    @Test
    @DisplayName(
            "of samples from one distribution hardly more than a share of q is called different, of shifted ones nearly all")
    void kolmogorovSmirnov_errsAsOftenAsItSays() {
        long seed = Long.getLong("kvops.seed", System.nanoTime());
        System.out.println("SignificanceTest: -Dkvops.seed=" + seed);
        Random random = new Random(seed);
        int alike = 0;
        int shifted = 0;
        int inside = 0;
        for (int i = 0; i < 400; i++) {
            LatencyHistogram a = sample(random, 500, 1);
            LatencyHistogram b = sample(random, 700, 1);
            LatencyHistogram c = sample(random, 700, 1.5);
            alike += Significance.kolmogorovSmirnov(a.toSparse(), b.toSparse()).probability() < 0.05 ? 1 : 0;
            shifted +=
                    Significance.kolmogorovSmirnov(a.toSparse(), c.toSparse()).probability() < 0.05 ? 1 : 0;
            Significance.Interval median = Significance.quantile(a.toSparse(), a.max(), 0.5, 2.5758293035489004);
            inside += median.lowNanos() <= 1_000_000 && median.highNanos() >= 1_000_000 ? 1 : 0;
        }
        assertThat(alike).as("seed %d", seed).isLessThan(48);
        assertThat(shifted).as("seed %d", seed).isGreaterThan(380);
        assertThat(inside).as("seed %d", seed).isGreaterThan(385);
    }

    @Test
    void dispersion_ofEvenAndOfBurstyCounts() {
        long[] bursty = new long[60];
        for (int i = 0; i < bursty.length; i++) {
            bursty[i] = i % 10 == 0 ? 1_000 : 0;
        }
        assertThat(Significance.dispersion(new long[60], new long[0])).containsExactly(1, 0);
        double[] found = Significance.dispersion(bursty, bursty);
        assertThat(found[0]).isGreaterThan(800);
        assertThat(found[1]).isEqualTo(118);
        long[] even = new long[60];
        Arrays.fill(even, 500);
        assertThat(Significance.dispersion(even, even)[0]).isZero();
    }

    private static LatencyHistogram sample(Random random, int n, double factor) {
        LatencyHistogram sample = new LatencyHistogram();
        for (int i = 0; i < n; i++) {
            sample.record((long) (factor * 1_000_000 * Math.exp(random.nextGaussian())));
        }
        return sample;
    }
}
