package io.kvops.wire;

import io.kvops.histogram.LatencyBuckets;
import io.kvops.histogram.SparseHistogram;
import io.kvops.op.OpClass;
import io.kvops.op.Outcome;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Supplier;

/** Messages for tests: fixed ones, which the golden files hold, and random ones. */
final class Samples {
    private static final UUID AGENT = UUID.fromString("123e4567-e89b-42d3-a456-426614174000");
    static final Source SOURCE = new Source(AGENT, "shop", "shop-1", "host-a", 4711, "Example JVM 17.0.1");

    private final Random random;

    Samples(long seed) {
        random = new Random(seed);
    }

    /** One message of each kind, which never change: the golden files of protocol version 1. */
    static Map<String, Message> golden() {
        Map<String, Message> all = new LinkedHashMap<>();
        all.put("hello", new Hello(1, List.of("config", "gauges"), "s3cret", SOURCE, 1767225600000L, "0.1.0"));
        Map<String, String> config = new LinkedHashMap<>();
        config.put("keys", "hash");
        config.put("slow", "2ms");
        all.put("welcome", new Welcome(1, List.of("config"), 4 << 20, config, 7));
        all.put("ack", new Ack(AGENT, 300));
        all.put("refusal", new Refusal(Refusal.Kind.TOKEN, "wrong token: set token= to that of the collector"));
        all.put("configured", new Configured(7, List.of("slow: 2 (expected a duration as 2ms)")));
        all.put("configure", new Configure(300, config));
        all.put("pace", new Pace(5_000));
        all.put("frame", frame());
        all.put("frame-empty", new Frame(SOURCE, 1, 0, 0, List.of(), List.of(), List.of(), Map.of(), Map.of()));
        return all;
    }

    private static Frame frame() {
        SeriesKey get = new SeriesKey("redis", "127.0.0.1:6379/0", "GET", OpClass.READ, "user:{n}:profile", false);
        SeriesKey put = new SeriesKey("rocksdb", "/data/orders", "PUT", OpClass.WRITE, "größe:{n}", false);
        SeriesKey hello = new SeriesKey("redis", "127.0.0.1:6379/0", "HELLO", OpClass.ADMIN, "", true);
        Map<String, Long> errors = new LinkedHashMap<>();
        errors.put("JedisDataException", 2L);
        errors.put("", 1L);
        SparseHistogram latency = SparseHistogram.of(
                new int[] {0, LatencyBuckets.indexOf(81_000), LatencyBuckets.COUNT - 1},
                new long[] {1, 1_000_000_000_000L, 127});
        Map<String, Double> gauges = new LinkedHashMap<>();
        gauges.put("jvm.heap.used.bytes", 1.5e8);
        gauges.put("jvm.cpu.ratio", 0.0);
        Map<String, Long> dropped = new LinkedHashMap<>();
        dropped.put("spool", 12L);
        dropped.put("slow", 0L);
        return new Frame(
                SOURCE,
                42,
                1767225600000L,
                1767225601000L,
                List.of(
                        new SeriesDelta(
                                get, 150, 3, errors, 1, 4, 1_200, 90_000, 0, 12_345_678, 9_000_000, latency, 77),
                        new SeriesDelta(put, 1, 0, Map.of(), 0, 0, 8, 0, 128, 2_000, 2_000, SparseHistogram.EMPTY, 0),
                        new SeriesDelta(hello, 1, 0, Map.of(), 0, 0, 0, 0, 0, 0, 0, SparseHistogram.EMPTY, 0)),
                List.of(
                        new HotKeyDelta(
                                "redis", "127.0.0.1:6379/0", bytes("user:42:profile"), false, 99, 5, 90, 9, 4096),
                        new HotKeyDelta(
                                "rocksdb", "/data/orders", new byte[] {0, (byte) 0xFF, 7}, true, 1, 0, 0, 1, 128)),
                List.of(
                        new SlowOp(
                                1767225600500L,
                                get,
                                bytes("user:1:profile"),
                                false,
                                9_000_000,
                                Outcome.TIMEOUT,
                                List.of(
                                        "shop.Cart.load(Cart.java:12)",
                                        "shop.Main.main(Main.java:3)",
                                        "shop.Cart.load(Cart.java:12)")),
                        new SlowOp(-1, put, null, false, 2_000, Outcome.OK, List.of()),
                        new SlowOp(0, put, new byte[0], true, 2_000, Outcome.MISS, List.of())),
                gauges,
                dropped);
    }

