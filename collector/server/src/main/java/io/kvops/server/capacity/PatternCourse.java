package io.kvops.server.capacity;

import io.kvops.history.OpsPoint;
import java.util.HashMap;
import java.util.Map;

/** Operations and bytes of values of a key pattern, by the begin of their steps. Belongs to one thread. */
final class PatternCourse {
    private final String pattern;
    private final Map<Long, Double> operations = new HashMap<>();
    private final Map<Long, Double> bytes = new HashMap<>();
    private long count;

    PatternCourse(String pattern) {
        this.pattern = pattern;
    }

    void add(OpsPoint p) {
        count += p.count();
        operations.merge(p.startMillis(), (double) p.count(), Double::sum);
        bytes.merge(p.startMillis(), (double) p.bytesIn() + p.bytesOut(), Double::sum);
    }

    String pattern() {
        return pattern;
    }

    long count() {
        return count;
    }

    Map<Long, Double> operations() {
        return operations;
    }

    Map<Long, Double> bytes() {
        return bytes;
    }
}
