package io.kvops.analyzer;

import io.kvops.op.OpClass;
import io.kvops.wire.SeriesKey;
import io.kvops.wire.Source;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The one copy of each series id that some cell holds, and the bound on their number. Nine tenths of the bound take
 * series as they come, the rest only those with the pattern {@link #OTHER}; past that there is one series per store, for
 * at most {@link #MAX_STORES} stores.
 */
final class SeriesRegistry {
    static final String OTHER = "other";
    static final int MAX_STORES = 100;

    private final int max;
    private final Map<SeriesId, SeriesId> ids = new HashMap<>();
    private final Set<String> overflowStores = new HashSet<>();

    SeriesRegistry(int max) {
        this.max = max;
    }

    /** The id under which this series counts: its own, or one that stands for several. */
    SeriesId resolve(Source source, SeriesKey key) {
        SeriesId own = new SeriesId(source.service(), source.instance(), key);
        SeriesId known = admit(own, max - max / 10);
        if (known != null) {
            return known;
        }
        SeriesKey folded = new SeriesKey(key.store(), key.endpoint(), key.op(), key.opClass(), OTHER, key.internal());
        known = admit(new SeriesId(source.service(), source.instance(), folded), max);
        return known != null ? known : ofStore(key);
    }

    int size() {
        return ids.size();
    }

    void retain(SeriesId id) {
        id.uses++;
    }

    void release(SeriesId id) {
        if (--id.uses == 0) {
            ids.remove(id);
        }
    }

    private @Nullable SeriesId admit(SeriesId id, int limit) {
        SeriesId known = ids.get(id);
        if (known == null && ids.size() < limit) {
            ids.put(id, id);
            return id;
        }
        return known;
    }

    private SeriesId ofStore(SeriesKey key) {
        String store = key.store();
        if (!overflowStores.contains(store)) {
            if (overflowStores.size() < MAX_STORES) {
                overflowStores.add(store);
            } else {
                store = OTHER;
            }
        }
        SeriesKey folded = new SeriesKey(store, OTHER, "OTHER", OpClass.OTHER, OTHER, key.internal());
        SeriesId id = new SeriesId(OTHER, OTHER, folded);
        SeriesId known = ids.putIfAbsent(id, id);
        return known == null ? id : known;
    }
}
