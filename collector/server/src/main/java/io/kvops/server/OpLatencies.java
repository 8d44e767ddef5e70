package io.kvops.server;

import io.kvops.histogram.LatencyBuckets;
import io.kvops.histogram.SparseHistogram;
import io.kvops.wire.Frame;
import io.kvops.wire.SeriesDelta;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Latencies and bytes by store and op since the collector's start, for its metrics: sums over frames, which come once each,
 * so they only grow. At most {@link CollectorMetrics#MAX_STORE_OPS} pairs; the rest is one, named {@code other}. What client
 * libraries send by themselves is left out, and so is what is timed in the collector's own process. Any thread may call.
 */
final class OpLatencies {
    /** Upper bounds of the buckets that Prometheus sees, in seconds. */
    private static final double[] BOUNDS = {
        50e-6,
        100e-6,
        250e-6,
        500e-6,
        1e-3,
        2.5e-3,
        5e-3,
        10e-3,
        25e-3,
        50e-3,
        100e-3,
        250e-3,
        500e-3,
        1,
        2.5,
        10,
        Double.POSITIVE_INFINITY
    };

    /** From the index of a bucket of a frame's histogram to the one of {@link #BOUNDS} that holds all its values. */
    private static final byte[] BOUND_OF = boundOf();

    /** Up to here all whole numbers are doubles, and all buckets together are a long. */
    private static final long MOST = 1L << 53;

    private static final Pair OTHER = new Pair("other", "other");

    private final Map<Pair, Sum> sums = new HashMap<>();

    private record Pair(String store, String op) {}

    private static final class Sum {
        final long[] buckets = new long[BOUNDS.length];
        long nanos;
        long bytesIn;
        long bytesOut;
    }

    private static byte[] boundOf() {
        byte[] bounds = new byte[LatencyBuckets.COUNT];
        byte bound = 0;
        for (int i = 0; i < bounds.length; i++) {
            while (LatencyBuckets.highest(i) / 1e9 > BOUNDS[bound] * (1 + 1e-9)) {
                bound++;
            }
            bounds[i] = bound;
        }
        return bounds;
    }

    /** Adds a frame; each is to be given once. */
    synchronized void accept(Frame frame) {
        for (SeriesDelta series : frame.series()) {
            if (!series.key().internal()) {
                Sum sum = sum(new Pair(series.key().store(), series.key().op()));
                sum.nanos = plus(sum.nanos, series.sumNanos());
                sum.bytesIn = plus(sum.bytesIn, series.bytesIn());
                sum.bytesOut = plus(sum.bytesOut, series.bytesOut());
                SparseHistogram latency = series.latency();
                for (int i = 0; i < latency.size(); i++) {
                    int bound = BOUND_OF[latency.index(i)];
                    sum.buckets[bound] = plus(sum.buckets[bound], latency.count(i));
                }
            }
        }
    }

    /** A sum that stops at {@link #MOST}: an agent that lies must not make it negative, which ends all metrics. */
    private static long plus(long a, long b) {
        return Math.min(MOST, a + Math.min(MOST, b));
    }

    private Sum sum(Pair pair) {
        Sum known = sums.get(pair);
        if (known != null) {
            return known;
        }
        Pair kept = sums.size() >= CollectorMetrics.MAX_STORE_OPS ? OTHER : pair;
        return sums.computeIfAbsent(kept, p -> new Sum());
    }

    synchronized List<MetricSnapshot> metrics() {
        HistogramSnapshot.Builder latency = HistogramSnapshot.builder()
                .name("kvops_op_latency_seconds")
                .help("Latency of operations from the caller's call to completion");
        CounterSnapshot.Builder in =
                CounterSnapshot.builder().name("kvops_op_received_bytes").help("Bytes of values received");
        CounterSnapshot.Builder out =
                CounterSnapshot.builder().name("kvops_op_sent_bytes").help("Bytes of values sent");
        sums.forEach((pair, sum) -> {
            Labels labels = Labels.of("store", pair.store(), "op", pair.op());
            latency.dataPoint(HistogramDataPointSnapshot.builder()
                    .labels(labels)
                    .classicHistogramBuckets(ClassicHistogramBuckets.of(BOUNDS, sum.buckets.clone()))
                    .sum(sum.nanos / 1e9)
                    .build());
            in.dataPoint(point(labels, sum.bytesIn));
            out.dataPoint(point(labels, sum.bytesOut));
        });
        List<MetricSnapshot> made = new ArrayList<>();
        made.add(latency.build());
        made.add(in.build());
        made.add(out.build());
        return made;
    }

    private static CounterDataPointSnapshot point(Labels labels, long value) {
        return CounterDataPointSnapshot.builder()
                .labels(labels)
                .value((double) value)
                .build();
    }
}
