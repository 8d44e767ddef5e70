package io.kvops.wire;

import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What one agent counted during one interval. A frame that was sent once is never changed. */
public final class Frame implements Message {
    private final Source source;
    private final long sequence;
    private final long startMillis;
    private final long endMillis;
    private final List<SeriesDelta> series;
    private final List<HotKeyDelta> hotKeys;
    private final List<SlowOp> slowOps;
    private final Map<String, Double> gauges;
    private final Map<String, Long> dropped;

    /**
     * @param source who counted
     * @param sequence 1 for the first frame of an agent, then one more each
     * @param startMillis begin of the interval, epoch milliseconds, clock of the agent
     * @param endMillis end of the interval, at least startMillis
     * @param series the series that were active
     * @param hotKeys increments of the sketch
     * @param slowOps slow operations, slowest first
     * @param gauges by name with its unit last, as jvm.heap.used.bytes
     * @param dropped what was not kept since the last frame, by reason
     */
    public Frame(
            Source source,
            long sequence,
            long startMillis,
            long endMillis,
            List<SeriesDelta> series,
            List<HotKeyDelta> hotKeys,
            List<SlowOp> slowOps,
            Map<String, Double> gauges,
            Map<String, Long> dropped) {
        this.source = Objects.requireNonNull(source, "source");
        this.sequence = sequence;
        this.startMillis = startMillis;
        this.endMillis = endMillis;
        this.series = Objects.requireNonNull(series, "series");
        this.hotKeys = Objects.requireNonNull(hotKeys, "hotKeys");
        this.slowOps = Objects.requireNonNull(slowOps, "slowOps");
        this.gauges = Objects.requireNonNull(gauges, "gauges");
        this.dropped = Objects.requireNonNull(dropped, "dropped");
    }

    public Source source() {
        return source;
    }

    public long sequence() {
        return sequence;
    }

    public long startMillis() {
        return startMillis;
    }

    public long endMillis() {
        return endMillis;
    }

    public List<SeriesDelta> series() {
        return series;
    }

    public List<HotKeyDelta> hotKeys() {
        return hotKeys;
    }

    public List<SlowOp> slowOps() {
        return slowOps;
    }

    public Map<String, Double> gauges() {
        return gauges;
    }

    public Map<String, Long> dropped() {
        return dropped;
    }
}
