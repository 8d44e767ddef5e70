package io.kvops.histogram;

/**
 * An immutable histogram that holds only its non-empty buckets: ascending indices of {@link LatencyBuckets}, and a count
 * of at least 1 for each.
 */
public final class SparseHistogram {
    /** Holds nothing. */
    public static final SparseHistogram EMPTY = new SparseHistogram(new int[0], new long[0]);

    private final int[] indices;
    private final long[] counts;

    private SparseHistogram(int[] indices, long[] counts) {
        this.indices = indices;
        this.counts = counts;
    }

    /**
     * Takes both arrays over without a copy; the caller must not touch them again.
     *
     * @param indices strictly ascending, each 0 to {@link LatencyBuckets#COUNT} exclusive
     * @param counts as many as indices, each at least 1
     * @throws IllegalArgumentException if either does not hold
     */
    public static SparseHistogram of(int[] indices, long[] counts) {
        if (indices.length != counts.length) {
            throw new IllegalArgumentException(
                    "histogram: " + indices.length + " indices, " + counts.length + " counts");
        }
        int previous = -1;
        for (int i = 0; i < indices.length; i++) {
            if (indices[i] <= previous || indices[i] >= LatencyBuckets.COUNT) {
                throw new IllegalArgumentException("histogram: bucket " + indices[i] + " after " + previous
                        + " (expected ascending, below " + LatencyBuckets.COUNT + ")");
            }
            if (counts[i] < 1) {
                throw new IllegalArgumentException("histogram: count " + counts[i] + " (expected >= 1)");
            }
            previous = indices[i];
        }
        return new SparseHistogram(indices, counts);
    }

    /** Number of non-empty buckets. */
    public int size() {
        return indices.length;
    }

    /** Bucket index of the i-th non-empty bucket. */
    public int index(int i) {
        return indices[i];
    }

    /** Count of the i-th non-empty bucket. */
    public long count(int i) {
        return counts[i];
    }

    /** Sum of all counts. */
    public long total() {
        long sum = 0;
        for (long c : counts) {
            sum += c;
        }
        return sum;
    }
}
