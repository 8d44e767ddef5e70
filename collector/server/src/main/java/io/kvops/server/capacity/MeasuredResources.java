package io.kvops.server.capacity;

import io.kvops.history.GaugePoint;
import io.kvops.history.History;
import io.kvops.history.HistoryException;
import io.kvops.planner.CapacityPlanner;
import io.kvops.planner.capacity.Dimension;
import io.kvops.planner.capacity.Resource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the history holds of stores and hosts, as resources: memory, storage, connections and throughput, and whatever gauge of
 * somebody's own says what is used beside what its limit is ({@code queue.used.count}, {@code queue.limit.count}). Limits are
 * those of the configuration, else those that the stores themselves say (maxmemory, quota, maxclients, size of the disk). A store's name is that of its subject.
 */
final class MeasuredResources {
    /** Resources that are looked at; the rest is counted. */
    static final int MOST = 200;

    static final String OPERATIONS = "operations.count.total";
    static final String STORAGE = "storage.used.bytes";
    static final String CONNECTIONS = "connections.open.count";
    static final String MEMORY = "memory.used.bytes";
    private static final String MACHINE = "memory.system.bytes";
    private static final Map<String, Dimension> USUAL = Map.of(
            MEMORY,
            Dimension.MEMORY,
            STORAGE,
            Dimension.STORAGE,
            CONNECTIONS,
            Dimension.CONNECTIONS,
            OPERATIONS,
            Dimension.THROUGHPUT);
    /** A heap is meant to be full, and emptied by its collector. */
    private static final String HEAPS = "jvm";

    static final Duration SINCE = Duration.ofDays(7);
    private static final int ENOUGH = 48;
    private static final int MOST_POINTS = 2_400;
    /** How far back, and in which steps: the longest in which there is enough. */
    private static final List<Span> SPANS = List.of(
            new Span(Duration.ofDays(90), Duration.ofHours(1)),
            new Span(Duration.ofDays(1), Duration.ofMinutes(1)),
            new Span(Duration.ofHours(2), Duration.ofSeconds(5)));

    private record Span(Duration back, Duration step) {}

    private record Thing(String subject, String kind) {}

    private final History history;
    private final CapacityPlanner planner;
    private final CapacityConfig config;
    private final Instant now;
    private final List<String> notes = new ArrayList<>();
    private int taken;
    private int leftOut;

    private MeasuredResources(History history, CapacityPlanner planner, CapacityConfig config, Instant now) {
        this.history = history;
        this.config = config;
        this.planner = planner;
        this.now = now;
    }

    /**
     * Records what was measured up to now.
     *
     * @param store empty: of all stores
     * @return what the reader should know of it
     */
    static List<String> read(History history, CapacityPlanner planner, CapacityConfig config, String store, Instant now)
            throws HistoryException {
        MeasuredResources reading = new MeasuredResources(history, planner, config, now);
        reading.all(store);
        if (reading.leftOut > 0) {
            reading.notes.add(
                    reading.leftOut + " resources past the first " + MOST + " are not looked at; name a store");
        }
        return reading.notes;
    }

    private void all(String store) throws HistoryException {
        Map<Thing, Map<String, Double>> newest =
                new TreeMap<>(Comparator.comparing(Thing::subject).thenComparing(Thing::kind));
        for (GaugePoint p : history.latestGauges("", now.minus(SINCE).toEpochMilli())) {
            boolean wanted = store.isEmpty() || p.subject().equals(store);
            if (wanted && !p.subject().isBlank() && !p.kind().equals(HEAPS)) {
                newest.computeIfAbsent(new Thing(p.subject(), p.kind()), t -> new TreeMap<>())
                        .put(p.name(), p.value());
            }
        }
        for (Map.Entry<Thing, Map<String, Double>> e : newest.entrySet()) {
            keys(e.getKey().subject(), e.getValue());
            for (String name : e.getValue().keySet()) {
                Dimension dimension = dimension(e.getKey().subject(), name, e.getValue());
                if (dimension != null && taken++ < MOST) {
                    take(e.getKey(), name, dimension, e.getValue());
                } else if (dimension != null) {
                    leftOut++;
                }
            }
        }
    }

    private void keys(String store, Map<String, Double> newest) {
        double keys = newest.getOrDefault("keys.count", Double.NaN);
        double expiring = newest.getOrDefault("redis.keys.expiring.count", Double.NaN);
        if (keys >= expiring && expiring >= 0) {
            planner.keys(store, keys, expiring);
        }
    }

    private @Nullable Dimension dimension(String store, String name, Map<String, Double> beside) {
        String limit = limitOf(name);
        boolean limited = config.limits(store).containsKey(name) || (!limit.equals(name) && beside.containsKey(limit));
        return USUAL.getOrDefault(name, limited ? Dimension.OTHER : null);
    }

    private static String limitOf(String name) {
        return name.replaceFirst("\\.(used|open)\\.", ".limit.");
    }

    private void take(Thing thing, String name, Dimension dimension, Map<String, Double> beside)
            throws HistoryException {
        Resource resource = Resource.of(thing.subject(), dimension, name);
        double own = dimension == Dimension.THROUGHPUT ? 0 : beside.getOrDefault(limitOf(name), 0.0);
        double limit = config.limits(thing.subject()).getOrDefault(name, own);
        double machine = name.equals(MEMORY) ? beside.getOrDefault(MACHINE, 0.0) : 0;
        if (!(limit > 0) && machine > 0) {
            limit = machine;
            notes.add(thing.subject() + " has no limit of its own memory: that of its machine is taken for it");
        }
        if (limit > 0) {
            planner.limit(resource, limit);
        }
        for (GaugePoint p : course(thing, name)) {
            Instant at = Instant.ofEpochMilli(p.atMillis());
            if (dimension == Dimension.THROUGHPUT) {
                planner.recordTotal(resource, at, p.value());
            } else {
                planner.record(resource, at, p.value());
            }
        }
    }

    private List<GaugePoint> course(Thing thing, String name) throws HistoryException {
        List<GaugePoint> most = List.of();
        for (Span span : SPANS) {
            List<GaugePoint> found = history.gauges(
                    thing.kind(),
                    thing.subject(),
                    name,
                    now.minus(span.back()).toEpochMilli(),
                    now.toEpochMilli() + 1,
                    span.step().toMillis(),
                    MOST_POINTS);
            if (found.size() >= ENOUGH) {
                return found;
            }
            most = found.size() > most.size() ? found : most;
        }
        return most;
    }
}
