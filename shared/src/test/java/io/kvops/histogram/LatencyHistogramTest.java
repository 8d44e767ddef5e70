package io.kvops.histogram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;
import org.junit.jupiter.api.Test;

/** HdrHistogram itself is the oracle. */
class LatencyHistogramTest {
    private static final double[] PERCENTILES = {-1, 0, 0.001, 10, 50, 66.7, 90, 99, 99.9, 99.99, 99.999, 100, 101};

    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);

    LatencyHistogramTest() {
        System.out.println("LatencyHistogramTest seed " + seed);
    }

    @Test
    void buckets_ofAnyValue_areThoseOfHdrHistogram() {
        Histogram oracle = new Histogram(LatencyBuckets.MAX_VALUE, 2);
        for (int i = 0; i < 200_000; i++) {
            long value = value();
            int index = LatencyBuckets.indexOf(value);
            assertThat(LatencyBuckets.lowest(index)).isEqualTo(oracle.lowestEquivalentValue(value));
            assertThat(LatencyBuckets.highest(index)).isEqualTo(oracle.highestEquivalentValue(value));
        }
    }

    @Test
    void buckets_inOrder_areDense() {
        for (int i = 0; i < LatencyBuckets.COUNT; i++) {
            assertThat(LatencyBuckets.indexOf(LatencyBuckets.lowest(i))).isEqualTo(i);
            assertThat(LatencyBuckets.indexOf(LatencyBuckets.highest(i))).isEqualTo(i);
        }
        assertThat(LatencyBuckets.indexOf(-5)).isZero();
        assertThat(LatencyBuckets.indexOf(Long.MAX_VALUE)).isEqualTo(LatencyBuckets.COUNT - 1);
    }

    @Test
    void valueAtPercentile_ofRandomValues_isThatOfHdrHistogram() {
        for (int round = 0; round < 200; round++) {
            Histogram oracle = new Histogram(LatencyBuckets.MAX_VALUE, 2);
            LatencyHistogram histogram = new LatencyHistogram();
            long max = 0;
            for (int i = 1 + random.nextInt(2_000); i > 0; i--) {
                long value = value();
                long times = random.nextInt(4) == 0 ? 1 + random.nextInt(1_000) : 1;
                oracle.recordValueWithCount(value, times);
                histogram.record(value, times);
                max = Math.max(max, value);
            }
            assertThat(histogram.count()).isEqualTo(oracle.getTotalCount());
            assertThat(histogram.max()).isEqualTo(max);
            for (double p : PERCENTILES) {
                assertThat(histogram.valueAtPercentile(p))
                        .as("seed %d, p%s", seed, p)
                        .isEqualTo(Math.min(max, oracle.getValueAtPercentile(Math.max(0, Math.min(100, p)))));
            }
        }
    }

    @Test
    void toSparse_holdsTheNonEmptyBucketsOfHdrHistogram() {
        Histogram oracle = new Histogram(LatencyBuckets.MAX_VALUE, 2);
        LatencyHistogram histogram = random(oracle);
        SparseHistogram sparse = histogram.toSparse();
        int i = 0;
        for (HistogramIterationValue bucket : oracle.recordedValues()) {
            assertThat(LatencyBuckets.highest(sparse.index(i))).isEqualTo(bucket.getValueIteratedTo());
            assertThat(sparse.count(i++)).isEqualTo(bucket.getCountAddedInThisIterationStep());
        }
        assertThat(sparse.size()).isEqualTo(i);
        assertThat(sparse.total()).isEqualTo(histogram.count());
    }

    @Test
    void add_commutes_andIsTheSameByEitherForm() {
        Histogram oracleA = new Histogram(LatencyBuckets.MAX_VALUE, 2);
        Histogram oracleB = new Histogram(LatencyBuckets.MAX_VALUE, 2);
        LatencyHistogram a = random(oracleA);
        LatencyHistogram b = random(oracleB);
        LatencyHistogram ab = new LatencyHistogram();
        ab.add(a);
        ab.add(b);
        LatencyHistogram ba = new LatencyHistogram();
        ba.add(b.toSparse(), b.max());
        ba.add(a.toSparse(), a.max());
        oracleA.add(oracleB);
        for (double p : PERCENTILES) {
            assertThat(ab.valueAtPercentile(p)).isEqualTo(ba.valueAtPercentile(p));
        }
        assertThat(ab.count()).isEqualTo(oracleA.getTotalCount()).isEqualTo(ba.count());
        assertThat(ab.max()).isEqualTo(ba.max());
        assertThat(ab.toSparse()).usingRecursiveComparison().isEqualTo(ba.toSparse());
    }

    @Test
    void add_sparseWithoutMax_takesTheTopOfItsLastBucket() {
        LatencyHistogram one = new LatencyHistogram();
        one.record(1_000_000);
        LatencyHistogram sum = new LatencyHistogram();
        sum.add(one.toSparse());
        sum.add(SparseHistogram.EMPTY);
        assertThat(sum.max()).isBetween(1_000_000L, 1_008_000L);
        assertThat(sum.valueAtPercentile(50)).isEqualTo(sum.max());
    }

    @Test
    void reset_forgetsAll() {
        LatencyHistogram histogram = random(new Histogram(LatencyBuckets.MAX_VALUE, 2));
        histogram.reset();
        assertThat(histogram.count()).isZero();
        assertThat(histogram.max()).isZero();
        assertThat(histogram.valueAtPercentile(99)).isZero();
        assertThat(histogram.toSparse().size()).isZero();
        histogram.record(7, 0);
        assertThat(histogram.max()).isZero();
        histogram.record(-7);
        assertThat(histogram.valueAtPercentile(50)).isZero();
        assertThatThrownBy(() -> histogram.record(1, -1)).isInstanceOf(IllegalArgumentException.class);
    }

    private LatencyHistogram random(Histogram oracle) {
        LatencyHistogram histogram = new LatencyHistogram();
        for (int i = 0; i < 1_000; i++) {
            long value = value();
            oracle.recordValue(value);
            histogram.record(value);
        }
        return histogram;
    }

    /** Of any magnitude, often small, often at the edge of a bucket. */
    private long value() {
        long value = random.nextLong() >>> 2 + random.nextInt(62);
        return random.nextInt(4) == 0 ? LatencyBuckets.lowest(LatencyBuckets.indexOf(value)) : value;
    }
}
