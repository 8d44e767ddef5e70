package io.kvops.agent.core;

import java.util.Map;

/** Counts of what was not kept, by reason. */
final class Dropped {
    private Dropped() {}

    static void add(Map<String, Long> dropped, String reason, long count) {
        if (count > 0) {
            Long before = dropped.get(reason);
            dropped.put(reason, (before == null ? 0 : before) + count);
        }
    }
}
