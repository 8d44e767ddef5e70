package io.kvops.analyzer;

import io.kvops.history.HotKeyPoint;
import io.kvops.history.OpsPoint;
import io.kvops.key.KeyTemplate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Hot keys as reports show them, most used first. Pure. */
final class HotKeyRows {
    private HotKeyRows() {}

    /** @param floor to be added to the bound of each, see {@link HotKeyTable} */
    static List<Report.HotKey> of(
            Collection<HotKeyCount> counts, long floor, Map<LivePlace.Name, Long> opsByPlace, int limit) {
        return counts.stream()
                .sorted(Comparator.comparingLong(HotKeyCount::most)
                        .reversed()
                        .thenComparing(c -> c.id(), HotKeyId.ORDER))
                .limit(limit)
                .map(c -> row(c, floor, opsByPlace.getOrDefault(new LivePlace.Name(c.id().store, c.id().endpoint), 0L)))
                .toList();
    }

    /** Those of the history. */
    static List<Report.HotKey> of(List<HotKeyPoint> points, long floor, List<OpsPoint> places, int limit) {
        Map<LivePlace.Name, Long> ops = new HashMap<>();
        places.forEach(p ->
                ops.merge(new LivePlace.Name(p.series().store(), p.series().endpoint()), p.count(), OpsPoint::plus));
        List<HotKeyCount> counts = new ArrayList<>(points.size());
        for (HotKeyPoint p : points) {
            counts.add(new HotKeyCount(
                    new HotKeyId(p.store(), p.endpoint(), p.key(), p.hashed()),
                    p.count(),
                    p.error(),
                    p.reads(),
                    p.writes(),
                    p.bytes(),
                    Set.copyOf(p.services())));
        }
        return of(counts, floor, ops, limit);
    }

    private static Report.HotKey row(HotKeyCount c, long floor, long opsOfPlace) {
        HotKeyId id = c.id();
        long error = Math.max(0, OpsPoint.plus(c.error(), floor));
        return new Report.HotKey(
                id.store,
                id.endpoint,
                KeyText.of(id.key, id.hashed),
                id.hashed,
                id.hashed ? "" : KeyTemplate.of(id.key, 0, id.key.length),
                OpsPoint.plus(c.count(), error),
                error,
                c.reads(),
                c.writes(),
                c.bytes(),
                opsOfPlace > 0 ? Math.min(1, (double) c.count() / opsOfPlace) : 0,
                c.services().stream().sorted().toList());
    }
}
