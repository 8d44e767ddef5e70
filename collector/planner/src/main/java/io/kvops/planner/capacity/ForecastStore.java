package io.kvops.planner.capacity;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Where forecasts are kept until they can be scored: a port, that whoever has a database implements. */
public interface ForecastStore {
    /** Keeps one. */
    void keep(KeptForecast forecast);

    /** Those kept of a resource, oldest first. */
    List<KeptForecast> of(Resource resource);

    /** One in memory that forgets the oldest of a resource past so many. Any thread. */
    static ForecastStore inMemory(int keptPerResource) {
        return new ForecastStore() {
            private final Map<Resource, Deque<KeptForecast>> kept = new HashMap<>();

            @Override
            public synchronized void keep(KeptForecast forecast) {
                Deque<KeptForecast> all = kept.computeIfAbsent(forecast.resource(), r -> new ArrayDeque<>());
                all.addLast(forecast);
                if (all.size() > keptPerResource) {
                    all.removeFirst();
                }
            }

            @Override
            public synchronized List<KeptForecast> of(Resource resource) {
                return new ArrayList<>(kept.getOrDefault(resource, new ArrayDeque<>()));
            }
        };
    }
}
