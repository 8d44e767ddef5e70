package io.kvops.planner.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.kvops.planner.scaling.ScalabilityLaw.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ScalabilityLawTest {
    /** Throughput of a Cisco server at 1, 2, ... 32 threads: Schwartz, "Practical Scalability Analysis with the USL", 2015. */
    private static final double[] CISCO = {
        955.16, 1878.91, 2688.01, 3548.68, 4315.54, 5130.43, 5931.37, 6531.08, 7219.8, 7867.61, 8278.71, 8646.7,
        9047.84, 9426.55, 9645.37, 9897.24, 10097.6, 10240.5, 10532.39, 10798.52, 11151.43, 11518.63, 11806, 12089.37,
        12075.41, 12177.29, 12211.41, 12158.93, 12155.27, 12118.04, 12140.4, 12074.39
    };

    private static List<Point> cisco() {
        return IntStream.range(0, CISCO.length)
                .mapToObj(i -> new Point(i + 1, CISCO[i]))
                .toList();
    }

    @Test
    @DisplayName("Cisco's 32 points give the published parameters within 0.02 %")
    void cisco_givesThePublishedParameters() {
        ScalabilityLaw law = ScalabilityLaw.fit(cisco());
        assertThat(law.sigma()).isCloseTo(0.02671591, withinPercentage(0.02));
        assertThat(law.kappa()).isCloseTo(7.690945E-4, withinPercentage(0.02));
        assertThat(law.lambda()).isCloseTo(995.6486, withinPercentage(0.02));
        assertThat(law.peakConcurrency()).hasValue(35);
        assertThat(law.peakThroughput().orElseThrow()).isCloseTo(12341, withinPercentage(0.02));
        assertThat(law.explained()).isGreaterThan(0.99);
        assertThat(law.headroom(6170)).isCloseTo(0.5, within(0.001));
        assertThat(law.latencyAt(35)).isCloseTo(0.0028359, within(1e-6));
        assertThat(law.extrapolated()).isFalse();
    }

    @Test
    @DisplayName("parameters of generated points with 1 % noise come back within a tenth, over 100 laws")
    void generated_comesBack() {
        long seed = 5;
        Random random = new Random(seed);
        for (int run = 0; run < 100; run++) {
            double lambda = Math.pow(10, 1 + 5 * random.nextDouble());
            double sigma = 0.02 + 0.1 * random.nextDouble();
            double kappa = 0.001 + 0.004 * random.nextDouble();
            List<Point> points = new ArrayList<>();
            for (int n = 1; n <= 64; n++) {
                double x = LeastSquares.throughput(lambda, sigma, kappa, n) * (1 + 0.01 * random.nextGaussian());
                points.add(new Point(n, x));
            }
            ScalabilityLaw law = ScalabilityLaw.fit(points);
            String what = "seed " + seed + " run " + run;
            assertThat(law.lambda()).as(what).isCloseTo(lambda, withinPercentage(5));
            assertThat(law.sigma()).as(what).isCloseTo(sigma, within(0.01));
            assertThat(law.kappa()).as(what).isCloseTo(kappa, withinPercentage(10));
        }
    }

    @Test
    @DisplayName(
            "what scales in a line has no peak; what only contends has a ceiling; what rises too fast is held at the bounds")
    void bounds_hold() {
        ScalabilityLaw line = ScalabilityLaw.fit(IntStream.rangeClosed(1, 10)
                .mapToObj(n -> new Point(n, 100.0 * n))
                .toList());
        assertThat(line.peakThroughput()).isEmpty();
        assertThat(line.headroom(1e9)).isEqualTo(1);
        ScalabilityLaw amdahl = ScalabilityLaw.fit(IntStream.rangeClosed(1, 40)
                .mapToObj(n -> new Point(n, LeastSquares.throughput(100, 0.1, 0, n)))
                .toList());
        assertThat(amdahl.peakThroughput().orElseThrow()).isCloseTo(1000, withinPercentage(1));
        ScalabilityLaw fast = ScalabilityLaw.fit(
                IntStream.rangeClosed(1, 10).mapToObj(n -> new Point(n, n * n)).toList());
        assertThat(fast.sigma()).isZero();
        assertThat(fast.kappa()).isZero();
    }

    @Test
    @DisplayName("too few points, or points at one concurrency, are refused")
    void tooLittle_isRefused() {
        assertThatThrownBy(() -> ScalabilityLaw.fit(cisco().subList(0, 5)))
                .hasMessage(
                        "5 measurements of 5 different concurrencies (a scalability law takes at least 6 of at least 4)");
        assertThatThrownBy(() -> ScalabilityLaw.fit(IntStream.range(0, 50)
                        .mapToObj(i -> new Point(8, 100 + i))
                        .toList()))
                .hasMessageContaining("50 measurements of 1 different");
        assertThatThrownBy(() -> ScalabilityLaw.fit(
                        IntStream.range(1, 9).mapToObj(i -> new Point(i, 0)).toList()))
                .hasMessage("no throughput in 8 measurements");
        assertThatThrownBy(() -> new Point(-1, 3)).hasMessageContaining("concurrency -1.0");
        assertThatThrownBy(() -> new Point(1, Double.NaN)).hasMessageContaining("throughput NaN");
    }
}
