package io.kvops.server.capacity;

import io.kvops.planner.capacity.KeptForecast;
import io.kvops.planner.capacity.PastScore;
import java.util.List;

/** Forecasts that were kept, newest first. */
public record Forecasts(List<Scored> forecasts) {
    public Forecasts {
        forecasts = List.copyOf(forecasts);
    }

    /**
     * One, and how it did up to now.
     *
     * @param score of what has come of it; nothing may have
     */
    public record Scored(KeptForecast forecast, PastScore score) {}
}
