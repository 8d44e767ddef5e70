package io.kvops.analyzer;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import java.util.TreeMap;

/** The newest slow operations, and the most severe of the last five minutes. Guarded by the analyzer's lock. */
final class LiveSlowOps {
    private static final int LATEST = 50;
    private static final int PER_MINUTE = 20;
    private static final int MINUTES = 6;
    private static final long MINUTE_MILLIS = 60_000;

    private final Deque<Report.SlowOp> latest = new ArrayDeque<>();
    private final TreeMap<Long, PriorityQueue<Report.SlowOp>> minutes = new TreeMap<>();

    void add(Report.SlowOp op) {
        long minute = Math.floorDiv(op.at().toEpochMilli(), MINUTE_MILLIS);
        if (minutes.size() < MINUTES || minute >= minutes.firstKey()) {
            PriorityQueue<Report.SlowOp> most =
                    minutes.computeIfAbsent(minute, m -> new PriorityQueue<>(SlowOpRows.MOST_SEVERE.reversed()));
            most.add(op);
            if (most.size() > PER_MINUTE) {
                most.poll();
            }
            if (minutes.size() > MINUTES) {
                minutes.pollFirstEntry();
            }
        }
        remember(op);
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

    /** Newest first. */
    List<Report.SlowOp> latest() {
        return List.copyOf(latest);
    }

    /** Most severe first. */
    List<Report.SlowOp> mostSevere(long sinceMillis) {
        return minutes.values().stream()
                .flatMap(PriorityQueue::stream)
                .filter(op -> op.at().toEpochMilli() >= sinceMillis)
                .sorted(SlowOpRows.MOST_SEVERE)
                .limit(PER_MINUTE)
                .toList();
    }
}
