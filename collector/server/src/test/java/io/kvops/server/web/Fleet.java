package io.kvops.server.web;

import io.kvops.histogram.LatencyBuckets;
import io.kvops.histogram.SparseHistogram;
import io.kvops.history.GaugePoint;
import io.kvops.history.HistoryException;
import io.kvops.ingest.ConnectedAgent;
import io.kvops.op.OpClass;
import io.kvops.op.Outcome;
import io.kvops.server.http.StoreState;
import io.kvops.server.testing.TestView;
import io.kvops.wire.Frame;
import io.kvops.wire.HotKeyDelta;
import io.kvops.wire.SeriesDelta;
import io.kvops.wire.SeriesKey;
import io.kvops.wire.SlowOp;
import io.kvops.wire.Source;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * A small fleet of the last hour: a shop whose reads became slower half an hour ago, a service with a hostile name and hostile
 * keys, a store that is up and one that is down.
 */
final class Fleet extends TestView {
    static final String HOSTILE =
            "<script>document.title='taken'</script>\"'><img src=x onerror=document.title='taken'>";
    static final String HOSTILE_KEY = "\u202e" + HOSTILE + "k".repeat(10_000);
    static final String DOWN = "redis://127.0.0.1:6390";
    static final String UP = "redis://127.0.0.1:6379";
    static final int STEPS = 6;

    final Instant to;
    final Instant from;
    private final Source shop = source(1, "shop");
    private final Source hostile = source(2, HOSTILE);

    /** @param now a moment; what happened ends before it */
    Fleet(Instant now) throws HistoryException {
        to = Instant.ofEpochSecond(now.getEpochSecond() / 60 * 60);
        from = to.minus(Duration.ofHours(1));
        for (int step = 0; step < STEPS; step++) {
            long at = from.plus(Duration.ofMinutes(5 + step * 10L)).toEpochMilli();
            boolean after = step >= STEPS / 2;
            analyzer.accept(shopFrame(step + 1, at, after ? 4_000_000 : 400_000));
            analyzer.accept(hostileFrame(step + 1, at));
        }
        List<GaugePoint> gauges = new ArrayList<>();
        for (Instant at = from.plusSeconds(5); at.isBefore(to); at = at.plusSeconds(60)) {
            gauges.add(new GaugePoint(at.toEpochMilli(), "redis", UP, "memory.used.bytes", 3 << 20));
            double minutes = Duration.between(from, at).toSeconds() / 60.0;
            gauges.add(new GaugePoint(at.toEpochMilli(), "redis", UP, "connections.open.count", 10 + minutes));
            gauges.add(new GaugePoint(at.toEpochMilli(), "redis", UP, "connections.limit.count", 100));
            gauges.add(new GaugePoint(at.toEpochMilli(), "own", HOSTILE, HOSTILE + ".used.count", minutes));
            gauges.add(new GaugePoint(at.toEpochMilli(), "own", HOSTILE, HOSTILE + ".limit.count", 1_000));
        }
        history.addGauges(gauges);
    }

    private static Source source(int n, String service) {
        return new Source(new UUID(n, n), service, "pid:" + n, "host-" + n, n, "test");
    }

    private Frame shopFrame(int sequence, long at, long latencyNanos) {
        SeriesKey get = new SeriesKey("redis", "127.0.0.1:6379/0", "GET", OpClass.READ, "user:{n}", false);
        SeriesKey put = new SeriesKey("rocksdb", "/data", "PUT", OpClass.WRITE, "order:{n}", false);
        HotKeyDelta key = new HotKeyDelta("redis", "127.0.0.1:6379/0", bytes("user:1"), false, 500, 0, 500, 0, 1_000);
        SlowOp slow = new SlowOp(
                at,
                get,
                bytes("user:1"),
                false,
                latencyNanos * 10,
                Outcome.OK,
                List.of(
                        "shop.Cart.load(Cart.java:12)",
                        "shop.Checkout.pay(Checkout.java:7)",
                        "shop.Main.main(Main.java:3)"));
        return new Frame(
                shop,
                sequence,
                at - 1_000,
                at,
                List.of(series(get, 2_000, latencyNanos), series(put, 300, 50_000)),
                List.of(key),
                List.of(slow),
                Map.of("jvm.heap.used.bytes", 5e7),
                Map.of());
    }

    private Frame hostileFrame(int sequence, long at) {
        SeriesKey get = new SeriesKey("redis", "127.0.0.1:6379/0", "GET", OpClass.READ, HOSTILE, false);
        HotKeyDelta key = new HotKeyDelta("redis", "127.0.0.1:6379/0", bytes(HOSTILE_KEY), false, 90, 0, 90, 0, 9);
        SlowOp slow = new SlowOp(
                at,
                get,
                bytes(HOSTILE_KEY),
                false,
                900_000_000,
                Outcome.TIMEOUT,
                List.of(HOSTILE + ".run(" + HOSTILE + ")"));
        return new Frame(
                hostile,
                sequence,
                at - 1_000,
                at,
                List.of(series(get, 90, 1_000_000)),
                List.of(key),
                List.of(slow),
                Map.of(),
                Map.of(HOSTILE, 3L));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static SeriesDelta series(SeriesKey key, int count, long latencyNanos) {
        int bucket = LatencyBuckets.indexOf(latencyNanos);
        SparseHistogram latency = SparseHistogram.of(
                new int[] {bucket, LatencyBuckets.indexOf(latencyNanos * 3)},
                new long[] {count - count / 20, count / 20});
        long sum = latencyNanos * (count - count / 20) + latencyNanos * 3 * (count / 20);
        return new SeriesDelta(key, count, 0, Map.of(), 0, 0, 0, 70, 8, sum, latencyNanos * 3, latency, 0);
    }

    @Override
    public List<StoreState> stores() {
        Map<String, Double> values = Map.of(
                "memory.used.bytes", (double) (3 << 20),
                "memory.limit.bytes", (double) (4 << 20),
                "hits.count.total", 90.0,
                "misses.count.total", 10.0,
                "connections.open.count", 7.0);
        return List.of(
                new StoreState("redis", UP, "up", to, from, "", values),
                new StoreState("redis", DOWN, "down", to, from, "connection refused " + HOSTILE, Map.of()));
    }

    @Override
    public List<ConnectedAgent> connectedAgents() {
        return List.of(
                agent(shop, 3, List.of()),
                agent(hostile, 2, List.of("agents.all.slow: 1 (expected a duration) " + HOSTILE)));
    }

    private ConnectedAgent agent(Source source, long version, List<String> problems) {
        return new ConnectedAgent(
                source.agentId(),
                source.service(),
                source.instance(),
                source.host(),
                "127.0.0.1:4711",
                "1.2.3-test",
                List.of(),
                from,
                version,
                problems,
                6,
                6_000,
                problems.isEmpty() ? 0 : 5_000);
    }
}
