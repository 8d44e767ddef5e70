package io.kvops.history;

/**
 * Sizes that nobody but a test changes.
 *
 * @param rowsAtATime rows of operations merged by one transaction: bounds the heap, of which one takes a kilobyte or two
 * @param sumsOver active series from which their sums are kept as well, see {@link Sums}
 */
record Tuning(int rowsAtATime, int sumsOver) {
    static final Tuning DEFAULTS = new Tuning(20_000, 200);
}
