package io.kvops.analyzer;

import io.kvops.key.KeyTemplate;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The hot keys of a window. Pure. */
final class HotKeyRows {
    private HotKeyRows() {}

    private record Place(String store, String endpoint) {}

    /** Adds the tables of all cells: counts, errors and floors add up, see {@link HotKeyTable}. Most used first. */
    static List<Report.HotKey> of(List<WindowData.Slice> slices, int limit) {
        Map<HotKeyId, HotKeyCount> sums = new HashMap<>();
        Map<Place, Long> opsByPlace = new HashMap<>();
        long floors = 0;
        for (WindowData.Slice slice : slices) {
            floors += slice.hotKeyFloor();
            for (HotKeyCount c : slice.hotKeys()) {
                sums.merge(c.id(), c, HotKeyCount::plus);
            }
            for (SeriesCount c : slice.series()) {
                if (!c.id.key.internal()) {
                    opsByPlace.merge(new Place(c.id.key.store(), c.id.key.endpoint()), c.count, Long::sum);
                }
            }
        }
        long floor = floors;
        return sums.values().stream()
                .sorted(Comparator.comparingLong((HotKeyCount c) -> c.count() + c.error())
                        .reversed()
                        .thenComparing(c -> c.id(), HotKeyId.ORDER))
                .limit(limit)
                .map(c -> row(c, floor, opsByPlace.getOrDefault(new Place(c.id().store, c.id().endpoint), 0L)))
                .toList();
    }

    private static Report.HotKey row(HotKeyCount c, long floor, long opsOfPlace) {
        HotKeyId id = c.id();
        long error = Math.max(0, c.error() + floor);
        return new Report.HotKey(
                id.store,
                id.endpoint,
                KeyText.of(id.key, id.hashed),
                id.hashed,
                id.hashed ? "" : KeyTemplate.of(id.key, 0, id.key.length),
                c.count() + error,
                error,
                c.reads(),
                c.writes(),
                c.bytes(),
                opsOfPlace > 0 ? Math.min(1, (double) c.count() / opsOfPlace) : 0,
                c.services().stream().sorted().toList());
    }
}
