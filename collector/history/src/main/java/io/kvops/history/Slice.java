package io.kvops.history;

/**
 * How far a merge in slices has got: rows of operations that come from now on, and belong to it, are merged by nobody.
 *
 * @param level into which is merged
 * @param toMillis end of what is merged, exclusive
 * @param seriesTo id of a series up to which it is merged, exclusive
 */
record Slice(Level level, long toMillis, int seriesTo) {
    static final Slice NONE = new Slice(Level.SECOND, Long.MIN_VALUE, Integer.MIN_VALUE);

    boolean has(Level of, long millis, int series) {
        return of == level && millis < toMillis && series < seriesTo;
    }
}
