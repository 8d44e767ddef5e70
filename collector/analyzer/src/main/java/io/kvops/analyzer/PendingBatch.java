package io.kvops.analyzer;

import io.kvops.history.Batch;
import io.kvops.history.GaugePoint;
import io.kvops.history.HotKeyPoint;
import io.kvops.history.OpsPoint;
import io.kvops.history.SlowOpPoint;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Frames that are not in the history yet, added up. Bounded by what it takes of the heap; guarded by the analyzer's lock
 * until it is sealed, and not changed after that.
 */
final class PendingBatch {
    private static final int MAX_GAUGES = 500_000;
    private static final long GAUGE_BYTES = 60;
    private static final long HOT_KEY_BYTES = 250;
    private static final long HOUR_MILLIS = 3_600_000;

    /** A bucket is over when one series in so many has frames in the next. */
    private static final int NEXT_BUCKET_SHARE = 20;

    private static final Comparator<SlowOpPoint> BY_SEVERITY =
            Comparator.comparingDouble(SlowOpPoint::severity).thenComparingLong(SlowOpPoint::atMillis);

    private final TreeMap<Long, Bucket> buckets = new TreeMap<>();

    /** By the hour in which they ended: a bad one must not hide another, when hours are read again from the journal. */
    private final Map<Long, PriorityQueue<SlowOpPoint>> slowOps = new HashMap<>();

    private final List<GaugePoint> gauges = new ArrayList<>();
    private final OpsSumPool pool;
    private @Nullable Bucket newest;
    private @Nullable Bucket beforeNewest;
    private long position;
    private boolean positioned;
    private long newestMillis;
    private long frames;
    private long bytes;

    /** Belongs to the thread that writes it. */
    private @Nullable Batch batch;

    /**
     * @param position of the batch before
     * @param pool what sums are taken from
     */
    PendingBatch(long position, OpsSumPool pool) {
        this.pool = pool;
        this.position = position;
    }

    Bucket bucket(long startMillis, int hotKeyCapacity) {
        Bucket known = buckets.get(startMillis);
        if (known == null) {
            known = new Bucket(startMillis, hotKeyCapacity, pool);
            buckets.put(startMillis, known);
            bytes += 1_000;
            newest = buckets.lastEntry().getValue();
            Map.Entry<Long, Bucket> before = buckets.lowerEntry(newest.startMillis);
            beforeNewest = before == null ? null : before.getValue();
        }
        return known;
    }

    /**
     * Whether series come in numbers to the newest bucket, so that few frames of the one before are still on their way. One
     * agent whose clock is ahead does not make it so.
     */
    boolean isBucketOver() {
        Bucket last = newest;
        Bucket before = beforeNewest;
        return last != null
                && before != null
                && (long) last.sums().size() * NEXT_BUCKET_SHARE > before.sums().size();
    }

    /** Takes note of when a frame ended. */
    void saw(long endMillis) {
        newestMillis = Math.max(newestMillis, endMillis);
    }

    /** When the newest frame ended; 0 if none did yet. */
    long newestMillis() {
        return newestMillis;
    }

    /** Accounts for a frame. */
    void took(long moreBytes) {
        frames++;
        bytes += moreBytes;
    }

    void took(long moreBytes, int moreHotKeys) {
        took(moreBytes + HOT_KEY_BYTES * moreHotKeys);
    }

    /** Its last frame has this position of the journal. */
    void reaches(long newPosition) {
        position = newPosition;
        positioned = true;
    }

    /** Returns how many slow operations of its hour were not kept for it: 0 or 1. */
    int add(SlowOpPoint op, int mostPerHour) {
        PriorityQueue<SlowOpPoint> hour = slowOps.computeIfAbsent(
                Math.floorDiv(op.atMillis(), HOUR_MILLIS), h -> new PriorityQueue<>(BY_SEVERITY));
        hour.add(op);
        bytes += 200 + 120L * op.stack().size();
        if (hour.size() <= mostPerHour) {
            return 0;
        }
        SlowOpPoint least = hour.poll();
        bytes -= 200 + 120L * (least == null ? 0 : least.stack().size());
        return 1;
    }

    /** Returns false if there is no room. */
    boolean add(GaugePoint gauge) {
        if (gauges.size() >= MAX_GAUGES) {
            return false;
        }
        bytes += GAUGE_BYTES;
        return gauges.add(gauge);
    }

    /** Nothing is added from now on. */
    void seal() {
        buckets.values().forEach(Bucket::seal);
    }

    /** It is written, and of no use any more. */
    void recycle() {
        batch = null;
        List<OpsSum> used = new ArrayList<>();
        buckets.values().forEach(bucket -> used.addAll(bucket.sums().values()));
        buckets.clear();
        pool.giveBack(used);
    }

    boolean isEmpty() {
        return frames == 0 && !positioned;
    }

    long bytes() {
        return bytes;
    }

    long frames() {
        return frames;
    }

    long position() {
        return position;
    }

    /** Whether a frame of the journal is in it. */
    boolean positioned() {
        return positioned;
    }

    Collection<Bucket> buckets() {
        return buckets.values();
    }

    /** As the history takes it; the same each time. */
    Batch toBatch() {
        Batch known = batch;
        if (known == null) {
            known = make();
            batch = known;
        }
        return known;
    }

    private Batch make() {
        List<OpsPoint> ops = new ArrayList<>();
        List<HotKeyPoint> hotKeys = new ArrayList<>();
        Map<Long, Long> floors = new HashMap<>();
        Map<Long, Map<String, Long>> dropped = new HashMap<>();
        Map<Long, Batch.Coverage> coverage = new HashMap<>();
        for (Bucket b : buckets.values()) {
            b.sums().forEach((series, sum) -> ops.add(sum.toPoint(b.startMillis, series)));
            b.hotKeys.counts().forEach(c -> hotKeys.add(c.toPoint(b.startMillis)));
            if (b.hotKeys.floor() > 0) {
                floors.put(b.startMillis, b.hotKeys.floor());
            }
            if (!b.dropped().isEmpty()) {
                dropped.put(b.startMillis, Map.copyOf(b.dropped()));
            }
            coverage.put(b.startMillis, b.coverage());
        }
        List<SlowOpPoint> slow =
                slowOps.values().stream().flatMap(PriorityQueue::stream).toList();
        return new Batch(position, ops, hotKeys, floors, slow, List.copyOf(gauges), dropped, coverage);
    }
}
