package io.kvops.history;

import java.util.List;

/**
 * A resolution: the width of its buckets, and how much time its tables hold: those that take new rows, and those into which
 * they are packed, sorted, once their time is over. Finest first.
 */
enum Level {
    SECOND("1s", 1_000, 300_000, 300_000),
    TEN_SECONDS("10s", 10_000, 3_600_000, 3_600_000),
    MINUTE("1m", 60_000, 6 * 3_600_000, 86_400_000),
    HOUR("1h", 3_600_000, 86_400_000, 30 * 86_400_000L),
    DAY("1d", 86_400_000, 360 * 86_400_000L, 360 * 86_400_000L);

    /** All of them; {@code values()} copies. */
    static final List<Level> ALL = List.of(values());

    final String label;
    final long widthMillis;

    /** What a table that takes rows holds. */
    final long periodMillis;

    /**
     * What a packed table holds, and what expires at a time: a multiple of the period, and of the next coarser width, so that a
     * horizon never cuts a bucket.
     */
    final long spanMillis;

    Level(String label, long widthMillis, long periodMillis, long spanMillis) {
        this.label = label;
        this.widthMillis = widthMillis;
        this.periodMillis = periodMillis;
        this.spanMillis = spanMillis;
    }

    long bucket(long millis) {
        return floor(millis, widthMillis);
    }

    long period(long millis) {
        return floor(millis, periodMillis);
    }

    long span(long millis) {
        return floor(millis, spanMillis);
    }

    boolean isCoarsest() {
        return this == DAY;
    }

    Level coarser() {
        return ALL.get(ALL.indexOf(this) + 1);
    }

    Level finer() {
        return ALL.get(ALL.indexOf(this) - 1);
    }

    static long floor(long millis, long width) {
        return Math.floorDiv(millis, width) * width;
    }

    static long ceil(long millis, long width) {
        return -floor(-millis, width);
    }
}
