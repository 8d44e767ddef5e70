package io.kvops.planner.forecast;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Days that are not as their weekday: on a holiday people do what they do on a Sunday. Past ones are taken out of what is learned
 * from, by the same weekday of the week before; future ones are forecast as the Sunday that is nearest. It changes nothing where
 * values are further apart than a day, or no week was found in them.
 *
 * @param holidays days of that zone
 * @param zone in which days begin and end
 */
public record BusinessCalendar(Set<LocalDate> holidays, ZoneId zone) {
    /** Every day is as its weekday. */
    public static final BusinessCalendar NONE = new BusinessCalendar(Set.of(), ZoneOffset.UTC);

    private static final int WEEK = 7;
    private static final int HALF_A_WEEK = 3;
    private static final long DAY_MILLIS = Duration.ofDays(1).toMillis();

    public BusinessCalendar {
        holidays = Set.copyOf(holidays);
    }

    /**
     * The values with those of holidays replaced by what is usual.
     *
     * @param first when the first is
     * @param step between two of them
     * @return the same array if there are none
     */
    public double[] usual(double[] values, Instant first, Duration step) {
        int day = perDay(step);
        if (holidays.isEmpty() || day == 0 || values.length <= WEEK * day) {
            return values;
        }
        double[] usual = values.clone();
        for (int t = 0; t < values.length; t++) {
            if (isHoliday(first, step, t)) {
                // forward in time, so that what was replaced a week before serves again
                usual[t] = t >= WEEK * day ? usual[t - WEEK * day] : values[t + WEEK * day];
            }
        }
        return usual;
    }

    /**
     * The forecast with holidays as Sundays.
     *
     * @param first when its first value is
     * @param step between two of them
     */
    public Forecast apply(Forecast f, Instant first, Duration step) {
        int day = perDay(step);
        if (holidays.isEmpty() || day == 0 || !f.periods().contains(WEEK * day)) {
            return f;
        }
        double[] values = f.values().clone();
        double[] lower = f.lower().clone();
        double[] upper = f.upper().clone();
        int changed = 0;
        for (int h = 0; h < values.length; h++) {
            int sunday = h + day * daysToSunday(at(first, step, h));
            sunday += sunday < 0 ? WEEK * day : sunday >= values.length ? -WEEK * day : 0;
            if (isHoliday(first, step, h) && sunday >= 0 && sunday < values.length) {
                values[h] = f.values()[sunday];
                lower[h] = f.lower()[sunday];
                upper[h] = f.upper()[sunday];
                changed++;
            }
        }
        List<String> caveats = new ArrayList<>(f.caveats());
        if (changed > 0) {
            caveats.add(changed + " values are on holidays, and are forecast as on a Sunday");
        }
        return new Forecast(
                values,
                lower,
                upper,
                f.level(),
                f.models(),
                f.shape(),
                f.periods(),
                f.errorAgainstNaive(),
                f.origins(),
                f.coverage(),
                caveats);
    }

    /** Values in a day; 0 if a day is not made up of them. */
    private static int perDay(Duration step) {
        long millis = step.toMillis();
        return millis > 0 && DAY_MILLIS % millis == 0 ? (int) (DAY_MILLIS / millis) : 0;
    }

    private LocalDate at(Instant first, Duration step, int t) {
        return first.plus(step.multipliedBy(t)).atZone(zone).toLocalDate();
    }

    private boolean isHoliday(Instant first, Duration step, int t) {
        return holidays.contains(at(first, step, t));
    }

    /** To the nearest: back from Monday to Wednesday, forward from Thursday on. */
    private static int daysToSunday(LocalDate day) {
        int after = day.getDayOfWeek().getValue() % DayOfWeek.SUNDAY.getValue();
        return after <= HALF_A_WEEK ? -after : WEEK - after;
    }
}