    Message message() {
        switch (random.nextInt(12)) {
            case 0:
                return new Hello(number31(), list(3, this::text), text(), source(), random.nextLong(), text());
            case 1:
                return new Welcome(number31(), list(3, this::text), number31(), map(this::text), number());
            case 2:
                return new Ack(uuid(), number());
            case 3:
                return new Refusal(Refusal.Kind.values()[random.nextInt(Refusal.Kind.values().length)], text());
            case 4:
                return new Configured(number(), list(3, this::text));
            case 5:
                return new Configure(number(), map(this::text));
            case 6:
                return new Pace(number());
            default:
                return randomFrame();
        }
    }

    private Frame randomFrame() {
        List<String> words = list(30, this::text);
        words.add("word");
        Supplier<String> word = () -> words.get(random.nextInt(words.size()));
        return new Frame(
                source(),
                number(),
                random.nextLong(),
                random.nextLong(),
                list(20, () -> series(word)),
                list(
                        10,
                        () -> new HotKeyDelta(
                                word.get(),
                                word.get(),
                                someBytes(),
                                random.nextBoolean(),
                                number(),
                                number(),
                                number(),
                                number(),
                                number())),
                list(
                        5,
                        () -> new SlowOp(
                                random.nextLong(),
                                seriesKey(word),
                                random.nextBoolean() ? someBytes() : null,
                                random.nextBoolean(),
                                number(),
                                Outcome.values()[random.nextInt(Outcome.values().length)],
                                list(20, word))),
                map(() -> Double.longBitsToDouble(random.nextLong() & ~(1L << 62))),
                map(this::number));
    }

    private SeriesDelta series(Supplier<String> word) {
        Map<String, Long> errors = new LinkedHashMap<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            errors.put(word.get(), number());
        }
        return new SeriesDelta(
                seriesKey(word),
                number(),
                number(),
                errors,
                number(),
                number(),
                number(),
                number(),
                number(),
                number(),
                number(),
                histogram(),
                number());
    }

    private SeriesKey seriesKey(Supplier<String> word) {
        OpClass opClass = OpClass.values()[random.nextInt(OpClass.values().length)];
        return new SeriesKey(word.get(), word.get(), word.get(), opClass, word.get(), random.nextBoolean());
    }

    private SparseHistogram histogram() {
        TreeSet<Integer> buckets = new TreeSet<>();
        for (int i = random.nextInt(200); i > 0; i--) {
            buckets.add(random.nextInt(LatencyBuckets.COUNT));
        }
        int[] indices = buckets.stream().mapToInt(Integer::intValue).toArray();
        long[] counts = buckets.stream().mapToLong(i -> 1 + number() / 2).toArray();
        return SparseHistogram.of(indices, counts);
    }

    private Source source() {
        return new Source(uuid(), text(), text(), text(), number(), text());
    }

    private UUID uuid() {
        return new UUID(random.nextLong(), random.nextLong());
    }

    /** Not negative, of any magnitude, 0 often. */
    private long number() {
        return random.nextLong() >>> 1 + random.nextInt(63) & Long.MAX_VALUE;
    }

    private int number31() {
        return random.nextInt() >>> 1 + random.nextInt(31);
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(12); i > 0; i--) {
            int kind = random.nextInt(10);
            int codePoint = kind < 8
                    ? 'a' + random.nextInt(26)
                    : kind == 8 ? 0x80 + random.nextInt(0x700) : 0x1F600 + random.nextInt(64);
            text.appendCodePoint(codePoint);
        }
        return random.nextInt(50) == 0 ? text + "\uFFFD" : text.toString();
    }

    private byte[] someBytes() {
        byte[] bytes = new byte[random.nextInt(40)];
        random.nextBytes(bytes);
        return bytes;
    }

    private <T> List<T> list(int most, Supplier<T> element) {
        List<T> list = new ArrayList<>();
        for (int i = random.nextInt(most + 1); i > 0; i--) {
            list.add(element.get());
        }
        return list;
    }

    private <V> Map<String, V> map(Supplier<V> value) {
        if (random.nextBoolean()) {
            return Collections.emptyMap();
        }
        Map<String, V> map = new LinkedHashMap<>();
        for (int i = random.nextInt(5); i > 0; i--) {
            map.put(text(), value.get());
        }
        return map;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
