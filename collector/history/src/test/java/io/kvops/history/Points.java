package io.kvops.history;

import io.kvops.histogram.LatencyHistogram;
import io.kvops.op.OpClass;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Things to write. */
final class Points {
    private Points() {}

    static SeriesId series(String service, String op, String pattern) {
        return new SeriesId(service, "i1", "redis", "127.0.0.1:6379/0", op, OpClass.READ, pattern, false);
    }

    /** An op of each latency. */
    static OpsPoint ops(long at, SeriesId series, long... latencies) {
        return ops(at, series, Map.of(), latencies);
    }

    static OpsPoint ops(long at, SeriesId series, Map<String, Long> errors, long... latencies) {
        LatencyHistogram histogram = new LatencyHistogram();
        long sum = 0;
        for (long nanos : latencies) {
            histogram.record(nanos);
            sum += nanos;
        }
        int n = latencies.length;
        return new OpsPoint(
                at, series, n, 1, errors, 2, 3, 4L * n, 5L * n, 6L * n, sum, histogram.max(), 7, histogram.toSparse());
    }

    static HotKeyPoint hotKey(long at, String key, long count, long error, String... services) {
        return new HotKeyPoint(
                at,
                "redis",
                "127.0.0.1:6379/0",
                key.getBytes(StandardCharsets.UTF_8),
                false,
                count,
                error,
                count,
                0,
                8 * count,
                List.of(services));
    }

    static SlowOpPoint slowOp(long at, SeriesId series, double severity) {
        return new SlowOpPoint(
                at, series, severity, new byte[] {1, 2}, true, 5_000_000, "ok", List.of("a.B.c(B.java:1)", "d.E.f"));
    }

    /** A batch, filled step by step. */
    static final class Builder {
        private final List<OpsPoint> ops = new ArrayList<>();
        private final List<HotKeyPoint> hotKeys = new ArrayList<>();
        private final Map<Long, Long> floors = new HashMap<>();
        private final List<SlowOpPoint> slowOps = new ArrayList<>();
        private final List<GaugePoint> gauges = new ArrayList<>();
        private final Map<Long, Map<String, Long>> dropped = new HashMap<>();
        private final Map<Long, Batch.Coverage> coverage = new HashMap<>();

        Builder add(OpsPoint... points) {
            ops.addAll(List.of(points));
            return this;
        }

        Builder add(HotKeyPoint... points) {
            hotKeys.addAll(List.of(points));
            return this;
        }

        Builder add(SlowOpPoint... points) {
            slowOps.addAll(List.of(points));
            return this;
        }

        Builder add(GaugePoint... points) {
            gauges.addAll(List.of(points));
            return this;
        }

        Builder floor(long at, long floor) {
            floors.put(at, floor);
            return this;
        }

        Builder dropped(long at, String reason, long n) {
            dropped.computeIfAbsent(at, a -> new HashMap<>()).put(reason, n);
            return this;
        }

        Builder coverage(long at, long from, long to, long frames) {
            coverage.put(at, new Batch.Coverage(from, to, frames));
            return this;
        }

        Batch at(long position) {
            return new Batch(position, ops, hotKeys, floors, slowOps, gauges, dropped, coverage);
        }
    }
}
