package io.kvops.analyzer;

import io.kvops.wire.SlowOp;
import io.kvops.wire.Source;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.PriorityQueue;
import java.util.TreeMap;

/**
 * The slow operations of the last day: the slowest of each hour, as many as one report shows, so that a bad night does not
 * push out what is slow now; and the newest few. Guarded by the analyzer's lock.
 */
final class SlowOpLog {
    private static final long HOUR_MILLIS = 3_600_000;
    private static final int HOURS = 24;
    private static final int LATEST = 50;

    private static final Comparator<Report.SlowOp> BY_LATENCY =
            Comparator.comparingLong(Report.SlowOp::latencyNanos).thenComparing(Report.SlowOp::at);

    private final int maxPerHour;
    private final NavigableMap<Long, PriorityQueue<Report.SlowOp>> hours = new TreeMap<>();
    private final Deque<Report.SlowOp> latest = new ArrayDeque<>();
    private long dropped;

    SlowOpLog(int maxPerHour) {
        this.maxPerHour = maxPerHour;
    }

    /** Keeps one, if it is slow enough and its time has not expired. */
    void add(Source source, SlowOp op, long atMillis, long nowMillis) {
        long hour = Math.floorDiv(atMillis, HOUR_MILLIS);
        expire(nowMillis);
        if (hour <= Math.floorDiv(nowMillis, HOUR_MILLIS) - HOURS) {
            dropped++;
            return;
        }
        Report.SlowOp kept = keep(source, op, atMillis);
        remember(kept);
        PriorityQueue<Report.SlowOp> slowest = hours.computeIfAbsent(hour, h -> new PriorityQueue<>(BY_LATENCY));
        slowest.add(kept);
        if (slowest.size() > maxPerHour) {
            slowest.poll();
            dropped++;
        }
    }

    private void remember(Report.SlowOp op) {
        Report.SlowOp newest = latest.peekFirst();
        if (newest == null || !op.at().isBefore(newest.at())) {
            latest.addFirst(op);
        } else {
            List<Report.SlowOp> sorted = new ArrayList<>(latest);
            sorted.add(op);
            sorted.sort(Comparator.comparing(Report.SlowOp::at).reversed());
            latest.clear();
            latest.addAll(sorted);
        }
        if (latest.size() > LATEST) {
            latest.pollLast();
        }
    }

    /** The slowest that ended in [fromMillis, toMillis), slowest first. */
    List<Report.SlowOp> slowest(long fromMillis, long toMillis, int limit) {
        List<Report.SlowOp> found = new ArrayList<>();
        hours.forEach((hour, ops) -> {
            if ((hour + 1) * HOUR_MILLIS > fromMillis && hour * HOUR_MILLIS < toMillis) {
                for (Report.SlowOp op : ops) {
                    long at = op.at().toEpochMilli();
                    if (at >= fromMillis && at < toMillis) {
                        found.add(op);
                    }
                }
            }
        });
        found.sort(BY_LATENCY.reversed());
        return List.copyOf(found.subList(0, Math.min(limit, found.size())));
    }

    /** The newest, newest first. */
    List<Report.SlowOp> latest() {
        return List.copyOf(latest);
    }

    /** How many were not kept, or no longer are. */
    long dropped() {
        return dropped;
    }

    private void expire(long nowMillis) {
        long oldest = Math.floorDiv(nowMillis, HOUR_MILLIS) - HOURS;
        while (!hours.isEmpty() && hours.firstKey() <= oldest) {
            dropped += hours.pollFirstEntry().getValue().size();
        }
    }

    private static Report.SlowOp keep(Source source, SlowOp op, long atMillis) {
        byte[] key = op.key();
        return new Report.SlowOp(
                Instant.ofEpochMilli(atMillis),
                source.service(),
                op.series().store(),
                op.series().op(),
                key == null ? null : KeyText.of(key, op.hashed()),
                op.latencyNanos(),
                List.copyOf(op.stack()),
                source.instance(),
                op.series().endpoint(),
                Report.lower(op.series().opClass()),
                op.series().pattern(),
                op.hashed(),
                op.outcome().name().toLowerCase(Locale.ROOT));
    }
}
