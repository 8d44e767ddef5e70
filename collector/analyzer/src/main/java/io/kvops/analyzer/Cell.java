package io.kvops.analyzer;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All that frames said whose end lies in one span of time. Guarded by the analyzer's lock. */
final class Cell {
    /** Reasons of dropping told apart; the others count as {@link SeriesRegistry#OTHER}. */
    static final int MAX_DROP_REASONS = 100;

    final long startMillis;
    final long widthMillis;
    final HotKeyTable hotKeys;
    private final SeriesRegistry registry;
    private final Map<SeriesId, SeriesCount> series = new HashMap<>();
    private final Map<String, Long> agentDropped = new HashMap<>();
    private long coveredFromMillis = Long.MAX_VALUE;
    private long coveredToMillis = Long.MIN_VALUE;
    private long seriesBytes;
    private long ops;
    private long transactions;
    private long errors;
    private long misses;
    private @Nullable Latency latency;

    Cell(long startMillis, long widthMillis, SeriesRegistry registry, int hotKeyCapacity) {
        this.startMillis = startMillis;
        this.widthMillis = widthMillis;
        this.registry = registry;
        this.hotKeys = new HotKeyTable(hotKeyCapacity);
    }

    /** The latencies of a cell over all series of the application. */
    record Latency(long p50Nanos, long p90Nanos, long p99Nanos, long maxNanos) {}

    long endMillis() {
        return startMillis + widthMillis;
    }

    void add(SeriesCount c) {
        SeriesCount known = series.get(c.id);
        SeriesCount sum = known == null ? c : known.plus(c);
        if (known == null) {
            registry.retain(c.id);
        } else {
            seriesBytes -= known.approximateBytes();
        }
        series.put(c.id, sum);
        seriesBytes += sum.approximateBytes();
        if (!c.id.key.internal()) {
            ops += c.count;
            transactions += c.transactional() ? c.count : 0;
            errors += c.failures();
            misses += c.misses;
            latency = null;
        }
    }

    void drop(String reason, long n) {
        if (n > 0) {
            boolean room = agentDropped.size() < MAX_DROP_REASONS || agentDropped.containsKey(reason);
            agentDropped.merge(room ? reason : SeriesRegistry.OTHER, n, Long::sum);
        }
    }

    void cover(long fromMillis, long toMillis) {
        coveredFromMillis = Math.min(coveredFromMillis, fromMillis);
        coveredToMillis = Math.max(coveredToMillis, toMillis);
    }

    /** Takes over all of another cell, which is not to be used again. */
    void absorb(Cell other) {
        for (SeriesCount c : other.series.values()) {
            add(c);
        }
        hotKeys.addAll(other.hotKeys);
        other.agentDropped.forEach(this::drop);
        cover(other.coveredFromMillis, other.coveredToMillis);
        other.release();
    }

    /** Lets go of the ids that it holds; the cell is not to be used again. */
    void release() {
        for (SeriesId id : series.keySet()) {
            registry.release(id);
        }
    }

    long approximateBytes() {
        return 600 + seriesBytes + hotKeys.approximateBytes();
    }

    Collection<SeriesCount> series() {
        return series.values();
    }

    Map<String, Long> agentDropped() {
        return agentDropped;
    }

    long coveredFromMillis() {
        return coveredFromMillis;
    }

    long coveredToMillis() {
        return coveredToMillis;
    }

    /** Operations that application code called. */
    long ops() {
        return ops;
    }

    long transactions() {
        return transactions;
    }

    long errors() {
        return errors;
    }

    long misses() {
        return misses;
    }

    /** Computed again only after a change. */
    Latency latency() {
        Latency known = latency;
        if (known == null) {
            Sum all = new Sum();
            for (SeriesCount c : series.values()) {
                if (!c.id.key.internal()) {
                    all.addLatency(c);
                }
            }
            known = new Latency(all.percentile(50), all.percentile(90), all.percentile(99), all.maxNanos);
            latency = known;
        }
        return known;
    }
}
