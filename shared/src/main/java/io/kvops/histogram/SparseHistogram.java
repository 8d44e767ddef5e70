package io.kvops.histogram;

import java.util.Arrays;

/**
 * An immutable histogram that holds only its non-empty buckets: ascending indices of {@link LatencyBuckets}, and a count
 * of at least 1 for each. Takes 3 bytes for a bucket, 10 where some count is more than 127; two less as a
 * {@link SparseSum#view}.
 */
public final class SparseHistogram {
    static final char[] NO_INDICES = {};
    static final byte[] NO_BYTES = {};
    static final long[] NO_LONGS = {};

    /** Holds nothing. */
    public static final SparseHistogram EMPTY = new SparseHistogram(NO_INDICES, NO_BYTES, NO_LONGS, 0);

    /** Unless there are words. */
    private final char[] indices;

    /** A bit for each bucket, from that of {@code 64 * firstWord} on; empty if there are indices. */
    private final long[] words;

    private final int firstWord;

    /** Unless there are longs. */
    private final byte[] bytes;

    private final long[] longs;
    private final int size;

    private SparseHistogram(char[] indices, byte[] bytes, long[] longs, int size) {
        this(indices, NO_LONGS, 0, bytes, longs, size);
    }

    private SparseHistogram(char[] indices, long[] words, int firstWord, byte[] bytes, long[] longs, int size) {
        this.indices = indices;
        this.words = words;
        this.firstWord = firstWord;
        this.bytes = bytes;
        this.longs = longs;
        this.size = size;
    }

    /**
     * A histogram of these buckets.
     *
     * @param indices strictly ascending, each 0 to {@link LatencyBuckets#COUNT} exclusive
     * @param counts as many as indices, each at least 1
     * @throws IllegalArgumentException if either does not hold
     */
    public static SparseHistogram of(int[] indices, long[] counts) {
        checkLengths(indices.length, counts.length);
        char[] chars = new char[indices.length];
        int previous = -1;
        boolean small = true;
        for (int i = 0; i < indices.length; i++) {
            check(indices[i], previous, counts[i]);
            previous = indices[i];
            chars[i] = (char) previous;
            small &= counts[i] <= Byte.MAX_VALUE;
        }
        if (!small) {
            return new SparseHistogram(chars, NO_BYTES, Arrays.copyOf(counts, counts.length), chars.length);
        }
        byte[] bytes = new byte[counts.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) counts[i];
        }
        return new SparseHistogram(chars, bytes, NO_LONGS, chars.length);
    }

    /**
     * As {@link #of(int[], long[])}, and takes both arrays over without a copy: the caller must not touch them again.
     *
     * @param indices strictly ascending, each 0 to {@link LatencyBuckets#COUNT} exclusive
     */
    public static SparseHistogram of(char[] indices, byte[] counts) {
        checkLengths(indices.length, counts.length);
        int previous = -1;
        for (int i = 0; i < indices.length; i++) {
            check(indices[i], previous, counts[i]);
            previous = indices[i];
        }
        return new SparseHistogram(indices, counts, NO_LONGS, indices.length);
    }

    /** As {@link #of(char[], byte[])}, for counts of any size. */
    public static SparseHistogram of(char[] indices, long[] counts) {
        checkLengths(indices.length, counts.length);
        int previous = -1;
        for (int i = 0; i < indices.length; i++) {
            check(indices[i], previous, counts[i]);
            previous = indices[i];
        }
        return new SparseHistogram(indices, NO_BYTES, counts, indices.length);
    }

    /** What a sum holds, not copied. */
    static SparseHistogram over(long[] words, int firstWord, byte[] bytes, long[] longs, int size) {
        return size == 0 ? EMPTY : new SparseHistogram(NO_INDICES, words, firstWord, bytes, longs, size);
    }

    private static void checkLengths(int indices, int counts) {
        if (indices != counts) {
            throw new IllegalArgumentException("histogram: " + indices + " indices, " + counts + " counts");
        }
    }

    private static void check(int index, int previous, long count) {
        if (index <= previous || index >= LatencyBuckets.COUNT) {
            throw new IllegalArgumentException("histogram: bucket " + index + " after " + previous
                    + " (expected ascending, below " + LatencyBuckets.COUNT + ")");
        }
        if (count < 1) {
            throw new IllegalArgumentException("histogram: count " + count + " (expected >= 1)");
        }
    }

    /** Number of non-empty buckets. */
    public int size() {
        return size;
    }

    /** Bucket index of the i-th non-empty bucket. */
    public int index(int i) {
        return words.length == 0 ? indices[i] : select(i);
    }

    /** Bucket indices of all non-empty buckets, ascending: faster than to ask for one after the other. */
    public char[] indices() {
        return words.length == 0 ? Arrays.copyOf(indices, size) : unpacked();
    }

    /** As {@link #indices}, but not to be changed. */
    char[] unpacked() {
        if (words.length == 0) {
            return indices;
        }
        char[] unpacked = new char[size];
        int at = 0;
        for (int word = 0; word < words.length; word++) {
            int first = (firstWord + word) << 6;
            for (long bits = words[word]; bits != 0; bits &= bits - 1) {
                unpacked[at++] = (char) (first + Long.numberOfTrailingZeros(bits));
            }
        }
        return unpacked;
    }

    /** Where the i-th bit is that is set. */
    private int select(int i) {
        int word = 0;
        int left = i;
        int here = Long.bitCount(words[0]);
        while (left >= here) {
            left -= here;
            here = Long.bitCount(words[++word]);
        }
        long bits = words[word];
        int at = (firstWord + word) << 6;
        for (int half = 32; half > 0; half >>= 1) {
            int low = Long.bitCount(bits & ((1L << half) - 1));
            if (left >= low) {
                left -= low;
                bits >>>= half;
                at += half;
            }
        }
        return at;
    }

    /** Count of the i-th non-empty bucket. */
    public long count(int i) {
        return longs.length == 0 ? bytes[i] : longs[i];
    }

    /** Sum of all counts. */
    public long total() {
        long sum = 0;
        for (int i = 0; i < size; i++) {
            sum += count(i);
        }
        return sum;
    }
}
