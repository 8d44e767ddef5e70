package io.kvops.histogram;

/**
 * The bucket layout of all histograms: that of HdrHistogram with 2 significant decimal digits and a unit of 1 ns
 * (Gil Tene, HdrHistogram, {@code AbstractHistogram.countsArrayIndex}). A bucket is at most 1/128 (0.8 %) wide, relative
 * to its values. Indices are dense and ascend with the values.
 */
public final class LatencyBuckets {
    private static final int SUB_BUCKET_HALF_BITS = 7;
    private static final int SUB_BUCKET_HALF = 1 << SUB_BUCKET_HALF_BITS;
    private static final int LEADING_ZEROS_OF_UNIT_BUCKET = 64 - SUB_BUCKET_HALF_BITS - 1;
    private static final long SUB_BUCKET_MASK = 2L * SUB_BUCKET_HALF - 1;

    /** Largest value that keeps its precision, in ns (about 146 years); larger ones count as this one. */
    public static final long MAX_VALUE = (1L << 62) - 1;

    /** Number of buckets: indices are 0 to this, exclusive. */
    public static final int COUNT = indexOf(MAX_VALUE) + 1;

    private LatencyBuckets() {}

    /** The bucket of a value in ns; negative values count as 0, values over {@link #MAX_VALUE} as that. */
    public static int indexOf(long value) {
        long v = value < 0 ? 0 : Math.min(value, MAX_VALUE);
        int bucket = LEADING_ZEROS_OF_UNIT_BUCKET - Long.numberOfLeadingZeros(v | SUB_BUCKET_MASK);
        int subBucket = (int) (v >>> bucket);
        return ((bucket + 1) << SUB_BUCKET_HALF_BITS) + subBucket - SUB_BUCKET_HALF;
    }

    /** Smallest value of a bucket, in ns. */
    public static long lowest(int index) {
        int bucket = (index >> SUB_BUCKET_HALF_BITS) - 1;
        int subBucket = (index & (SUB_BUCKET_HALF - 1)) + SUB_BUCKET_HALF;
        if (bucket < 0) {
            return (long) subBucket - SUB_BUCKET_HALF;
        }
        return (long) subBucket << bucket;
    }

    /** Largest value of a bucket, in ns: what a percentile reports, so that it never understates. */
    public static long highest(int index) {
        return index + 1 >= COUNT ? MAX_VALUE : lowest(index + 1) - 1;
    }
}
