package io.kvops.histogram;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** A sorted map is the oracle. */
class SparseSumTest {
    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);

    SparseSumTest() {
        System.out.println("SparseSumTest seed " + seed);
    }

    @Test
    void add_ofRandomHistograms_isTheirSum_alsoAfterClear() {
        SparseSum sum = new SparseSum();
        for (int round = 0; round < 300; round++) {
            sum.clear();
            TreeMap<Integer, Long> oracle = new TreeMap<>();
            long largest = round % 3 == 0 ? 3 : round % 3 == 1 ? 200 : 1L << 40;
            for (int n = random.nextInt(12); n > 0; n--) {
                SparseHistogram more = histogram(largest);
                sum.add(more);
                for (int i = 0; i < more.size(); i++) {
                    oracle.merge(more.index(i), more.count(i), Long::sum);
                }
                assertThat(content(sum.view())).as("seed %d", seed).isEqualTo(oracle);
            }
            assertThat(sum.view().total())
                    .isEqualTo(
                            oracle.values().stream().mapToLong(Long::longValue).sum());
        }
    }

    @Test
    void add_pastTheLargestCount_staysThere() {
        SparseSum sum = new SparseSum();
        SparseHistogram much = SparseHistogram.of(new int[] {5}, new long[] {Long.MAX_VALUE});
        sum.add(much);
        sum.add(much);
        assertThat(content(sum.view())).isEqualTo(Map.of(5, Long.MAX_VALUE));
    }

    private SparseHistogram histogram(long largest) {
        TreeMap<Integer, Long> buckets = new TreeMap<>();
        int range = 1 + random.nextInt(random.nextBoolean() ? 40 : LatencyBuckets.COUNT);
        for (int n = random.nextInt(60); n > 0; n--) {
            buckets.put(random.nextInt(range), 1 + (long) (random.nextDouble() * largest));
        }
        int[] indices = buckets.keySet().stream().mapToInt(Integer::intValue).toArray();
        long[] counts = buckets.values().stream().mapToLong(Long::longValue).toArray();
        return SparseHistogram.of(indices, counts);
    }

    private static Map<Integer, Long> content(SparseHistogram histogram) {
        Map<Integer, Long> content = new TreeMap<>();
        for (int i = 0; i < histogram.size(); i++) {
            content.put(histogram.index(i), histogram.count(i));
        }
        return content;
    }
}
