package io.kvops.analyzer;

import io.kvops.histogram.LatencyHistogram;
import io.kvops.histogram.SparseHistogram;
import io.kvops.op.OpClass;
import io.kvops.op.Outcome;
import io.kvops.wire.Frame;
import io.kvops.wire.HotKeyDelta;
import io.kvops.wire.SeriesDelta;
import io.kvops.wire.SeriesKey;
import io.kvops.wire.SlowOp;
import io.kvops.wire.Source;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Builds frames as an agent would. */
final class Frames {
    private Frames() {}

    static Source source(String service, int instance) {
        return new Source(
                new UUID(service.hashCode(), instance), service, "host:" + instance, "host", instance, "test 17");
    }

    static SeriesKey get(String pattern) {
        return key("redis", "GET", OpClass.READ, pattern);
    }

    static SeriesKey set(String pattern) {
        return key("redis", "SET", OpClass.WRITE, pattern);
    }

    static SeriesKey key(String store, String op, OpClass opClass, String pattern) {
        return new SeriesKey(store, "localhost:6379/0", op, opClass, pattern, false);
    }

    /** As many operations as there are latencies. */
    static SeriesDelta delta(SeriesKey key, long... latenciesNanos) {
        return delta(key, 0, Map.of(), 0, latenciesNanos);
    }

    static SeriesDelta delta(
            SeriesKey key, long misses, Map<String, Long> errors, long bytesIn, long... latenciesNanos) {
        LatencyHistogram histogram = new LatencyHistogram();
        long sum = 0;
        for (long nanos : latenciesNanos) {
            histogram.record(nanos);
            sum += nanos;
        }
        return new SeriesDelta(
                key,
                latenciesNanos.length,
                misses,
                errors,
                0,
                0,
                0,
                bytesIn,
                0,
                sum,
                histogram.max(),
                histogram.toSparse(),
                0);
    }

    /** Many operations of one latency. */
    static SeriesDelta many(SeriesKey key, long count, long nanos) {
        LatencyHistogram histogram = new LatencyHistogram();
        histogram.record(nanos, count);
        return new SeriesDelta(key, count, 0, Map.of(), 0, 0, 0, 0, 0, count * nanos, nanos, histogram.toSparse(), 0);
    }

    static SeriesDelta untimed(SeriesKey key, long count) {
        return new SeriesDelta(key, count, 0, Map.of(), 0, 0, 0, 0, 0, 0, 0, SparseHistogram.EMPTY, 0);
    }

    static HotKeyDelta hot(String key, long count, long error) {
        return new HotKeyDelta(
                "redis",
                "localhost:6379/0",
                key.getBytes(StandardCharsets.UTF_8),
                false,
                count,
                error,
                count,
                0,
                count * 10);
    }

    static SlowOp slow(long atMillis, long latencyNanos) {
        return new SlowOp(
                atMillis,
                get("user:{n}"),
                "user:1".getBytes(StandardCharsets.UTF_8),
                false,
                latencyNanos,
                Outcome.OK,
                List.of());
    }

    static Frame frame(Source source, long endMillis, SeriesDelta... series) {
        return new Builder(source, endMillis).series(series).build();
    }

    static Builder at(Source source, long endMillis) {
        return new Builder(source, endMillis);
    }

    static final class Builder {
        private final Source source;
        private final long endMillis;
        private long startMillis;
        private final List<SeriesDelta> series = new ArrayList<>();
        private final List<HotKeyDelta> hotKeys = new ArrayList<>();
        private final List<SlowOp> slowOps = new ArrayList<>();
        private final Map<String, Long> dropped = new HashMap<>();

        private Builder(Source source, long endMillis) {
            this.source = source;
            this.endMillis = endMillis;
            this.startMillis = endMillis - 1_000;
        }

        Builder from(long millis) {
            startMillis = millis;
            return this;
        }

        Builder series(SeriesDelta... deltas) {
            series.addAll(List.of(deltas));
            return this;
        }

        Builder hot(HotKeyDelta... deltas) {
            hotKeys.addAll(List.of(deltas));
            return this;
        }

        Builder slow(SlowOp... ops) {
            slowOps.addAll(List.of(ops));
            return this;
        }

        Builder dropped(String reason, long n) {
            dropped.put(reason, n);
            return this;
        }

        Frame build() {
            return new Frame(
                    source,
                    1,
                    startMillis,
                    endMillis,
                    series,
                    hotKeys,
                    slowOps,
                    Map.of("jvm.heap.used.bytes", 1.0),
                    dropped);
        }
    }
}
