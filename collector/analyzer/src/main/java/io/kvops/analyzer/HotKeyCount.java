package io.kvops.analyzer;

import io.kvops.history.HotKeyPoint;
import io.kvops.history.OpsPoint;
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
                OpsPoint.plus(count, other.count),
                OpsPoint.plus(error, other.error),
                OpsPoint.plus(reads, other.reads),
                OpsPoint.plus(writes, other.writes),
                OpsPoint.plus(bytes, other.bytes),
                union(services, other.services));
    }

    /** Uses that there may have been, less the floor of the table. */
    long most() {
        return OpsPoint.plus(count, error);
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
