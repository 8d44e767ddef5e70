package io.kvops.analyzer;

import io.kvops.history.Batch;
import io.kvops.history.Dimension;
import io.kvops.history.History;
import io.kvops.history.HistoryException;
import io.kvops.history.OpsAnswer;
import io.kvops.history.OpsPoint;
import io.kvops.history.OpsQuery;
import io.kvops.history.SlowOpPoint;
import java.time.Clock;
import java.time.Instant;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Asks the history about windows of time. Any thread. */
final class HistoryReader {
    /** Groups that one answer may have. */
    static final int MAX_GROUPS = 50_000;

    private final History history;
    private final Clock clock;

    HistoryReader(History history, Clock clock) {
        this.history = history;
        this.clock = clock;
    }

    /** A question to the history, which fails in its own way. */
    interface Question<T> {
        T ask() throws HistoryException;
    }

    /**
     * A window of time.
     *
     * @param fromMillis inclusive
     * @param toMillis exclusive
     */
    record Range(long fromMillis, long toMillis) {}

    /**
     * The window from one moment to another; one that reaches the present reaches the newest frame, which a clock that was
     * set back since may have put into the future.
     */
    Range range(Instant from, Instant to) {
        if (to.isBefore(from)) {
            throw new IllegalArgumentException("to: " + to + " (expected not before from: " + from + ")");
        }
        long now = clock.millis();
        long fromMillis = Math.min(millis(from), now);
        long toMillis = millis(to);
        if (toMillis >= now) {
            long newest = now;
            Batch.Coverage ahead = coverage(now, Long.MAX_VALUE / 4);
            if (ahead != null) {
                newest = Math.max(now, ahead.toMillis());
            }
            toMillis = newest + 1;
        }
        return new Range(fromMillis, Math.max(fromMillis, toMillis));
    }

    /** What applications did, by some dimensions and the class of the operation, which tells what may be timed together. */
    OpsAnswer ops(Range range, Set<GroupBy> by, Map<GroupBy, String> where, long stepMillis, int limit) {
        Set<Dimension> dimensions = EnumSet.of(Dimension.OP_CLASS);
        by.forEach(g -> {
            Dimension d = g.dimension();
            if (d != null) {
                dimensions.add(d);
            }
        });
        Map<Dimension, String> exact = dimensions(where);
        exact.put(Dimension.INTERNAL, "false");
        return ask(() ->
                history.ops(new OpsQuery(range.fromMillis, range.toMillis, stepMillis, dimensions, exact, limit)));
    }

    /** As {@link #ops}, refusing where not all groups are in the answer. */
    OpsAnswer allOps(Range range, Set<GroupBy> by, Map<GroupBy, String> where, long stepMillis) {
        OpsAnswer answer = ops(range, by, where, stepMillis, MAX_GROUPS);
        if (answer.groups() > MAX_GROUPS) {
            throw new AnalyzerException(
                    AnalyzerException.Kind.LIMIT,
                    "this makes " + answer.groups() + " groups, at most " + MAX_GROUPS
                            + " are possible; group by less, or select a service, store or op");
        }
        return answer;
    }

    /** Every series, the internal ones too; where there are more than the limit, those that matter most. */
    OpsAnswer series(Range range, int limit) {
        return ask(() -> history.ops(new OpsQuery(
                range.fromMillis,
                range.toMillis,
                0,
                EnumSet.allOf(Dimension.class),
                Map.of(),
                limit,
                OpsQuery.Keep.NOTABLE,
                true)));
    }

    /** What applications did by service and instance, without latencies. */
    OpsAnswer instances(Range range) {
        return ask(() -> history.ops(new OpsQuery(
                range.fromMillis,
                range.toMillis,
                0,
                EnumSet.of(Dimension.SERVICE, Dimension.INSTANCE),
                Map.of(Dimension.INTERNAL, "false"),
                MAX_GROUPS,
                OpsQuery.Keep.MOST_USED,
                false)));
    }

    /** The widest bucket of a window: the one of its first frame. */
    long widestMillis(Report.Window window) {
        long first = Math.max(window.from().toEpochMilli(), window.coveredFrom().toEpochMilli());
        OpsAnswer one = ask(() -> history.ops(new OpsQuery(first, first + 1, 0, Set.of(), Map.of(), 1)));
        return Math.max(1_000, one.toMillis() - one.fromMillis());
    }

    History.HotKeys hotKeys(Range range, int limit) {
        return ask(() -> history.hotKeys(range.fromMillis, range.toMillis, limit));
    }

    List<SlowOpPoint> slowOps(Range range, Map<GroupBy, String> where, int limit) {
        return limit == 0
                ? List.of()
                : ask(() -> history.slowOps(range.fromMillis, range.toMillis, dimensions(where), limit));
    }

    Map<String, Long> dropped(Range range) {
        return ask(() -> history.dropped(range.fromMillis, range.toMillis));
    }

    /** What an answer is about. */
    Report.Window window(OpsAnswer answer) {
        Batch.Coverage covered = coverage(answer.fromMillis(), answer.toMillis());
        Instant from = Instant.ofEpochMilli(answer.fromMillis());
        return new Report.Window(
                from,
                Instant.ofEpochMilli(answer.toMillis()),
                covered == null ? from : Instant.ofEpochMilli(covered.fromMillis()),
                covered == null ? from : Instant.ofEpochMilli(covered.toMillis()),
                covered == null ? 0 : Math.max(1, covered.toMillis() - covered.fromMillis()) / 1_000.0);
    }

    /** The window of an answer, to ask for the same once more. */
    static Range range(OpsAnswer answer) {
        return new Range(answer.fromMillis(), answer.toMillis());
    }

    private static Map<Dimension, String> dimensions(Map<GroupBy, String> where) {
        Map<Dimension, String> exact = new EnumMap<>(Dimension.class);
        where.forEach((by, value) -> {
            Dimension d = by.dimension();
            if (d != null) {
                exact.put(d, d == Dimension.OP_CLASS ? value.toUpperCase(Locale.ROOT) : value);
            }
        });
        return exact;
    }

    private Batch.@Nullable Coverage coverage(long fromMillis, long toMillis) {
        try {
            return history.coverage(fromMillis, toMillis);
        } catch (HistoryException e) {
            throw failure(e);
        }
    }

    static <T> T ask(Question<T> question) {
        try {
            return question.ask();
        } catch (HistoryException e) {
            throw failure(e);
        }
    }

    private static AnalyzerException failure(HistoryException e) {
        AnalyzerException.Kind kind =
                e.kind() == HistoryException.Kind.LIMIT ? AnalyzerException.Kind.LIMIT : AnalyzerException.Kind.HISTORY;
        return new AnalyzerException(kind, String.valueOf(e.getMessage()), e);
    }

    /** Never overflows: a moment beyond what is held is moved to the nearer end. */
    private static long millis(Instant instant) {
        if (instant.isBefore(Instant.EPOCH)) {
            return 0;
        }
        return instant.getEpochSecond() > Long.MAX_VALUE / 4_000 ? Long.MAX_VALUE / 4 : instant.toEpochMilli();
    }

    /** Latencies of one point alone, whatever its class. */
    static LatencySum latency(OpsPoint point) {
        LatencySum sum = new LatencySum();
        sum.add(point.latency(), point.maxNanos(), point.sumNanos(), false);
        return sum;
    }
}
