package io.kvops.analyzer;

import io.kvops.history.OpsPoint;
import java.util.Arrays;

/** Operations at one endpoint of one store over the last minute, in steps of ten seconds. Guarded by the analyzer's lock. */
final class LivePlace {
    static final long STEP_MILLIS = 10_000;
    private static final int STEPS = 8;

    final Name name;
    private final long[] step = new long[STEPS];
    private final long[] ops = new long[STEPS];

    LivePlace(Name name) {
        this.name = name;
        Arrays.fill(step, Long.MIN_VALUE);
    }

    void reset() {
        Arrays.fill(step, Long.MIN_VALUE);
    }

    /** A store and an endpoint of it. */
    record Name(String store, String endpoint) {}

    void add(long atMillis, long n) {
        long s = Math.floorDiv(atMillis, STEP_MILLIS);
        int i = (int) Math.floorMod(s, (long) STEPS);
        if (step[i] < s) {
            step[i] = s;
            ops[i] = 0;
        }
        if (step[i] == s) {
            ops[i] = OpsPoint.plus(ops[i], n);
        }
    }

    /** Operations in the steps that reach past a moment. */
    long since(long millis) {
        long sum = 0;
        for (int i = 0; i < STEPS; i++) {
            sum = OpsPoint.plus(sum, step[i] != Long.MIN_VALUE && (step[i] + 1) * STEP_MILLIS > millis ? ops[i] : 0);
        }
        return sum;
    }
}
