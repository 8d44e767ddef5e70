package io.kvops.planner.forecast;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A way to forecast, with its shape fixed and its parameters to be found. Immutable. */
interface Model {
    String name();

    /**
     * Finds the parameters from the first values of a series.
     *
     * @param length how many of them may be looked at
     * @return null if they are too few, or not of the kind that this model needs
     */
    @Nullable
    Fitted fit(Sample sample, int length);

    /** A model with its parameters, that walks along a series. Belongs to one thread. */
    interface Fitted {
        /** Takes in the values up to an origin, exclusive; origins never go back. */
        void advance(int origin);

        /** Forecasts the values from the origin on. */
        void forecast(double[] out);

        /** What was found, by name; what has no name of its own is not in it. */
        default Map<String, Double> parameters() {
            return Map.of();
        }
    }
}
