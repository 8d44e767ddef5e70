package io.kvops.analyzer;

import io.kvops.histogram.LatencyBuckets;
import io.kvops.histogram.SparseHistogram;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How likely a difference is chance. All probabilities are two-sided: that of a difference at least as large if nothing had
 * changed. Pure.
 *
 * <p>Sources: the incomplete beta function as in Press, Teukolsky, Vetterling, Flannery, "Numerical Recipes", 3rd ed., 6.4; the
 * others at each method.
 */
final class Significance {
    private Significance() {}

    /**
     * Whether two counts of random events come from one rate. Given their sum, one of them is binomial (Przyborowski,
     * Wilenski, "Homogeneity of results in testing samples from Poisson series", Biometrika 31, 1940), exact. Traffic comes in
     * bursts, and varies more than that: with a dispersion above 1 (variance / mean of the counts of equal steps) the
     * logarithm of the ratio is compared with its deviation widened by its root (quasi-Poisson: McCullagh, Nelder,
     * "Generalized Linear Models", 2nd ed., 1989, 6.2), by Student's distribution, as the dispersion is an estimate.
     *
     * @param secondsA, secondsB above 0
     * @param dispersion of the counts; at most 1 if not known
     * @param degrees of freedom of that estimate
     */
    static double rates(long a, double secondsA, long b, double secondsB, double dispersion, int degrees) {
        if (a + b == 0) {
            return 1;
        }
        if (dispersion <= 1 || degrees < 1) {
            double p = secondsA / (secondsA + secondsB);
            // P(X <= a) and P(X >= a) of a binomial, by the incomplete beta function
            double atMost = a >= a + b ? 1 : beta((double) b, a + 1.0, 1 - p);
            double atLeast = a == 0 ? 1 : beta((double) a, b + 1.0, p);
            return Math.min(1, 2 * Math.min(atMost, atLeast));
        }
        // half an event more on each side, or none at all would be infinitely few
        double ratio = Math.log((a + 0.5) / secondsA) - Math.log((b + 0.5) / secondsB);
        double deviation = Math.sqrt(dispersion * (1 / (a + 0.5) + 1 / (b + 0.5)));
        return student(ratio / deviation, degrees);
    }

    /**
     * Variance / mean of the counts of equal steps, over both windows; 1 where there are too few.
     *
     * @return the dispersion, and its degrees of freedom
     */
    static double[] dispersion(long[] stepsA, long[] stepsB) {
        double squares = 0;
        int degrees = 0;
        for (long[] steps : List.of(stepsA, stepsB)) {
            double mean = Arrays.stream(steps).average().orElse(0);
            if (steps.length >= 3 && mean > 0) {
                squares += Arrays.stream(steps)
                        .mapToDouble(n -> (n - mean) * (n - mean) / mean)
                        .sum();
                degrees += steps.length - 1;
            }
        }
        return new double[] {degrees == 0 ? 1 : squares / degrees, degrees};
    }

    /**
     * Whether two shares are one. Fisher's exact test where numbers are small (Fisher, "Statistical Methods for Research
     * Workers", 1934, 21.02; two-sided by the sum of what is no likelier), else the pooled z test, which it approaches
     * (Cochran, "Some methods for strengthening the common chi-square tests", Biometrics 10, 1954: from 5 expected on).
     *
     * @param a of all of wholeA
     */
    static double shares(long a, long wholeA, long b, long wholeB) {
        long hits = a + b;
        long all = wholeA + wholeB;
        if (wholeA == 0 || wholeB == 0 || hits == 0 || hits == all) {
            return 1;
        }
        double share = (double) hits / all;
        double least = Math.min(wholeA, wholeB) * Math.min(share, 1 - share);
        if (least >= 5) {
            double difference = (double) a / wholeA - (double) b / wholeB;
            double deviation = Math.sqrt(share * (1 - share) * (1.0 / wholeA + 1.0 / wholeB));
            return normal(difference / deviation);
        }
        // one margin is below 5 / share of the other: the sum has few terms that matter, those of the smaller side
        double here = logHypergeometric(a, wholeA, hits, all);
        double sum = 0;
        for (long x = Math.max(0, hits - wholeB); x <= Math.min(hits, wholeA); x++) {
            double p = logHypergeometric(x, wholeA, hits, all);
            sum += p <= here + 1e-7 ? Math.exp(p) : 0;
        }
        return Math.min(1, sum);
    }

    /** What a comparison of two distributions found: the largest distance of their distribution functions, 0 to 1. */
    record Distance(double distance, double probability) {}

    /**
     * Two-sample Kolmogorov-Smirnov test over histograms of the same buckets, with the finite-sample correction of Stephens
     * ("Use of the Kolmogorov-Smirnov, Cramer-von Mises and related statistics without extensive tables", J. Royal
     * Statistical Society B 32, 1970). The distance is that at the edges of buckets, so never too large: the test errs on the
     * side of no difference.
     */
    static Distance kolmogorovSmirnov(SparseHistogram a, SparseHistogram b) {
        double totalA = a.total();
        double totalB = b.total();
        if (totalA == 0 || totalB == 0) {
            return new Distance(0, 1);
        }
        double distance = 0;
        long seenA = 0;
        long seenB = 0;
        int i = 0;
        int j = 0;
        while (i < a.size() || j < b.size()) {
            int left = i < a.size() ? a.index(i) : Integer.MAX_VALUE;
            int right = j < b.size() ? b.index(j) : Integer.MAX_VALUE;
            seenA += left <= right ? a.count(i++) : 0;
            seenB += right <= left ? b.count(j++) : 0;
            distance = Math.max(distance, Math.abs(seenA / totalA - seenB / totalB));
        }
        double root = Math.sqrt(totalA * totalB / (totalA + totalB));
        return new Distance(distance, kolmogorov((root + 0.12 + 0.11 / root) * distance));
    }

