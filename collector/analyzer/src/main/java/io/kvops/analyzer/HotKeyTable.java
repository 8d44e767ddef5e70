package io.kvops.analyzer;

import io.kvops.history.OpsPoint;
import io.kvops.wire.HotKeyDelta;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The most used keys of one span of time, in bounded memory: a mergeable summary (Agarwal, Cormode, Huang, Phillips, Wei,
 * Yi, "Mergeable summaries", PODS 2012). At twice its capacity it forgets the lesser half; the largest upper bound among
 * all that it ever forgot is its floor. So for each key that it holds the true number of uses lies in {@code [count, count +
 * error + floor]}, and for each other key in {@code [0, floor]}: a forgotten key that comes back is owed the floor, and
 * one that never was in here is too, as nobody can tell them apart.
 *
 * <p>Errors are stored relative to the floor: then a key that one of two tables lacks has error 0 in it, and tables merge
 * by plain addition of counts, errors and floors. Belongs to one thread.
 */
final class HotKeyTable {
    private final int capacity;
    private final Map<HotKeyId, HotKeyCount> keys = new HashMap<>();
    private long floor;
    private long forgotten;

    HotKeyTable(int capacity) {
        this.capacity = capacity;
    }

    void add(HotKeyDelta delta, Set<String> services) {
        add(new HotKeyCount(
                HotKeyId.of(delta),
                Math.max(0, delta.count()),
                Math.max(0, delta.error()),
                Math.max(0, delta.reads()),
                Math.max(0, delta.writes()),
                Math.max(0, delta.bytes()),
                services));
        trim();
    }

    void addAll(HotKeyTable other) {
        floor = OpsPoint.plus(floor, other.floor);
        forgotten += other.forgotten;
        for (HotKeyCount c : other.keys.values()) {
            add(c);
        }
        trim();
    }

    /** What is held now; the elements are immutable. */
    Collection<HotKeyCount> counts() {
        return keys.values();
    }

    long floor() {
        return floor;
    }

    int size() {
        return keys.size();
    }

    /** How often a key was forgotten. */
    long forgotten() {
        return forgotten;
    }

    private void add(HotKeyCount c) {
        HotKeyCount known = keys.get(c.id());
        if (known == null) {
            keys.put(c.id(), c);
        } else {
            keys.put(known.id(), known.plus(c));
        }
    }

    private void trim() {
        if (keys.size() < 2 * capacity) {
            return;
        }
        List<HotKeyCount> ranked = new ArrayList<>(keys.values());
        ranked.sort(Comparator.comparingLong(HotKeyCount::most).reversed());
        long newFloor = Math.max(floor, OpsPoint.plus(ranked.get(capacity).most(), floor));
        forgotten += ranked.size() - capacity;
        keys.clear();
        for (HotKeyCount c : ranked.subList(0, capacity)) {
            keys.put(c.id(), c.withError(OpsPoint.plus(c.error(), floor - newFloor)));
        }
        floor = newFloor;
    }
}
