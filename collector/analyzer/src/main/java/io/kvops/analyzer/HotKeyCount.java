package io.kvops.analyzer;

import io.kvops.history.HotKeyPoint;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Uses of one key, as one {@link HotKeyTable} knows them. Immutable.
 *
 * @param count uses seen: a lower bound
 * @param error how many more there may have been, less the floor of the table: the upper bound is count + error + floor
 */
record HotKeyCount(HotKeyId id, long count, long error, long reads, long writes, long bytes, Set<String> services) {
    /** Services listed for one key; more are not. */
    static final int MAX_SERVICES = 50;

    HotKeyPoint toPoint(long startMillis) {
        return new HotKeyPoint(
                startMillis,
                id.store,
                id.endpoint,
                id.key,
                id.hashed,
                count,
                error,
                reads,
                writes,
                bytes,
                List.copyOf(services));
    }

    HotKeyCount plus(HotKeyCount other) {
        return new HotKeyCount(
                id,
                count + other.count,
                error + other.error,
                reads + other.reads,
                writes + other.writes,
                bytes + other.bytes,
                union(services, other.services));
    }

    HotKeyCount withError(long newError) {
        return new HotKeyCount(id, count, newError, reads, writes, bytes, services);
    }

    private static Set<String> union(Set<String> a, Set<String> b) {
        if (a.containsAll(b) || a.size() >= MAX_SERVICES) {
            return a;
        }
        if (b.containsAll(a)) {
            return b;
        }
        Set<String> all = new TreeSet<>(a);
        for (String s : b) {
            if (all.size() < MAX_SERVICES) {
                all.add(s);
            }
        }
        return all;
    }
}
