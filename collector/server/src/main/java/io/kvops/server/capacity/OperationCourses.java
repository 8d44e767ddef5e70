package io.kvops.server.capacity;

import io.kvops.history.Batch;
import io.kvops.history.Dimension;
import io.kvops.history.History;
import io.kvops.history.HistoryException;
import io.kvops.history.OpsAnswer;
import io.kvops.history.OpsPoint;
import io.kvops.history.OpsQuery;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Asks the history for the course of operations: of a place, in whole steps, as far back as there are some. One thread. */
final class OperationCourses {
    /** Steps with operations below which nothing is said. */
    static final int LEAST = 12;

    private static final int ENOUGH = 48;
    private static final int PLACES_MOST = 1_000;
    private static final int CLASSES_MOST = 16;
    private static final Duration SINCE = Duration.ofDays(7);

    /** Frames are in the history by then, whatever the pace of their agents. */
    private static final Duration SETTLED = Duration.ofSeconds(10);

    /** Rows of the history that hours may cost; where there are more, days are looked at. */
    private static final long ROWS_MOST = 500_000;

    private static final long HOUR = Duration.ofHours(1).toMillis();
    private static final long DAY = Duration.ofDays(1).toMillis();

    /** How far back and in which steps: the first in which there is enough is taken, else the one with most. */
    static final List<Span> SPANS = List.of(
            new Span(Duration.ofDays(90), Duration.ofHours(1), ENOUGH),
            new Span(Duration.ofDays(1), Duration.ofMinutes(1), ENOUGH),
            new Span(Duration.ofHours(2), Duration.ofSeconds(10), LEAST));

    /**
     * How far back to look.
     *
     * @param enough steps
     */
    record Span(Duration back, Duration step, int enough) {}

    /** Where a store is, as agents say it: a Redis has one for each of its databases. */
    record Place(String kind, String endpoint) {
        private Map<Dimension, String> where() {
            return Map.of(Dimension.STORE, kind, Dimension.ENDPOINT, endpoint, Dimension.INTERNAL, "false");
        }
    }

    /**
     * Places.
     *
     * @param places most used first
     * @param leftOut of them, for they are too many
     */
    record Places(List<Place> places, int leftOut) {}

    /**
     * Whole steps.
     *
     * @param enough of them
     * @param alive begins of those in which there were operations at all: in others nobody may have listened
     */
    record Steps(long fromMillis, long toMillis, long stepMillis, int enough, List<Long> alive) {}

    /**
     * Key patterns.
     *
     * @param most those with the most operations first
     * @param all how many there are
     */
    record Patterns(List<PatternCourse> most, int all) {}

    private final History history;
    private final Instant now;
    private final Map<Span, Steps> known = new HashMap<>();

    OperationCourses(History history, Instant now) {
        this.history = history;
        this.now = now;
    }

    /** Where there were operations in the last week. */
    Places places() throws HistoryException {
        OpsAnswer found = history.ops(new OpsQuery(
                now.minus(SINCE).toEpochMilli(),
                now.toEpochMilli() + 1,
                0,
                Set.of(Dimension.STORE, Dimension.ENDPOINT),
                Map.of(Dimension.INTERNAL, "false"),
                PLACES_MOST,
                OpsQuery.Keep.MOST_USED,
                false));
        return new Places(
                found.points().stream()
                        .map(p -> new Place(p.series().store(), p.series().endpoint()))
                        .toList(),
                Math.max(0, found.groups() - PLACES_MOST));
    }

    /** What a store with these places did, in each step in which it did something. */
    List<StoreStep> store(List<Place> places, Steps steps) throws HistoryException {
        List<OpsPoint> points = new ArrayList<>();
        for (Place place : places) {
            points.addAll(history.ops(new OpsQuery(
                            steps.fromMillis(),
                            steps.toMillis(),
                            steps.stepMillis(),
                            Set.of(Dimension.OP_CLASS),
                            place.where(),
                            CLASSES_MOST))
                    .points());
        }
        return StoreStep.of(points);
    }

    /** Its most used key patterns. */
    Patterns patterns(List<Place> places, Steps steps, int most) throws HistoryException {
        Map<String, PatternCourse> found = new HashMap<>();
        int unseen = 0;
        for (Place place : places) {
            OpsAnswer answer = history.ops(new OpsQuery(
                    steps.fromMillis(),
                    steps.toMillis(),
                    steps.stepMillis(),
                    Set.of(Dimension.PATTERN),
                    place.where(),
                    most + 1,
                    OpsQuery.Keep.MOST_USED,
                    false));
            unseen += Math.max(0, answer.groups() - most - 1);
            for (OpsPoint p : answer.points()) {
                found.computeIfAbsent(p.series().pattern(), PatternCourse::new).add(p);
            }
        }
        // operations without a key
        found.remove("");
        List<PatternCourse> sorted = found.values().stream()
                .sorted(Comparator.comparingLong(PatternCourse::count)
                        .reversed()
                        .thenComparing(PatternCourse::pattern))
                .limit(most)
                .toList();
        return new Patterns(sorted, found.size() + unseen);
    }

    /** The steps of a span that frames cover as a whole, up to one that no frame comes for any more. */
    Steps steps(Span span) throws HistoryException {
        Steps steps = known.get(span);
        if (steps == null) {
            steps = cut(span);
            known.put(span, steps);
        }
        return steps;
    }

    private Steps cut(Span span) throws HistoryException {
        long begin = now.minus(span.back()).toEpochMilli();
        Batch.Coverage covered = history.coverage(begin, now.toEpochMilli() + 1);
        if (covered == null) {
            return new Steps(0, 0, 1, span.enough(), List.of());
        }
        long from = Math.max(begin, covered.fromMillis());
        long to = Math.min(now.minus(SETTLED).toEpochMilli(), covered.toMillis());
        long step = Math.max(span.step().toMillis(), history.bucketMillis());
        int enough = span.enough();
        if (step == HOUR && (to - from) / HOUR * history.stats().series() > ROWS_MOST) {
            step = DAY;
            enough = LEAST;
        }
        long first = Math.floorDiv(from + step - 1, step) * step;
        long last = Math.floorDiv(to, step) * step;
        if (last <= first) {
            return new Steps(first, first, step, enough, List.of());
        }
        OpsQuery all = new OpsQuery(first, last, step, Set.of(), Map.of(), 1, OpsQuery.Keep.MOST_USED, false);
        List<Long> alive = history.ops(all).points().stream()
                .map(OpsPoint::startMillis)
                .filter(at -> at >= first && at < last)
                .toList();
        return new Steps(first, last, step, enough, alive);
    }
}
