package io.kvops.planner.capacity;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * When something is reached: a range, for a single date would be a lie.
 *
 * @param earliest when the upper end of the interval gets there; null: not within the horizon
 * @param likely when the middle does
 * @param latest when the lower end does: by then it is all but certain
 * @param horizon to where was looked
 */
public record DateRange(
        @Nullable Instant earliest,
        @Nullable Instant likely,
        @Nullable Instant latest,
        Instant horizon) {

    /** Whether it may be reached at all within the horizon. */
    public boolean within() {
        return earliest != null;
    }

    /** As a day, or days. */
    @Override
    public String toString() {
        if (earliest == null) {
            return "not within the horizon (to " + day(horizon) + ")";
        }
        if (latest != null && day(earliest).equals(day(latest))) {
            return day(earliest);
        }
        String to = latest == null ? "after " + day(horizon) : day(latest);
        return day(earliest) + " to " + to + (likely == null ? "" : ", likely " + day(likely));
    }

    private static String day(Instant at) {
        return at.truncatedTo(ChronoUnit.DAYS)
                .atOffset(ZoneOffset.UTC)
                .toLocalDate()
                .toString();
    }
}
