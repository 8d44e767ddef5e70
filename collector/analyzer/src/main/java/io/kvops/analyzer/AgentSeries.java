package io.kvops.analyzer;

import io.kvops.wire.SeriesKey;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The series of one agent as it names them. Agents name them in much the same order in each frame, so the next one is
 * looked for where the last one was found, before anything is hashed: what arrives has new strings each time. Guarded by the
 * analyzer's lock.
 */
final class AgentSeries {
    /** More are looked up in the registry each time. */
    private static final int MAX = 4_096;

    private static final int LOOK_AHEAD = 4;

    private TrackedSeries[] order = new TrackedSeries[8];
    private int size;
    private int cursor;
    private final Map<SeriesKey, TrackedSeries> byKey = new HashMap<>();

    /** Begins a frame. */
    void rewind() {
        cursor = 0;
    }

    @Nullable
    TrackedSeries find(SeriesKey key) {
        int last = Math.min(size, cursor + LOOK_AHEAD);
        for (int i = cursor; i < last; i++) {
            if (order[i].key.equals(key)) {
                cursor = i + 1;
                return order[i].expired ? null : order[i];
            }
        }
        TrackedSeries known = byKey.get(key);
        return known == null || known.expired ? null : known;
    }

    /** Remembers a series that stands for nothing but itself. */
    void add(TrackedSeries series) {
        if (byKey.size() >= MAX) {
            return;
        }
        if (byKey.put(series.key, series) == null) {
            if (size == order.length) {
                order = Arrays.copyOf(order, 2 * size);
            }
            order[size++] = series;
            cursor = size;
        } else {
            for (int i = 0; i < size; i++) {
                order[i] = order[i].key.equals(series.key) ? series : order[i];
            }
        }
    }

    /** Lets go of series that have expired. */
    void prune() {
        byKey.values().removeIf(s -> s.expired);
        int kept = 0;
        for (int i = 0; i < size; i++) {
            if (!order[i].expired) {
                order[kept++] = order[i];
            }
        }
        Arrays.fill(order, kept, size, null);
        size = kept;
    }
}
