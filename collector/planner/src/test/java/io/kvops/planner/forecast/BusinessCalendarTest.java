package io.kvops.planner.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.kvops.planner.capacity.Dimension;
import io.kvops.planner.capacity.ForecastStore;
import io.kvops.planner.capacity.Outlook;
import io.kvops.planner.capacity.Resource;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class BusinessCalendarTest {
    private static final LocalDate MONDAY = LocalDate.of(2026, 1, 5);
    /** A Wednesday of the past, a Thursday of the future. */
    private static final Set<LocalDate> HOLIDAYS = Set.of(LocalDate.of(2026, 2, 18), LocalDate.of(2026, 4, 9));

    private static final BusinessCalendar CALENDAR = new BusinessCalendar(HOLIDAYS, ZoneOffset.UTC);
    private static final Instant FIRST = MONDAY.atStartOfDay(ZoneOffset.UTC).toInstant();
    private static final Duration DAY = Duration.ofDays(1);
    private static final int DAYS = 90;

    private static double load(LocalDate day, Random random) {
        boolean quiet = HOLIDAYS.contains(day) || day.getDayOfWeek() == DayOfWeek.SUNDAY;
        return (quiet ? 200 : 1_000) + 5 * random.nextGaussian();
    }

    @Test
    @DisplayName("a holiday is forecast as a Sunday, and one of the past teaches nothing wrong about its weekday")
    void holidays_areAsSundays() {
        Random random = new Random(7);
        double[] y = new double[DAYS];
        for (int t = 0; t < DAYS; t++) {
            y[t] = load(MONDAY.plusDays(t), random);
        }
        Timeline past = new Timeline(y, FIRST, DAY, java.util.List.of());
        Resource ops = Resource.of("shop", Dimension.THROUGHPUT, "ops");
        Outlook known = Outlook.of(
                ops, past, Double.POSITIVE_INFINITY, DAY.multipliedBy(14), 0.95, ForecastStore.inMemory(1), CALENDAR);
        Outlook unknown = Outlook.of(ops, past, Double.POSITIVE_INFINITY, DAY.multipliedBy(14), 0.95);
        int holiday =
                (int) Duration.between(known.first(), LocalDate.of(2026, 4, 9).atStartOfDay(ZoneOffset.UTC))
                        .toDays();
        assertThat(known.forecast().values()[holiday]).isCloseTo(200, within(40.0));
        assertThat(known.forecast().upper()[holiday]).isLessThan(600);
        assertThat(unknown.forecast().values()[holiday]).isGreaterThan(600);
        assertThat(known.forecast().values()[holiday + 1]).isCloseTo(1_000, within(60.0));
        assertThat(known.caveats()).contains("1 values are on holidays, and are forecast as on a Sunday");
    }

    @Test
    @DisplayName(
            "what is usual comes from the week before, at the very begin from the week after; days are those of the zone")
    void usual_isOfAnotherWeek() {
        double[] y = new double[21];
        for (int t = 0; t < y.length; t++) {
            y[t] = t;
        }
        BusinessCalendar first = new BusinessCalendar(Set.of(MONDAY, MONDAY.plusDays(9)), ZoneOffset.UTC);
        double[] usual = first.usual(y, FIRST, DAY);
        assertThat(usual[0]).isEqualTo(7);
        assertThat(usual[9]).isEqualTo(2);
        assertThat(usual[10]).isEqualTo(10);
        assertThat(y[9]).isEqualTo(9);
        assertThat(new BusinessCalendar(Set.of(MONDAY.plusDays(9)), ZoneId.of("Asia/Tokyo"))
                        .usual(y, FIRST.plus(Duration.ofHours(20)), DAY)[8])
                .as("20:00 in UTC is the next day in Tokyo")
                .isEqualTo(1);
    }

    @Test
    @DisplayName("steps that make up no day, too little, or no calendar: nothing is changed")
    void nothing_isChanged() {
        double[] y = new double[30];
        assertThat(BusinessCalendar.NONE.usual(y, FIRST, DAY)).isSameAs(y);
        assertThat(CALENDAR.usual(y, FIRST, Duration.ofHours(7))).isSameAs(y);
        assertThat(CALENDAR.usual(y, FIRST, Duration.ofHours(1))).isSameAs(y);
        Forecast f = Forecaster.forecast(y, ForecastOptions.of(10));
        assertThat(CALENDAR.apply(f, FIRST, DAY)).isSameAs(f);
        assertThat(CALENDAR.apply(f, FIRST, Duration.ofDays(2))).isSameAs(f);
    }
}
