package io.kvops.server.capacity;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kvops.history.Event;
import io.kvops.history.History;
import io.kvops.history.HistoryException;
import io.kvops.planner.capacity.Dimension;
import io.kvops.planner.capacity.ForecastStore;
import io.kvops.planner.capacity.KeptForecast;
import io.kvops.planner.capacity.Resource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Forecasts in the history, as events of kind {@code forecast}: the subject is the store, the details are the forecast, thinned
 * to at most 60 of its values. Reads them once, for all resources.
 */
final class KeptForecasts implements ForecastStore {
    static final String KIND = "forecast";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int VALUES_MAX = 60;
    private static final int EVENTS_MAX = 5_000;
    private static final Duration BACK = Duration.ofDays(90);

    private final Map<Resource, List<KeptForecast>> kept = new HashMap<>();
    private final List<Event> fresh = new ArrayList<>();
    private final Instant now;
    private final AtomicLong unreadable = new AtomicLong();

    private KeptForecasts(Instant now) {
        this.now = now;
    }

    /** Those of the last 90 days. */
    static KeptForecasts read(History history, Instant now) throws HistoryException {
        KeptForecasts all = new KeptForecasts(now);
        List<Event> events =
                history.events(Set.of(KIND), now.minus(BACK).toEpochMilli(), now.toEpochMilli() + 1, EVENTS_MAX);
        for (int i = events.size() - 1; i >= 0; i--) {
            parsed(events.get(i)).ifPresentOrElse(all::add, all.unreadable::incrementAndGet);
        }
        return all;
    }

    private void add(KeptForecast f) {
        kept.computeIfAbsent(f.resource(), r -> new ArrayList<>()).add(f);
    }

    @Override
    public void keep(KeptForecast f) {
        fresh.add(event(f));
    }

    @Override
    public List<KeptForecast> of(Resource resource) {
        return List.copyOf(kept.getOrDefault(resource, List.of()));
    }

    /** All that were read. */
    List<KeptForecast> all() {
        return kept.values().stream().flatMap(List::stream).toList();
    }

    /** When the newest was made; the epoch if none was. */
    Instant newest() {
        return all().stream().map(KeptForecast::lastAt).max(Instant::compareTo).orElse(Instant.EPOCH);
    }

    /** Those to be kept, as events. */
    List<Event> fresh() {
        return List.copyOf(fresh);
    }

    private Event event(KeptForecast f) {
        int by = (f.values().length + VALUES_MAX - 1) / VALUES_MAX;
        ObjectNode details = JSON.createObjectNode();
        details.put("part", f.resource().part())
                .put("dimension", f.resource().dimension().name())
                .put("metric", f.resource().metric())
                .put("last", f.last())
                .put("lastAt", f.lastAt().toString())
                .put("stepMillis", f.step().toMillis() * by)
                .put("level", f.level());
        thin(details.putArray("values"), f.values(), by);
        thin(details.putArray("lower"), f.lower(), by);
        thin(details.putArray("upper"), f.upper(), by);
        return new Event(
                now.toEpochMilli(),
                KIND,
                "info",
                "planner",
                f.resource().store(),
                "forecast of " + f.resource() + ", "
                        + f.step().multipliedBy(f.values().length).toHours() + " hours ahead",
                details.toString());
    }

    private static void thin(ArrayNode to, double[] values, int by) {
        for (int h = by - 1; h < values.length; h += by) {
            to.add((float) values[h] == values[h] ? values[h] : Double.parseDouble(String.valueOf((float) values[h])));
        }
    }

    static Optional<KeptForecast> parsed(Event event) {
        try {
            JsonNode d = JSON.readTree(event.details());
            Resource resource = new Resource(
                    event.subject(),
                    d.path("part").asText(),
                    Dimension.valueOf(d.path("dimension").asText()),
                    d.path("metric").asText());
            double[] values = numbers(d.path("values"));
            double[] lower = numbers(d.path("lower"));
            double[] upper = numbers(d.path("upper"));
            long step = d.path("stepMillis").asLong();
            if (values.length == 0 || lower.length != values.length || upper.length != values.length || step < 1) {
                return Optional.empty();
            }
            return Optional.of(new KeptForecast(
                    resource,
                    d.path("last").asDouble(),
                    Instant.parse(d.path("lastAt").asText()),
                    Duration.ofMillis(step),
                    values,
                    lower,
                    upper,
                    d.path("level").asDouble()));
        } catch (JsonProcessingException | RuntimeException e) {
            // somebody else's event of the same kind
            return Optional.empty();
        }
    }

    private static double[] numbers(JsonNode array) {
        double[] numbers = new double[array.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = array.path(i).asDouble();
        }
        return numbers;
    }

    /** Events that were of this kind, but no forecasts. */
    long unreadable() {
        return unreadable.get();
    }
}
