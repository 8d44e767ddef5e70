package io.kvops.planner.capacity;

import io.kvops.planner.forecast.BusinessCalendar;
import io.kvops.planner.forecast.Envelope;
import io.kvops.planner.forecast.Forecast;
import io.kvops.planner.forecast.ForecastOptions;
import io.kvops.planner.forecast.Forecaster;
import io.kvops.planner.forecast.Timeline;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * How a resource stands and where it goes.
 *
 * @param resource which
 * @param current its last value
 * @param limit where it is full, in its unit; infinite if it has none
 * @param headroom share of the limit that is free, negative past it; 1 without a limit
 * @param growthPerDay what the forecast's middle grows by in a day, on average
 * @param forecast what is expected, with its model, its error and its coverage
 * @param first when the first of the forecast's values is
 * @param step between two of them
 * @param thresholds when shares of the limit are reached
 * @param score how past forecasts of this resource did
 * @param caveats what the reader should know
 */
public record Outlook(
        Resource resource,
        double current,
        double limit,
        double headroom,
        double growthPerDay,
        Forecast forecast,
        Instant first,
        Duration step,
        List<Threshold> thresholds,
        PastScore score,
        List<String> caveats) {
    /** Shares of a limit that are looked at. */
    public static final List<Double> SHARES = List.of(0.8, 0.9, 1.0);

    /** Nothing is said about a time further ahead than so many times what was measured. */
    private static final int AHEAD_MAX = 3;

    private static final int STEPS_MAX = 400;

    public Outlook {
        thresholds = List.copyOf(thresholds);
        caveats = List.copyOf(caveats);
    }

    /**
     * Looks ahead.
     *
     * @param limit where it is full; infinite if it has none
     * @param level of the intervals, above 0, below 1
     * @throws IllegalArgumentException if there are too few values, or the limit is not above 0
     */
    public static Outlook of(Resource resource, Timeline timeline, double limit, Duration horizon, double level) {
        return of(resource, timeline, limit, horizon, level, ForecastStore.inMemory(1), BusinessCalendar.NONE);
    }

    /**
     * The same; the forecast is kept in the store, and those kept before are scored.
     *
     * @param calendar days that are not as their weekday
     */
    public static Outlook of(
            Resource resource,
            Timeline timeline,
            double limit,
            Duration horizon,
            double level,
            ForecastStore store,
            BusinessCalendar calendar) {
        if (!(limit > 0)) {
            throw new IllegalArgumentException("limit of " + resource + ": " + limit + " (expected above 0)");
        }
        List<String> caveats = new ArrayList<>(timeline.caveats());
        boolean bytes = resource.dimension() == Dimension.STORAGE || resource.dimension() == Dimension.MEMORY;
        double[] y = trimmed(timeline.values(), bytes, caveats);
        Duration span = timeline.step().multipliedBy(Math.max(1, y.length - 1));
        Duration ahead = horizon;
        if (horizon.compareTo(span.multipliedBy(AHEAD_MAX)) > 0) {
            ahead = span.multipliedBy(AHEAD_MAX);
            caveats.add("only " + days(span) + " were measured: nothing is said beyond " + days(ahead) + " ahead");
        }
        int fold = (int) Math.max(1, ahead.dividedBy(timeline.step()) / STEPS_MAX);
        double[] folded = fold(y, fold);
        double[] edge = bytes ? edge(folded, caveats) : folded;
        Duration step = timeline.step().multipliedBy(fold);
        int steps = (int) Math.max(1, ahead.dividedBy(step));
        Instant last = timeline.first().plus(timeline.step().multipliedBy(y.length - 1L));
        double[] usual = calendar.usual(edge, last.minus(step.multipliedBy(edge.length - 1L)), step);
        Forecast f =
                calendar.apply(Forecaster.forecast(usual, new ForecastOptions(steps, 1, level)), last.plus(step), step);
        caveats.addAll(f.caveats());
        double current = y[y.length - 1];
        KeptForecast kept = new KeptForecast(resource, current, last, step, f.values(), f.lower(), f.upper(), level);
        PastScore score = PastScore.of(store.of(resource), looked(resource, timeline));
        store.keep(
                new KeptForecast(resource, edge[edge.length - 1], last, step, f.values(), f.lower(), f.upper(), level));
        List<Threshold> thresholds = thresholds(kept, limit);
        double days = Math.max(step.multipliedBy(steps).toMillis(), 1) / 86_400_000.0;
        return new Outlook(
                resource,
                current,
                limit,
                Double.isInfinite(limit) ? 1 : 1 - current / limit,
                (f.values()[steps - 1] - edge[edge.length - 1]) / days,
                f,
                last.plus(step),
                step,
                thresholds,
                score,
                caveats);
    }

    private static List<Threshold> thresholds(KeptForecast f, double limit) {
        return (Double.isInfinite(limit) ? List.<Double>of() : SHARES)
                .stream()
                        .map(share -> new Threshold(share, share * limit, range(f, share * limit)))
                        .toList();
    }

    /**
     * The same if it grew so many times as fast from now on.
     *
     * @param times at least 0
     */
    public Outlook growing(double times) {
        if (times == 1) {
            return this;
        }
        boolean never = Arrays.stream(forecast.lower()).allMatch(v -> v >= 0);
        double floor = never ? 0 : Double.NEGATIVE_INFINITY;
        double[][] paths = {forecast.values(), forecast.lower(), forecast.upper()};
        for (int p = 0; p < paths.length; p++) {
            paths[p] = Arrays.stream(paths[p])
                    .map(v -> Math.max(floor, current + times * (v - current)))
                    .toArray();
        }
        KeptForecast moved = new KeptForecast(
                resource, current, first.minus(step), step, paths[0], paths[1], paths[2], forecast.level());
        return new Outlook(
                resource,
                current,
                limit,
                headroom,
                times * growthPerDay,
                forecast.moved(paths[0], paths[1], paths[2]),
                first,
                step,
                thresholds(moved, limit),
                score,
                caveats);
    }

    /** When the limit itself is reached; null if there is none. */
    public @Nullable DateRange full() {
        return thresholds.isEmpty()
                ? null
                : thresholds.get(thresholds.size() - 1).when();
    }

    /** When the limit is reached if a part of this stopped growing; null if there is no limit. */
    public @Nullable DateRange fullWithout(Outlook part) {
        if (Double.isInfinite(limit)) {
            return null;
        }
        int n = forecast.values().length;
        double[][] paths = {
            forecast.values().clone(),
            forecast.lower().clone(),
            forecast.upper().clone()
        };
        for (double[] path : paths) {
            for (int h = 0; h < n; h++) {
                path[h] -= part.growthPerDay * step.multipliedBy(h + 1L).toMillis() / 86_400_000.0;
            }
        }
        return range(
                new KeptForecast(
                        resource, current, first.minus(step), step, paths[0], paths[1], paths[2], forecast.level()),
                limit);
    }

    private static DateRange range(KeptForecast f, double value) {
        Instant end = at(f, f.values().length - 1);
        if (f.last() >= value) {
            return new DateRange(f.lastAt(), f.lastAt(), f.lastAt(), end);
        }
        return new DateRange(
                crossing(f, value, h -> f.upper()[h]),
                crossing(f, value, h -> f.values()[h]),
                crossing(f, value, h -> f.lower()[h]),
                end);
    }

    private static @Nullable Instant crossing(KeptForecast f, double value, IntToDoubleFunction path) {
        for (int h = 0; h < f.values().length; h++) {
            if (path.applyAsDouble(h) >= value) {
                return at(f, h);
            }
        }
        return null;
    }

    private static Instant at(KeptForecast f, int h) {
        return f.lastAt().plus(f.step().multipliedBy(h + 1L));
    }

    /** Without what is missing at the end; what can't be is missing too. */
    private static double[] trimmed(double[] values, boolean bytes, List<String> caveats) {
        double[] y = values.clone();
        int negative = 0;
        for (int t = 0; t < y.length; t++) {
            if (bytes && y[t] < 0) {
                y[t] = Double.NaN;
                negative++;
            }
        }
        if (negative > 0) {
            caveats.add(negative + " values were below 0, which bytes can't be, and were left out");
        }
        int to = y.length;
        while (to > 0 && Double.isNaN(y[to - 1])) {
            to--;
        }
        if (to == 0) {
            throw new IllegalArgumentException(
                    "no value of " + values.length + " can be used (a forecast takes at least 3)");
        }
        return Arrays.copyOf(y, to);
    }

    /** What forecasts of a resource are about, and scored by: its values; of a sawtooth of bytes the upper edge. */
    public static Timeline looked(Resource resource, Timeline timeline) {
        boolean bytes = resource.dimension() == Dimension.STORAGE || resource.dimension() == Dimension.MEMORY;
        return bytes
                ? new Timeline(
                        edge(timeline.values(), new ArrayList<>()),
                        timeline.first(),
                        timeline.step(),
                        timeline.caveats())
                : timeline;
    }

    private static double[] edge(double[] y, List<String> caveats) {
        if (Arrays.stream(y).anyMatch(Double::isNaN)) {
            return y;
        }
        double[] edge = Envelope.of(y);
        if (edge != y) {
            caveats.add("a sawtooth: its upper edge is forecast");
        }
        return edge;
    }

    /** Means of so many at a time, counted from the end. */
    private static double[] fold(double[] y, int by) {
        int n = y.length / by;
        if (by == 1 || n < 3) {
            return y;
        }
        double[] out = new double[n];
        for (int k = 0; k < n; k++) {
            double sum = 0;
            int count = 0;
            for (int t = y.length - (n - k) * by; t < y.length - (n - k - 1) * by; t++) {
                if (!Double.isNaN(y[t])) {
                    sum += y[t];
                    count++;
                }
            }
            out[k] = count == 0 ? Double.NaN : sum / count;
        }
        return out;
    }

    private static String days(Duration d) {
        if (d.toHours() < 2) {
            return d.toMinutes() < 2 ? d.toSeconds() + " seconds" : d.toMinutes() + " minutes";
        }
        return d.toHours() < 48 ? d.toHours() + " hours" : d.toDays() + " days";
    }
}
