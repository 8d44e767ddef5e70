package io.kvops.demo;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Draws ranks 0 to n-1 with probability proportional to {@code 1 / (rank + 1)^s}: few products are looked at all the time,
 * most hardly ever. Inversion of the cumulative distribution, held as a table of n doubles. Immutable; any thread may draw.
 *
 * <p>G. K. Zipf, "Human Behavior and the Principle of Least Effort", 1949.
 */
final class Zipf {
    private final double[] cumulative;

    /**
     * @param n number of ranks, at least 1
     * @param s skew, at least 0 (0 is uniform)
     */
    Zipf(int n, double s) {
        if (n < 1 || !(s >= 0)) {
            throw new IllegalArgumentException("n: " + n + ", s: " + s + " (expected n >= 1, s >= 0)");
        }
        cumulative = new double[n];
        double sum = 0;
        for (int rank = 0; rank < n; rank++) {
            sum += 1 / Math.pow(rank + 1, s);
            cumulative[rank] = sum;
        }
        for (int rank = 0; rank < n; rank++) {
            cumulative[rank] /= sum;
        }
    }

    int draw(RandomGenerator random) {
        int found = Arrays.binarySearch(cumulative, random.nextDouble());
        int rank = found >= 0 ? found + 1 : -found - 1;
        return Math.min(rank, cumulative.length - 1);
    }
}
