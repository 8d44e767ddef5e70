package io.kvops.sketch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;

class SpaceSavingTest {
    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);

    SpaceSavingTest() {
        System.out.println("SpaceSavingTest seed " + seed);
    }

    @Test
    void drain_ofZipfStreams_keepsItsBounds() {
        for (int round = 0; round < 30; round++) {
            double skew = 0.6 + random.nextDouble();
            check(1 + random.nextInt(200), 20_000, i ->
                    (int) Math.min(100_000, Math.pow(random.nextDouble(), -1 / skew)));
        }
    }

    @Test
    void drain_ofHostileStreams_keepsItsBounds() {
        int n = 64;
        check(n, 30_000, i -> i); // every key once
        check(n, 30_000, i -> i % (n + 1)); // always the one that was just evicted
        check(n, 30_000, i -> i % 3 == 0 ? 7 : i); // a hot key among noise
        check(n, 30_000, i -> i < 15_000 ? i % 10 : 1000 + i % 10); // what is hot changes
        check(n, 30_000, i -> i / 100 % 2 == 0 ? i % 40 : 1000 + i % 200); // waves that push each other out
        check(n, 30_000, i -> random.nextInt(1 + i / 50)); // more and more keys
    }

    @Test
    void drain_aStableHotKey_hasAnErrorOnce() {
        SpaceSaving sketch = new SpaceSaving(10, 32);
        for (int i = 0; i < 1000; i++) {
            offer(sketch, 100 + i % 50, 1);
        }
        Sums sums = new Sums();
        for (int frame = 0; frame < 500; frame++) {
            for (int i = 0; i < 100; i++) {
                offer(sketch, 1, 1);
                offer(sketch, 100 + random.nextInt(500), 1);
            }
            sketch.drain(sums);
        }
        assertThat(sums.count("k1")).isEqualTo(50_000);
        assertThat(sums.error.get("0/k1")).isLessThanOrEqualTo(110);
    }

    @Test
    void drain_fewKeys_isExact() {
        SpaceSaving sketch = new SpaceSaving(10, 32);
        Sums sums = new Sums();
        for (int i = 0; i < 1000; i++) {
            byte[] key = key(i % 10);
            sketch.offer(i % 2, key, 0, key.length, 2, 1, 1, 10);
            if (random.nextInt(20) == 0) {
                sketch.drain(sums);
            }
        }
        sketch.drain(sums);
        assertThat(sums.count)
                .hasSize(10)
                .allSatisfy((key, count) -> assertThat(count).isEqualTo(200));
        assertThat(sums.error.values()).containsOnly(0L);
        assertThat(sums.reads.values()).containsOnly(100L);
        assertThat(sums.bytes.values()).containsOnly(1000L);
        assertThat(sums.count.keySet()).contains("0/k0", "1/k1");
    }

    @Test
    void drain_withoutNews_handsOutNothing() {
        SpaceSaving sketch = new SpaceSaving(10, 32);
        offer(sketch, 1, 1);
        sketch.drain(new Sums());
        Sums sums = new Sums();
        sketch.drain(sums);
        assertThat(sums.count).isEmpty();
    }

    @Test
    void restart_afterALongLife_endsTheErrorsThatItBrought() {
        SpaceSaving sketch = new SpaceSaving(10, 32);
        for (int i = 0; i < 1_000_000; i++) {
            offer(sketch, i % 1000, 1);
        }
        assertThat(sketch.minimum()).isBetween(1_000L, 100_000L);
        sketch.restart();
        assertThat(sketch.minimum()).isZero();
        assertThat(sketch.size()).isZero();
        Sums sums = new Sums();
        for (int i = 0; i < 1000; i++) {
            offer(sketch, i % 2 == 0 ? 5 : i, 1);
        }
        sketch.drain(sums);
        assertThat(sums.count("k5")).isEqualTo(501);
        assertThat(sums.error.get("0/k5")).isLessThan(100);
    }

    @Test
    void add_twoSummaries_holdsForTheSum() {
        SpaceSaving a = new SpaceSaving(100, 32);
        SpaceSaving b = new SpaceSaving(100, 32);
        Map<String, Long> truth = new HashMap<>();
        for (int i = 0; i < 100_000; i++) {
            int k = (int) Math.min(5_000, 1 / random.nextDouble());
            offer(random.nextBoolean() ? a : b, k, 1);
            truth.merge("0/k" + k, 1L, Long::sum);
        }
        SpaceSaving sum = new SpaceSaving(1000, 32);
        for (SpaceSaving part : List.of(a, b)) {
            part.drain((scope, key, count, error, reads, writes, bytes) ->
                    sum.add(scope, key, 0, key.length, count, error, reads, writes, bytes));
        }
        long missed = 2 * (a.minimum() + b.minimum());
        List<Long> counts = new ArrayList<>();
        sum.top(20, (scope, key, count, error, reads, writes, bytes) -> {
            long actual = truth.get(scope + "/" + new String(key, StandardCharsets.UTF_8));
            assertThat(actual).as("seed %d", seed).isBetween(count, count + error + missed);
            counts.add(count);
        });
        assertThat(counts).hasSize(20).isSortedAccordingTo((x, y) -> Long.compare(y, x));
    }

    @Test
    void offer_longKeys_areToldApart() {
        SpaceSaving sketch = new SpaceSaving(10, 32);
        for (int i = 0; i < 6; i++) {
            byte[] key = ("x".repeat(100) + i % 3).getBytes(StandardCharsets.UTF_8);
            sketch.offer(0, key, 0, key.length, 1, 1, 0, 0);
        }
        Sums sums = new Sums();
        sketch.drain(sums);
        assertThat(sums.count).hasSize(3).allSatisfy((key, count) -> {
            assertThat(key).matches("0/x{15}~[0-9a-f]{16}");
            assertThat(count).isEqualTo(2);
        });
    }

    @Test
    void new_boundsOutOfRange_areRefused() {
        assertThatThrownBy(() -> new SpaceSaving(0, 32)).hasMessage("counters: 0 (expected 1 to 65536)");
        assertThatThrownBy(() -> new SpaceSaving(1, 2000)).hasMessage("maxKeyBytes: 2000 (expected 32 to 1024)");
        assertThatThrownBy(() -> new SpaceSaving(1, 32).offer(0, new byte[1], 0, 1, 0, 0, 0, 0))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** Cuts frames and epochs at random, and compares with exact counts at each. */
    private void check(int counters, int ops, IntUnaryOperator stream) {
        SpaceSaving sketch = new SpaceSaving(counters, 32);
        Map<String, Long> truth = new HashMap<>();
        Sums sums = new Sums();
        long reported = 0;
        long offered = 0;
        int meanFrame = 1 + random.nextInt(2_000);
        for (int i = 0; i < ops; i++) {
            int k = stream.applyAsInt(i);
            int weight = random.nextInt(10) == 0 ? 1 + random.nextInt(5) : 1;
            offer(sketch, k, weight);
            truth.merge("0/k" + k, (long) weight, Long::sum);
            offered += weight;
            if (random.nextInt(meanFrame) == 0) {
                sketch.drain(sums);
                sums.check(truth, sketch);
            }
            if (random.nextInt(10_000) == 0) {
                sketch.restart();
                sketch.drain(sums); // what it still owed
                reported += sums.total();
                truth.clear();
                sums = new Sums();
            }
        }
        sketch.drain(sums);
        sums.check(truth, sketch);
        assertThat(reported + sums.total()).isLessThanOrEqualTo(offered);
    }

    private static void offer(SpaceSaving sketch, int k, int weight) {
        byte[] key = key(k);
        sketch.offer(0, key, 0, key.length, weight, weight, 0, 0);
    }

    private static byte[] key(int k) {
        return ("k" + k).getBytes(StandardCharsets.UTF_8);
    }

    private final class Sums implements SpaceSaving.Sink {
        private final Map<String, Long> count = new HashMap<>();
        private final Map<String, Long> error = new HashMap<>();
        private final Map<String, Long> reads = new HashMap<>();
        private final Map<String, Long> bytes = new HashMap<>();

        @Override
        public void key(int scope, byte[] key, long c, long e, long r, long w, long b) {
            String name = scope + "/" + new String(key, StandardCharsets.UTF_8);
            assertThat(c).isPositive();
            count.merge(name, c, Long::sum);
            error.merge(name, e, Long::sum);
            reads.merge(name, r, Long::sum);
            bytes.merge(name, b, Long::sum);
        }

        long count(String key) {
            return count.getOrDefault("0/" + key, 0L);
        }

        long total() {
            return count.values().stream().mapToLong(Long::longValue).sum();
        }

        void check(Map<String, Long> truth, SpaceSaving sketch) {
            Set<String> tracked = new HashSet<>();
            sketch.top(
                    Integer.MAX_VALUE,
                    (scope, key, c, e, r, w, b) -> tracked.add(scope + "/" + new String(key, StandardCharsets.UTF_8)));
            count.forEach((key, c) -> {
                long actual = truth.get(key);
                long most = c + error.get(key) + (tracked.contains(key) ? 0 : sketch.minimum());
                assertThat(actual).as("seed %d, %s", seed, key).isBetween(c, most);
            });
            truth.forEach((key, actual) -> {
                if (!count.containsKey(key)) {
                    assertThat(actual).as("seed %d, %s", seed, key).isLessThanOrEqualTo(2 * sketch.minimum());
                }
            });
        }
    }
}
