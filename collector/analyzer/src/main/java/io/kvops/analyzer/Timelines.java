package io.kvops.analyzer;

import io.kvops.history.OpsPoint;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Cuts windows into steps. Pure. */
final class Timelines {
    private static final long[] STEP_SECONDS = {
        1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400, 172_800,
        604_800
    };
    private static final int MAX_STEPS = 300;

    private Timelines() {}

    /** Rates by second of the newest frames, where they are known. */
    record Rates(LiveRates rates, long completeSinceMillis, long nowMillis) {
        boolean holds(long fromMillis) {
            return fromMillis >= completeSinceMillis && rates.holds(fromMillis, nowMillis);
        }
    }

    /** The shortest step that gives few enough points and that no bucket crosses. */
    static long stepMillis(long spanMillis, long widestMillis, int mostSteps) {
        for (long seconds : STEP_SECONDS) {
            long step = seconds * 1_000;
            if (step % widestMillis == 0 && spanMillis <= step * mostSteps) {
                return step;
            }
        }
        return STEP_SECONDS[STEP_SECONDS.length - 1] * 1_000;
    }

    /** As for a chart. */
    static long stepMillis(Report.Window window, long widestMillis) {
        return stepMillis((long) (window.coveredSeconds() * 1_000), widestMillis, MAX_STEPS);
    }

    /** The steps from the first to the last point, without gaps. */
    static List<Report.TimelinePoint> of(
            List<OpsPoint> points, Report.Window window, long step, @Nullable Rates rates) {
        if (points.isEmpty()) {
            return List.of();
        }
        TreeMap<Long, Sum> steps = new TreeMap<>();
        for (OpsPoint p : points) {
            steps.computeIfAbsent(Math.floorDiv(p.startMillis(), step) * step, at -> new Sum())
                    .add(p);
        }
        List<Report.TimelinePoint> line = new ArrayList<>();
        Sum none = new Sum();
        for (long at = steps.firstKey(); at <= steps.lastKey(); at += step) {
            line.add(point(at, step, steps.getOrDefault(at, none), window, rates));
        }
        return line;
    }

    private static Report.TimelinePoint point(
            long at, long step, Sum sum, Report.Window window, @Nullable Rates rates) {
        // the first and the last step are not covered to their ends; no less than a second, which frames take
        long from = Math.max(at, window.coveredFrom().toEpochMilli());
        long to = Math.min(at + step, window.coveredTo().toEpochMilli());
        double seconds = Math.max(to - from, 1_000) / 1_000.0;
        double ops = sum.count;
        double transactions = sum.transactions;
        if (rates != null && rates.holds(at)) {
            ops = rates.rates().ops(at, at + step);
            transactions = rates.rates().transactions(at, at + step);
        }
        return new Report.TimelinePoint(
                Instant.ofEpochMilli(at),
                step / 1_000.0,
                sum.count,
                sum.errors,
                sum.misses,
                ops / seconds,
                transactions / seconds,
                sum.percentile(50),
                sum.percentile(90),
                sum.percentile(99),
                sum.maxNanos());
    }
}
