package io.kvops.planner;

import io.kvops.planner.forecast.Timeline;
import java.time.Instant;
import java.util.Arrays;

/** What was recorded of one resource. When it is full its older half is thinned out: of two the second stays. */
final class Samples {
    /** Values held of one resource. */
    static final int MAX = 20_000;

    private static final int FIRST = 64;

    private long[] at = new long[FIRST];
    private double[] values = new double[FIRST];
    private final Timeline.Kind kind;
    private int size;

    Samples(Timeline.Kind kind) {
        this.kind = kind;
    }

    synchronized void add(Instant when, double value) {
        if (size == MAX) {
            thin();
        }
        if (size == at.length) {
            at = Arrays.copyOf(at, Math.min(MAX, 2 * size));
            values = Arrays.copyOf(values, at.length);
        }
        at[size] = when.toEpochMilli();
        values[size++] = value;
    }

    private void thin() {
        int kept = 0;
        for (int i = 1; i < size; i += i < size / 2 ? 2 : 1) {
            at[kept] = at[i];
            values[kept++] = values[i];
        }
        size = kept;
    }

    synchronized Timeline timeline() {
        return Timeline.of(Arrays.copyOf(at, size), Arrays.copyOf(values, size), kind);
    }
}
