package io.kvops.analyzer;

import io.kvops.history.SeriesId;
import io.kvops.op.OpClass;
import io.kvops.wire.SeriesKey;
import io.kvops.wire.Source;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The one copy of each series that was active within the hour, and the bound on their number. Nine tenths of the bound take
 * series as they come, the rest only those with the pattern {@link #OTHER}; past that there is one series per store, for
 * at most {@link #MAX_STORES} stores. Guarded by the analyzer's lock.
 */
final class SeriesRegistry {
    static final String OTHER = "other";
    static final int MAX_STORES = 100;

    private static final long IDLE_MILLIS = 3_600_000;

    private final LiveTotals totals;
    private final Map<SeriesId, TrackedSeries> series = new HashMap<>();
    private final Map<SeriesKey, SeriesKey> keys = new HashMap<>();
    private final Set<String> overflowStores = new HashSet<>();
    private int max;

    SeriesRegistry(int max, LiveTotals totals) {
        this.max = max;
        this.totals = totals;
    }

    void setMax(int max) {
        this.max = max;
    }

    int size() {
        return series.size();
    }

    /** The series under which this one counts: its own, or one that stands for several. */
    TrackedSeries resolve(Source source, SeriesKey key) {
        TrackedSeries known = admit(source.service(), source.instance(), key, max - max / 10);
        if (known == null) {
            SeriesKey folded =
                    new SeriesKey(key.store(), key.endpoint(), key.op(), key.opClass(), OTHER, key.internal());
            known = admit(source.service(), source.instance(), folded, max);
        }
        return known != null ? known : ofStore(key);
    }

    /** The id of a slow operation's series; it need not be counted here. */
    SeriesId idOf(Source source, SeriesKey key) {
        SeriesKey shared = keys.getOrDefault(key, key);
        return id(source.service(), source.instance(), shared);
    }

    /** Lets go of what was not active for an hour. Returns whether there was any. */
    boolean expire(long nowMillis) {
        boolean any = series.values().removeIf(s -> {
            s.expired = s.seenMillis < nowMillis - IDLE_MILLIS;
            return s.expired;
        });
        if (any) {
            keys.clear();
            series.values().forEach(s -> keys.put(s.key, s.key));
        }
        return any;
    }

    private @Nullable TrackedSeries admit(String service, String instance, SeriesKey key, int limit) {
        SeriesKey shared = keys.getOrDefault(key, key);
        SeriesId id = id(service, instance, shared);
        TrackedSeries known = series.get(id);
        if (known == null && series.size() < limit) {
            keys.putIfAbsent(shared, shared);
            known = new TrackedSeries(id, shared, totals.op(id), totals.place(id));
            series.put(id, known);
        }
        return known;
    }

    private static SeriesId id(String service, String instance, SeriesKey key) {
        return new SeriesId(
                service, instance, key.store(), key.endpoint(), key.op(), key.opClass(), key.pattern(), key.internal());
    }

    private TrackedSeries ofStore(SeriesKey key) {
        String store = key.store();
        if (!overflowStores.contains(store)) {
            if (overflowStores.size() < MAX_STORES) {
                overflowStores.add(store);
            } else {
                store = OTHER;
            }
        }
        SeriesKey folded = new SeriesKey(store, OTHER, "OTHER", OpClass.OTHER, OTHER, key.internal());
        TrackedSeries known = admit(OTHER, OTHER, folded, Integer.MAX_VALUE);
        if (known == null) {
            throw new AssertionError("no bound refused " + folded);
        }
        return known;
    }
}
