package io.kvops.tasks;

import java.util.ArrayDeque;

/** The rate over the last 10 s or so, from readings at heartbeats. Guarded by its task. */
final class RateMeter {
    private static final long WINDOW_NANOS = 10_000_000_000L;
    private static final int MAX_READINGS = 1_000;

    private record Reading(long nanos, long done) {}

    private final ArrayDeque<Reading> readings = new ArrayDeque<>();

    /** Takes a reading and tells units a second, 0 while there is but one. */
    double read(long nanos, long done) {
        if (!readings.isEmpty() && done < readings.getLast().done()) {
            readings.clear(); // a new phase counts from its own beginning
        }
        readings.addLast(new Reading(nanos, done));
        while (readings.size() > 2
                && (nanos - readings.getFirst().nanos() > WINDOW_NANOS || readings.size() > MAX_READINGS)) {
            readings.removeFirst();
        }
        Reading first = readings.getFirst();
        long time = nanos - first.nanos();
        return time <= 0 ? 0 : (done - first.done()) * 1e9 / time;
    }
}
