package io.kvops.server.capacity;

import io.kvops.history.History;
import io.kvops.history.HistoryException;
import io.kvops.planner.CapacityPlanner;
import io.kvops.planner.capacity.Dimension;
import io.kvops.planner.capacity.Resource;
import io.kvops.server.capacity.OperationCourses.Patterns;
import io.kvops.server.capacity.OperationCourses.Place;
import io.kvops.server.capacity.OperationCourses.Places;
import io.kvops.server.capacity.OperationCourses.Span;
import io.kvops.server.capacity.OperationCourses.Steps;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What agents measured of operations, as resources: of each store the 99th percentile of its latencies, of which only the
 * configuration can say what is too much; of its most used key patterns the operations a second and the bytes of values a
 * second; and the operations a second of the store itself where no probe measures them. Percentiles come from the merged
 * histograms of a step, never from other percentiles.
 */
final class OperationResources {
    /** Stores that are looked at, those with the most operations; the rest is counted. */
    static final int STORES_MOST = 20;

    /** Key patterns of a store that are looked at, those with the most operations; the rest is counted. */
    static final int PATTERNS_MOST = 10;

    /** The same of all stores. */
    static final int PATTERNS_MOST_IN_ALL = 60;

    static final String LATENCY = "latency.p99.seconds";
    static final String VALUES = "values.bytes.total";

    private final CapacityPlanner planner;
    private final CapacityConfig config;
    private final OperationCourses courses;
    private final List<String> notes = new ArrayList<>();
    private int patterns;

    private OperationResources(CapacityPlanner planner, CapacityConfig config, OperationCourses courses) {
        this.planner = planner;
        this.config = config;
        this.courses = courses;
    }

    /**
     * Records what was measured up to now. To be called after what probes measured was recorded: their names of stores are
     * those of the same host and port here.
     *
     * @param store empty: of all stores
     * @return what the reader should know of it
     */
    static List<String> read(History history, CapacityPlanner planner, CapacityConfig config, String store, Instant now)
            throws HistoryException {
        OperationResources reading = new OperationResources(planner, config, new OperationCourses(history, now));
        reading.all(store);
        return reading.notes;
    }

    private void all(String store) throws HistoryException {
        Places found = courses.places();
        Set<String> probed = planner.stores();
        Map<String, List<Place>> stores = new LinkedHashMap<>();
        for (Place place : found.places()) {
            String name = StoreNames.of(place.kind(), place.endpoint(), probed, store);
            if (store.isEmpty() || store.equals(name)) {
                stores.computeIfAbsent(name, s -> new ArrayList<>()).add(place);
            }
        }
        int looked = 0;
        for (Map.Entry<String, List<Place>> e : stores.entrySet()) {
            if (looked++ < STORES_MOST) {
                take(e.getKey(), e.getValue());
            }
        }
        leftOut(stores.size() - STORES_MOST, "stores past the first " + STORES_MOST, "; name a store");
        leftOut(found.leftOut(), "endpoints", "");
    }

    private void leftOut(int count, String what, String then) {
        if (count > 0) {
            notes.add(count + " " + what + " by operations are not looked at" + then);
        }
    }

    private void take(String store, List<Place> places) throws HistoryException {
        @Nullable Steps most = null;
        List<StoreStep> did = List.of();
        for (Span span : OperationCourses.SPANS) {
            Steps steps = courses.steps(span);
            List<StoreStep> found =
                    steps.alive().size() < OperationCourses.LEAST ? List.of() : courses.store(places, steps);
            if (found.size() > did.size()) {
                most = steps;
                did = found;
            }
            if (found.size() >= steps.enough()) {
                break;
            }
        }
        if (most != null && did.size() >= OperationCourses.LEAST) {
            whole(store, most, did);
            patterns(store, places, most);
        }
    }

    private void whole(String store, Steps steps, List<StoreStep> did) {
        Resource latency = Resource.of(store, Dimension.LATENCY, LATENCY);
        Resource rate = Resource.of(store, Dimension.THROUGHPUT, MeasuredResources.OPERATIONS);
        Map<Long, Double> counts = new HashMap<>();
        for (StoreStep step : did) {
            if (step.isTimed()) {
                planner.record(
                        latency, Instant.ofEpochMilli(step.startMillis() + steps.stepMillis()), step.p99Nanos() / 1e9);
            }
            counts.put(step.startMillis(), (double) step.count());
        }
        limit(latency);
        if (!planner.resources().contains(rate)) {
            rates(rate, steps, counts);
            limit(rate);
        }
    }

    private void limit(Resource resource) {
        Double limit = config.limits(resource.store()).get(resource.metric());
        if (limit != null) {
            planner.limit(resource, limit);
        }
    }

    private void patterns(String store, List<Place> places, Steps steps) throws HistoryException {
        int room = Math.min(PATTERNS_MOST, PATTERNS_MOST_IN_ALL - patterns);
        Patterns found = courses.patterns(places, steps, room);
        patterns += found.most().size();
        for (PatternCourse pattern : found.most()) {
            Resource operations = Resource.of(store, Dimension.THROUGHPUT, MeasuredResources.OPERATIONS);
            rates(operations.of(pattern.pattern()), steps, pattern.operations());
            Resource values = Resource.of(store, Dimension.OTHER, VALUES);
            rates(values.of(pattern.pattern()), steps, pattern.bytes());
        }
        int looked = found.most().size();
        leftOut(found.all() - looked, "key patterns of " + store + " past the first " + looked, "");
    }

    /** Records rates from the first step with a count on; a step without one, in which others had some, is a zero. */
    private void rates(Resource resource, Steps steps, Map<Long, Double> counts) {
        boolean began = false;
        for (long at : steps.alive()) {
            Double count = counts.get(at);
            began |= count != null;
            if (began) {
                double perSecond = (count == null ? 0 : count) * 1_000 / steps.stepMillis();
                planner.record(resource, Instant.ofEpochMilli(at + steps.stepMillis()), perSecond);
            }
        }
    }
}
