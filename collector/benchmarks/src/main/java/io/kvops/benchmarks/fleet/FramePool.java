package io.kvops.benchmarks.fleet;

import io.kvops.histogram.LatencyHistogram;
import io.kvops.histogram.SparseHistogram;
import io.kvops.op.OpClass;
import io.kvops.wire.Frame;
import io.kvops.wire.HotKeyDelta;
import io.kvops.wire.SeriesDelta;
import io.kvops.wire.SeriesKey;
import io.kvops.wire.Source;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;

/**
 * The frames that a fleet sends, made once: what an application with some caches and queues in Redis and a RocksDB would
 * count in a second. Latencies are log-normal, each operation around a median of its own, so that a histogram has some 20
 * to 40 buckets that are not empty. All frames of a pool hold the same series.
 */
final class FramePool {
    private static final int VARIANTS = 64;
    private static final double SIGMA = 0.5;
    private static final int FEWEST_OPS = 25;
    private static final int MOST_OPS = 50;

    private record Kind(
            String store, String endpoint, String op, OpClass opClass, String pattern, double medianMicros) {}

    private static final String REDIS = "redis-7.internal:6379/0";
    private static final String ROCKS = "/var/lib/shop/orders";
    private static final List<Kind> KINDS = List.of(
            new Kind("redis", REDIS, "GET", OpClass.READ, "product:{id}", 180),
            new Kind("redis", REDIS, "SET", OpClass.WRITE, "product:{id}", 210),
            new Kind("redis", REDIS, "HGETALL", OpClass.READ, "cart:{id}", 260),
            new Kind("redis", REDIS, "HSET", OpClass.WRITE, "cart:{id}", 230),
            new Kind("redis", REDIS, "GET", OpClass.READ, "session:{id}", 170),
            new Kind("redis", REDIS, "EXPIRE", OpClass.WRITE, "session:{id}", 160),
            new Kind("redis", REDIS, "INCR", OpClass.WRITE, "rate:{ip}", 150),
            new Kind("redis", REDIS, "ZADD", OpClass.WRITE, "ranking:{name}", 300),
            new Kind("redis", REDIS, "ZRANGE", OpClass.READ, "ranking:{name}", 420),
            new Kind("redis", REDIS, "LPUSH", OpClass.WRITE, "queue:{name}", 190),
            new Kind("redis", REDIS, "DEL", OpClass.DELETE, "session:{id}", 200),
            new Kind("redis", REDIS, "MGET", OpClass.READ, "price:{id}", 350),
            new Kind("rocksdb", ROCKS, "GET", OpClass.READ, "order:{id}", 12),
            new Kind("rocksdb", ROCKS, "PUT", OpClass.WRITE, "order:{id}", 18),
            new Kind("rocksdb", ROCKS, "DELETE", OpClass.DELETE, "order:{id}", 15),
            new Kind("rocksdb", ROCKS, "SEEK", OpClass.SCAN, "order:{id}", 45));

    private final List<FrameTemplate> templates;

    private FramePool(List<FrameTemplate> templates) {
        this.templates = templates;
    }

    /**
     * @param series series of a frame, at least 1
     * @param hotKeys increments of the sketch in a frame, 0 or more
     * @param seed the same seed gives the same frames
     */
    static FramePool of(int series, int hotKeys, long seed) {
        Random random = new Random(seed);
        Source nobody = new Source(new UUID(0, 0), "", "", "", 0, "");
        List<FrameTemplate> templates = new ArrayList<>();
        for (int i = 0; i < VARIANTS; i++) {
            List<SeriesDelta> deltas = new ArrayList<>();
            for (int s = 0; s < series; s++) {
                deltas.add(series(s, random));
            }
            List<HotKeyDelta> keys = new ArrayList<>();
            for (int k = 0; k < hotKeys; k++) {
                keys.add(hotKey(random));
            }
            templates.add(FrameTemplate.of(new Frame(nobody, 1, 1, 1, deltas, keys, List.of(), Map.of(), Map.of())));
        }
        return new FramePool(templates);
    }

    /** Which of the templates an agent sends under a sequence number; the same each time. */
    int index(int agent, long sequence) {
        return Math.floorMod(agent * 31L + sequence, templates.size());
    }

    List<FrameTemplate> templates() {
        return templates;
    }

    private static SeriesDelta series(int index, Random random) {
        Kind kind = KINDS.get(index % KINDS.size());
        int round = index / KINDS.size();
        String pattern = round == 0 ? kind.pattern() : kind.pattern() + ":v" + round;
        SeriesKey key = new SeriesKey(kind.store(), kind.endpoint(), kind.op(), kind.opClass(), pattern, false);
        int count = FEWEST_OPS + random.nextInt(MOST_OPS - FEWEST_OPS + 1);
        LatencyHistogram latency = new LatencyHistogram();
        long sum = 0;
        for (int i = 0; i < count; i++) {
            long nanos = (long) (kind.medianMicros() * 1_000 * Math.exp(SIGMA * random.nextGaussian()));
            latency.record(nanos);
            sum += nanos;
        }
        boolean read = kind.opClass() == OpClass.READ || kind.opClass() == OpClass.SCAN;
        SparseHistogram buckets = latency.toSparse();
        return new SeriesDelta(
                key,
                count,
                read ? random.nextInt(count / 5) : 0,
                random.nextInt(50) == 0 ? Map.of("JedisConnectionException", 1L) : Map.of(),
                0,
                0,
                count * 14L,
                read ? count * 420L : 0,
                read ? 0 : count * 380L,
                sum,
                latency.max(),
                buckets,
                200L + random.nextInt(50));
    }

    /** Few keys are hot in all of the fleet, most in one frame only. */
    private static HotKeyDelta hotKey(Random random) {
        long id = (long) Math.exp(random.nextDouble() * 12);
        byte[] key = ("product:" + id).getBytes(StandardCharsets.UTF_8);
        long count = 1L + random.nextInt(20);
        return new HotKeyDelta("redis", REDIS, key, false, count, 0, count, 0, count * 400);
    }
}
