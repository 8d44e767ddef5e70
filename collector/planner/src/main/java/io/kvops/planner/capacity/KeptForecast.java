package io.kvops.planner.capacity;

import io.kvops.planner.forecast.BusinessCalendar;
import io.kvops.planner.forecast.Timeline;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A forecast as it was made, to be scored when the future has come.
 *
 * @param resource of what
 * @param last the last value that was known
 * @param lastAt when that was
 * @param step between two values
 * @param values the middle; the first is one step after the last known
 * @param lower lower ends of the intervals
 * @param upper upper ends
 * @param level of the intervals
 */
@SuppressWarnings("ArrayRecordComponent") // numbers by the thousand
public record KeptForecast(
        Resource resource,
        double last,
        Instant lastAt,
        Duration step,
        double[] values,
        double[] lower,
        double[] upper,
        double level) {
    private static final int TESTED_MOST = 3;

    /**
     * What would have been forecast one horizon ago, from what was known then: a forecast that can be looked at beside what came.
     *
     * @param horizon how far ahead; at most a third of what was measured is held back
     * @return empty if too little would have been known
     */
    public static Optional<KeptForecast> rehearsed(
            Resource resource, Timeline timeline, Duration horizon, double level) {
        int n = timeline.values().length;
        int back = (int) Math.min(n / TESTED_MOST, Math.max(1, horizon.dividedBy(timeline.step())));
        if (back < 1) {
            return Optional.empty();
        }
        Timeline known =
                new Timeline(Arrays.copyOf(timeline.values(), n - back), timeline.first(), timeline.step(), List.of());
        ForecastStore one = ForecastStore.inMemory(1);
        try {
            Outlook.of(
                    resource,
                    known,
                    Double.POSITIVE_INFINITY,
                    timeline.step().multipliedBy(back),
                    level,
                    one,
                    BusinessCalendar.NONE);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        return one.of(resource).stream().findFirst();
    }
}
