package io.kvops.agent.core;

/** A series as one long: endpoint, op, pattern, internal. Never 0, so that 0 can stand for a free slot. */
final class SeriesIds {
    private static final long USED = 1L << 62;
    private static final int INTERNAL_SHIFT = 40;
    private static final int ENDPOINT_SHIFT = 28;
    private static final int OP_SHIFT = 16;

    /** The series of all for which there was no room. */
    static final long OTHER = of(0, 0, Patterns.OTHER, false);

    private SeriesIds() {}

    static long of(int endpoint, int op, int pattern, boolean internal) {
        return USED
                | (internal ? 1L << INTERNAL_SHIFT : 0)
                | (long) endpoint << ENDPOINT_SHIFT
                | (long) op << OP_SHIFT
                | pattern;
    }

    static int endpoint(long series) {
        return (int) (series >>> ENDPOINT_SHIFT) & Endpoints.MAX - 1;
    }

    static int op(long series) {
        return (int) (series >>> OP_SHIFT) & OpNames.MAX - 1;
    }

    static int pattern(long series) {
        return (int) series & Patterns.MAX - 1;
    }

    static boolean internal(long series) {
        return (series & 1L << INTERNAL_SHIFT) != 0;
    }

    static long withPattern(long series, int pattern) {
        return (series & -Patterns.MAX) | pattern;
    }

    /** A series together with a kind of error, for counting. */
    static long withError(long series, int error) {
        return series | (long) error << 42;
    }

    static int error(long withError) {
        return (int) (withError >>> 42) & ErrorNames.MAX - 1;
    }

    static long withoutError(long withError) {
        return withError & ~((long) (ErrorNames.MAX - 1) << 42);
    }
}