    /** Bounds of a quantile, in ns. */
    record Interval(long lowNanos, long highNanos) {}

    /**
     * Where the quantile of the population lies, at a confidence given by z: between the order statistics whose ranks lie z
     * deviations of a binomial around its own (Conover, "Practical Nonparametric Statistics", 3rd ed., 1999, 3.2). Widened to
     * the buckets that hold them.
     *
     * @param quantile 0 to 1
     */
    static Interval quantile(SparseHistogram of, long maxNanos, double quantile, double z) {
        double n = of.total();
        if (n == 0) {
            return new Interval(0, 0);
        }
        double spread = z * Math.sqrt(n * quantile * (1 - quantile));
        long low = (long) Math.max(1, Math.floor(n * quantile - spread));
        long high = (long) Math.min(n, Math.ceil(n * quantile + spread) + 1);
        return new Interval(
                LatencyBuckets.lowest(bucket(of, low)), Math.min(maxNanos, LatencyBuckets.highest(bucket(of, high))));
    }

    private static int bucket(SparseHistogram of, long rank) {
        long seen = 0;
        for (int i = 0; i < of.size(); i++) {
            seen += of.count(i);
            if (seen >= rank) {
                return of.index(i);
            }
        }
        return of.index(of.size() - 1);
    }

    /**
     * Probabilities adjusted for how many were looked at: calling those below q significant makes a share of at most q of
     * such calls false (Benjamini, Hochberg, "Controlling the false discovery rate", J. Royal Statistical Society B 57, 1995).
     */
    static double[] benjaminiHochberg(double[] probabilities) {
        int n = probabilities.length;
        int[] order = IntStream.range(0, n)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> probabilities[i]))
                .mapToInt(Integer::intValue)
                .toArray();
        double[] adjusted = new double[n];
        double least = 1;
        for (int rank = n; rank >= 1; rank--) {
            int i = order[rank - 1];
            least = Math.min(least, probabilities[i] * n / rank);
            adjusted[i] = least;
        }
        return adjusted;
    }

    /** Two-sided probability of a standard normal deviate. */
    static double normal(double z) {
        // Student's distribution with so many degrees of freedom is normal to 7 digits
        return student(z, 50_000_000);
    }

    /** Two-sided probability of Student's distribution. */
    static double student(double t, double degrees) {
        return beta(degrees / 2, 0.5, degrees / (degrees + t * t));
    }

    private static double kolmogorov(double lambda) {
        if (lambda < 0.2) {
            return 1;
        }
        double sum = 0;
        for (int k = 1; k <= 100; k++) {
            double term = Math.exp(-2.0 * k * k * lambda * lambda);
            sum += k % 2 == 1 ? term : -term;
            if (term < 1e-16) {
                break;
            }
        }
        return Math.min(1, Math.max(0, 2 * sum));
    }

    private static double logHypergeometric(long x, long whole, long hits, long all) {
        return logChoose(hits, x) + logChoose(all - hits, whole - x) - logChoose(all, whole);
    }

    private static double logChoose(long n, long k) {
        return logGamma(n + 1.0) - logGamma(k + 1.0) - logGamma(n - k + 1.0);
    }

    /** Stirling's series (Abramowitz, Stegun, "Handbook of Mathematical Functions", 6.1.41), from 10 on to 13 digits. */
    static double logGamma(double of) {
        double x = of;
        double shift = 0;
        while (x < 10) {
            shift -= Math.log(x);
            x++;
        }
        double y = 1 / (x * x);
        double series = (1.0 / 12 - y * (1.0 / 360 - y * (1.0 / 1_260 - y * (1.0 / 1_680 - y / 1_188)))) / x;
        return shift + (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + series;
    }

    /** The regularised incomplete beta function I_x(a, b). */
    static double beta(double a, double b, double x) {
        if (x <= 0 || x >= 1) {
            return x <= 0 ? 0 : 1;
        }
        double front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
        return x < (a + 1) / (a + b + 2) ? front * fraction(a, b, x) / a : 1 - front * fraction(b, a, 1 - x) / b;
    }

    /** Lentz's method; converges in some root of the larger of a and b steps. */
    private static double fraction(double a, double b, double x) {
        double tiny = 1e-300;
        double c = 1;
        double d = 1 / nonZero(1 - (a + b) * x / (a + 1), tiny);
        double h = d;
        for (int m = 1; m < 200_000; m++) {
            double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
            d = 1 / nonZero(1 + even * d, tiny);
            c = nonZero(1 + even / c, tiny);
            h *= d * c;
            double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
            d = 1 / nonZero(1 + odd * d, tiny);
            c = nonZero(1 + odd / c, tiny);
            double change = d * c;
            h *= change;
            if (Math.abs(change - 1) < 1e-14) {
                break;
            }
        }
        return h;
    }

    private static double nonZero(double value, double tiny) {
        return Math.abs(value) < tiny ? tiny : value;
    }
}
