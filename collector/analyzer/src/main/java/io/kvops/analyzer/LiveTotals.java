package io.kvops.analyzer;

import io.kvops.history.OpsPoint;
import io.kvops.history.SeriesId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What the live view counts by store and op, and by store and endpoint, both bounded. Guarded by the analyzer's lock. */
final class LiveTotals {
    static final int MAX_OPS = 500;
    static final int MAX_PLACES = 10_000;

    private final Map<LiveOp.Name, LiveOp> byName = new HashMap<>();
    private final List<LiveOp> ops = new ArrayList<>();
    private final Map<LivePlace.Name, LivePlace> places = new HashMap<>();
    private long count;
    private long errors;
    private long misses;

    LiveOp op(SeriesId id) {
        LiveOp.Name name = new LiveOp.Name(id.store(), id.op(), Report.lower(id.opClass()));
        if (byName.size() >= MAX_OPS && !byName.containsKey(name)) {
            name = new LiveOp.Name(SeriesRegistry.OTHER, "OTHER", SeriesRegistry.OTHER);
        }
        return byName.computeIfAbsent(name, n -> {
            LiveOp op = new LiveOp(n, ops.size());
            ops.add(op);
            return op;
        });
    }

    LivePlace place(SeriesId id) {
        LivePlace.Name name = new LivePlace.Name(id.store(), id.endpoint());
        if (places.size() >= MAX_PLACES && !places.containsKey(name)) {
            name = new LivePlace.Name(SeriesRegistry.OTHER, SeriesRegistry.OTHER);
        }
        return places.computeIfAbsent(name, LivePlace::new);
    }

    void resetPlaces() {
        places.values().forEach(LivePlace::reset);
    }

    void add(LiveOp op, long n, long failed, long missed) {
        op.count = OpsPoint.plus(op.count, n);
        op.errors = OpsPoint.plus(op.errors, failed);
        op.misses = OpsPoint.plus(op.misses, missed);
        count = OpsPoint.plus(count, n);
        errors = OpsPoint.plus(errors, failed);
        misses = OpsPoint.plus(misses, missed);
    }

    /** By slot. */
    List<LiveOp> ops() {
        return ops;
    }

    long count() {
        return count;
    }

    long errors() {
        return errors;
    }

    long misses() {
        return misses;
    }

    /** Operations by place since a moment of the last minute. */
    Map<LivePlace.Name, Long> opsByPlace(long sinceMillis) {
        Map<LivePlace.Name, Long> sums = new HashMap<>();
        places.forEach((name, place) -> sums.put(name, place.since(sinceMillis)));
        return sums;
    }
}
