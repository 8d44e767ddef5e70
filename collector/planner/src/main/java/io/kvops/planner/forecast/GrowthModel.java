package io.kvops.planner.forecast;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A law by which something grows: the service interface by which a law of one's own takes part in every forecast. Name the
 * class in {@code META-INF/services/io.kvops.planner.forecast.GrowthModel}; it needs a public constructor without arguments.
 * Seasons are taken off before and put back after. One instance is used by several threads at a time.
 *
 * <p>A law that throws, or whose curve is not finite, takes no part in that forecast.
 */
public interface GrowthModel {
    /** Short, in lower case, unlike any other's. */
    String name();

    /**
     * Finds the curve.
     *
     * @param values oldest first, at 0, 1, 2, ...; at least 3, all finite; not to be changed
     * @return null if they are not of this kind
     */
    @Nullable
    Curve fit(double[] values);

    /** What was found. */
    interface Curve {
        /** The value at a time; 0 is that of the first value of the sample. */
        double at(double time);

        /** Its parameters by name. */
        Map<String, Double> parameters();
    }
}
