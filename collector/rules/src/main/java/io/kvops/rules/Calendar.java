package io.kvops.rules;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Named times in which something is off: alerts are not told, nothing is scaled or healed. Immutable. */
public final class Calendar {
    /** A calendar with nothing in it. */
    public static final Calendar EMPTY = new Calendar(Map.of());

    /**
     * A stretch of time: either from one instant to another, or each week at the same times of a zone. A night that begins on a day
     * belongs to that day. Where clocks change, local time counts.
     *
     * @param days on which it begins; all if empty
     * @param from local time at which it begins
     * @param to local time before which it ends; not after {@code from}: the next day
     * @param begins first instant; with {@code ends}, and then nothing else counts
     */
    public record Stretch(
            Set<DayOfWeek> days,
            LocalTime from,
            LocalTime to,
            ZoneId zone,
            @Nullable Instant begins,
            @Nullable Instant ends) {
        public Stretch {
            days = days.isEmpty() ? EnumSet.allOf(DayOfWeek.class) : EnumSet.copyOf(days);
            if ((begins == null) != (ends == null)) {
                throw new IllegalArgumentException(
                        "begins: " + begins + ", ends: " + ends + " (expected both or none)");
            }
            if (begins != null && ends != null && !begins.isBefore(ends)) {
                throw new IllegalArgumentException("ends: " + ends + " (expected after " + begins + ")");
            }
        }

        boolean holds(Instant at) {
            if (begins != null && ends != null) {
                return !at.isBefore(begins) && at.isBefore(ends);
            }
            ZonedDateTime local = at.atZone(zone);
            LocalTime time = local.toLocalTime();
            DayOfWeek day = local.getDayOfWeek();
            if (from.isBefore(to)) {
                return days.contains(day) && !time.isBefore(from) && time.isBefore(to);
            }
            return (days.contains(day) && !time.isBefore(from)) || (days.contains(day.minus(1)) && time.isBefore(to));
        }
    }

    private final Map<String, List<Stretch>> byName;

    /** With the stretches of each name. */
    public Calendar(Map<String, List<Stretch>> byName) {
        this.byName = Map.copyOf(byName);
    }

    public Set<String> names() {
        return byName.keySet();
    }

    /** Whether a time of this name is on; a name that is not there never is. */
    public boolean holds(String name, Instant at) {
        return byName.getOrDefault(name, List.of()).stream().anyMatch(stretch -> stretch.holds(at));
    }
}
