package io.kvops.history;

import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What frames said, up to a position of the journal; written as a whole or not at all.
 *
 * @param position of the last frame of the journal in it, or that of the batch before if all of it came from elsewhere
 * @param ops buckets are multiples of {@link History#bucketMillis()} wide or finer; times may be old and in any order
 * @param hotKeys of a bucket: the keys of its summary
 * @param hotKeyFloors by begin of the bucket: the largest count that a key not listed may have; adds up
 * @param dropped by begin of the bucket and reason: what was not kept; adds up
 * @param coverage by begin of the bucket: the time its frames cover
 */
public record Batch(
        long position,
        List<OpsPoint> ops,
        List<HotKeyPoint> hotKeys,
        Map<Long, Long> hotKeyFloors,
        List<SlowOpPoint> slowOps,
        List<GaugePoint> gauges,
        Map<Long, Map<String, Long>> dropped,
        Map<Long, Coverage> coverage) {

    /** The time that frames cover, epoch milliseconds; combines by least and greatest. */
    public record Coverage(long fromMillis, long toMillis, long frames) {}

    public Batch {
        Objects.requireNonNull(ops, "ops");
        Objects.requireNonNull(hotKeys, "hotKeys");
        Objects.requireNonNull(hotKeyFloors, "hotKeyFloors");
        Objects.requireNonNull(slowOps, "slowOps");
        Objects.requireNonNull(gauges, "gauges");
        Objects.requireNonNull(dropped, "dropped");
        Objects.requireNonNull(coverage, "coverage");
    }
}
