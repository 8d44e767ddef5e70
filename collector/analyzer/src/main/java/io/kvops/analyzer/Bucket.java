package io.kvops.analyzer;

import io.kvops.history.Batch;
import io.kvops.history.OpsPoint;
import java.util.HashMap;
import java.util.Map;

/** What the frames of a batch said of one bucket of time. Guarded by the analyzer's lock, until its batch is sealed. */
final class Bucket {
    /** Reasons of dropping told apart; the others count as {@link SeriesRegistry#OTHER}. */
    static final int MAX_DROP_REASONS = 100;

    final long startMillis;
    final HotKeyTable hotKeys;
    private final OpsSumPool pool;

    /** Series are compared by identity. */
    private final Map<TrackedSeries, OpsSum> sums = new HashMap<>();

    private final Map<String, Long> dropped = new HashMap<>();
    private long coveredFromMillis = Long.MAX_VALUE;
    private long coveredToMillis = Long.MIN_VALUE;
    private long frames;

    Bucket(long startMillis, int hotKeyCapacity, OpsSumPool pool) {
        this.pool = pool;
        this.startMillis = startMillis;
        this.hotKeys = new HotKeyTable(hotKeyCapacity);
    }

    OpsSum sum(TrackedSeries series) {
        OpsSum known = series.sum;
        if (known == null || series.bucket != this) {
            known = sums.computeIfAbsent(series, s -> pool.take());
            series.sum = known;
            series.bucket = this;
        }
        return known;
    }

    /** Lets go of the way back, or a series that is no longer active would hold all of this. */
    void seal() {
        for (TrackedSeries series : sums.keySet()) {
            if (series.bucket == this) {
                series.bucket = null;
                series.sum = null;
            }
        }
    }

    void drop(String reason, long n) {
        if (n > 0) {
            boolean room = dropped.size() < MAX_DROP_REASONS || dropped.containsKey(reason);
            dropped.merge(room ? reason : SeriesRegistry.OTHER, n, OpsPoint::plus);
        }
    }

    void cover(long fromMillis, long toMillis) {
        coveredFromMillis = Math.min(coveredFromMillis, fromMillis);
        coveredToMillis = Math.max(coveredToMillis, toMillis);
        frames++;
    }

    Map<TrackedSeries, OpsSum> sums() {
        return sums;
    }

    Map<String, Long> dropped() {
        return dropped;
    }

    Batch.Coverage coverage() {
        return new Batch.Coverage(coveredFromMillis, coveredToMillis, frames);
    }
}
