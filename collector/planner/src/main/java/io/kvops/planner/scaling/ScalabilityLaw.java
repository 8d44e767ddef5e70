package io.kvops.planner.scaling;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * The Universal Scalability Law (Gunther, "Guerrilla Capacity Planning", 2007): throughput at a concurrency of n is
 * lambda n / (1 + sigma (n - 1) + kappa n (n - 1)). What is measured saturates and falls instead of going on in a line.
 *
 * <pre>{@code
 * ScalabilityLaw law = ScalabilityLaw.fit(points);   // concurrency and throughput, as measured
 * law.peakThroughput().ifPresent(x -> System.out.println("at most " + x + " at " + law.peakConcurrency()));
 * }</pre>
 *
 * @param lambda throughput of one alone, operations per second, above 0
 * @param sigma share of the work that is serial (contention), 0 to 1
 * @param kappa cost of keeping each pair coherent (crosstalk), at least 0
 * @param explained share of the variance of the throughput that the law explains (R squared), at most 1
 * @param highestMeasured the highest concurrency that was measured: beyond it the law is extrapolated
 */
public record ScalabilityLaw(double lambda, double sigma, double kappa, double explained, double highestMeasured) {
    /** Fewest measurements, and fewest different concurrencies among them, that a law is fitted to. */
    public static final int LEAST_POINTS = 6;

    private static final int LEAST_LEVELS = 4;
    private static final double TELLABLE = 1e-12;

    public ScalabilityLaw {
        if (!(lambda > 0) || !(sigma >= 0) || !(kappa >= 0)) {
            throw new IllegalArgumentException("lambda " + lambda + ", sigma " + sigma + ", kappa " + kappa
                    + " (expected lambda above 0, the others at least 0)");
        }
    }

    /**
     * A measurement.
     *
     * @param concurrency requests in progress at a time, above 0
     * @param throughput operations per second, at least 0
     */
    public record Point(double concurrency, double throughput) {
        public Point {
            if (!(concurrency > 0) || !(throughput >= 0) || Double.isInfinite(concurrency + throughput)) {
                throw new IllegalArgumentException("concurrency " + concurrency + ", throughput " + throughput
                        + " (expected above 0, and at least 0)");
            }
        }

        /** By Little's law: so many operations per second of so many seconds each. */
        public static Point ofLatency(double throughput, double seconds) {
            return new Point(throughput * seconds, throughput);
        }
    }

    /**
     * Finds the law of the least squares of the throughput.
     *
     * @throws IllegalArgumentException if there are too few measurements, or nothing in them scales
     */
    public static ScalabilityLaw fit(List<Point> points) {
        long levels = points.stream().mapToDouble(Point::concurrency).distinct().count();
        if (points.size() < LEAST_POINTS || levels < LEAST_LEVELS) {
            throw new IllegalArgumentException(points.size() + " measurements of " + levels
                    + " different concurrencies (a scalability law takes at least " + LEAST_POINTS + " of at least "
                    + LEAST_LEVELS + ")");
        }
        if (points.stream().allMatch(p -> p.throughput() == 0)) {
            throw new IllegalArgumentException("no throughput in " + points.size() + " measurements");
        }
        List<LeastSquares> fits = new ArrayList<>();
        // the best inside the bounds; where it is outside, the best on one of them
        for (boolean[] free : new boolean[][] {{true, true}, {true, false}, {false, true}, {false, false}}) {
            LeastSquares fit = new LeastSquares(points, free[0], free[1]);
            if (fit.run()) {
                fits.add(fit);
            }
        }
        LeastSquares best = fits.stream()
                .min((a, b) -> Double.compare(a.squares(), b.squares()))
                .orElseThrow();
        double mean = points.stream().mapToDouble(Point::throughput).average().orElse(0);
        double all = points.stream()
                .mapToDouble(p -> (p.throughput() - mean) * (p.throughput() - mean))
                .sum();
        double highest = points.stream().mapToDouble(Point::concurrency).max().orElse(0);
        double explained = all == 0 ? 1 : 1 - best.squares() / all;
        return new ScalabilityLaw(best.lambda(), best.sigma(), best.kappa(), explained, highest);
    }

    /** Operations per second at a concurrency, at least 0. */
    public double throughputAt(double concurrency) {
        return LeastSquares.throughput(lambda, sigma, kappa, concurrency);
    }

    /** Seconds that an operation takes at a concurrency. */
    public double latencyAt(double concurrency) {
        return concurrency <= 0 ? 1 / lambda : concurrency / throughputAt(concurrency);
    }

    /** The whole concurrency of the highest throughput; empty if throughput never falls. */
    public OptionalDouble peakConcurrency() {
        return kappa <= TELLABLE
                ? OptionalDouble.empty()
                : OptionalDouble.of(Math.max(1, Math.floor(Math.sqrt(Math.max(0, 1 - sigma) / kappa))));
    }

    /** The highest throughput: at the peak, or what contention alone lets through; empty if it grows without an end. */
    public OptionalDouble peakThroughput() {
        if (peakConcurrency().isPresent()) {
            return OptionalDouble.of(throughputAt(peakConcurrency().getAsDouble()));
        }
        return sigma <= TELLABLE ? OptionalDouble.empty() : OptionalDouble.of(lambda / sigma);
    }

    /** Share of the highest throughput that is still free, negative if more is asked; 1 if there is no highest. */
    public double headroom(double throughput) {
        return peakThroughput().isPresent() ? 1 - throughput / peakThroughput().getAsDouble() : 1;
    }

    /** Whether the peak lies beyond twice what was measured: a guess rather than a finding. */
    public boolean extrapolated() {
        return peakConcurrency().orElse(Double.POSITIVE_INFINITY) > 2 * highestMeasured;
    }
}
