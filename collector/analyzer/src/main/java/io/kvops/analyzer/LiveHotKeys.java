package io.kvops.analyzer;

import java.util.TreeMap;

/** The most used keys of the last minute, in steps of ten seconds. Guarded by the analyzer's lock. */
final class LiveHotKeys {
    private static final int CAPACITY = 400;
    private static final int STEPS = 7;

    private final TreeMap<Long, HotKeyTable> steps = new TreeMap<>();

    void add(Bucket bucket) {
        if (bucket.hotKeys.size() == 0) {
            return;
        }
        long step = Math.floorDiv(bucket.startMillis, LivePlace.STEP_MILLIS);
        if (steps.size() >= STEPS && step < steps.firstKey()) {
            return;
        }
        steps.computeIfAbsent(step, s -> new HotKeyTable(CAPACITY)).addAll(bucket.hotKeys);
        while (steps.size() > STEPS) {
            steps.pollFirstEntry();
        }
    }

    /** Adds the steps that reach past a moment. */
    void sumInto(HotKeyTable sum, long sinceMillis) {
        steps.tailMap(Math.floorDiv(sinceMillis, LivePlace.STEP_MILLIS))
                .values()
                .forEach(sum::addAll);
    }
}
