package io.kvops.server.capacity;

import io.kvops.planner.capacity.Resource;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** What forecasts were made from. */
public record MeasuredPast(List<Course> courses) {
    public MeasuredPast {
        courses = List.copyOf(courses);
    }

    /**
     * What was measured of a resource.
     *
     * @param values at equal distances, oldest first; NaN: nothing was measured
     * @param first when the first of them was
     */
    @SuppressWarnings("ArrayRecordComponent") // numbers by the thousand
    public record Course(Resource resource, Instant first, Duration step, double[] values) {}
}
