package io.kvops.histogram;

import java.util.Arrays;

/**
 * Sparse histograms added up in place. A bitmap says which buckets there are, and their counts lie packed in its order: a
 * bucket is found by counting bits, and takes a byte and little more. Once it has met all buckets of a series, adding another
 * histogram allocates nothing. Belongs to one thread at a time.
 */
public final class SparseSum {
    private static final int LEAST_CAPACITY = 32;

    /** A bit for each bucket, from that of {@code 64 * firstWord} on. */
    private long[] words = SparseHistogram.NO_LONGS;

    private int firstWord;

    /** Counts, until one does not fit. */
    private byte[] bytes = SparseHistogram.NO_BYTES;

    /** Counts from then on; empty before. */
    private long[] longs = SparseHistogram.NO_LONGS;

    private int size;

    /** Holds nothing. */
    public SparseSum() {}

    /** Adds the counts of a histogram. A count past {@link Long#MAX_VALUE} stays there. */
    public void add(SparseHistogram other) {
        int more = other.size();
        if (more == 0) {
            return;
        }
        char[] indices = other.unpacked();
        span(indices[0] >> 6, indices[more - 1] >> 6);
        int word = 0;
        int before = 0; // buckets in the words before
        for (int j = 0; j < more; j++) {
            int index = indices[j];
            for (int end = (index >> 6) - firstWord; word < end; word++) {
                before += Long.bitCount(words[word]);
            }
            long bit = 1L << index;
            int at = before + Long.bitCount(words[word] & (bit - 1));
            if ((words[word] & bit) == 0) {
                words[word] |= bit;
                insert(at, other.count(j));
            } else {
                increase(at, other.count(j));
            }
        }
    }

    /** Forgets all counts; keeps the memory, unless much more than was used. */
    public void clear() {
        if (longs.length > 0 || 2 * size < bytes.length) {
            words = SparseHistogram.NO_LONGS;
            bytes = SparseHistogram.NO_BYTES;
            longs = SparseHistogram.NO_LONGS;
        } else {
            Arrays.fill(words, 0);
        }
        size = 0;
    }

    /** What was added, without a copy: of no use any more once this sum is changed. */
    public SparseHistogram view() {
        return SparseHistogram.over(words, firstWord, bytes, longs, size);
    }

    /** What the counts take of the heap, in bytes. */
    public int heapBytes() {
        return 48 + 8 * words.length + bytes.length + 8 * longs.length;
    }

    /** Makes the bitmap reach from one word to another. */
    private void span(int from, int to) {
        if (words.length == 0) {
            firstWord = from;
            words = new long[to - from + 1];
        } else if (from < firstWord || to >= firstWord + words.length) {
            int first = Math.min(from, firstWord);
            long[] wider = new long[Math.max(to + 1, firstWord + words.length) - first];
            System.arraycopy(words, 0, wider, firstWord - first, words.length);
            firstWord = first;
            words = wider;
        }
    }

    private void increase(int at, long by) {
        if (longs.length == 0) {
            long sum = bytes[at] + by;
            if (by <= Byte.MAX_VALUE && sum <= Byte.MAX_VALUE) {
                bytes[at] = (byte) sum;
                return;
            }
            widen();
        }
        long sum = longs[at] + by;
        longs[at] = sum < 0 ? Long.MAX_VALUE : sum;
    }

    private void insert(int at, long count) {
        if (longs.length == 0 && count > Byte.MAX_VALUE) {
            widen();
        }
        reserve();
        if (longs.length == 0) {
            System.arraycopy(bytes, at, bytes, at + 1, size - at);
            bytes[at] = (byte) count;
        } else {
            System.arraycopy(longs, at, longs, at + 1, size - at);
            longs[at] = count;
        }
        size++;
    }

    private void widen() {
        long[] wide = new long[Math.max(LEAST_CAPACITY, bytes.length)];
        for (int i = 0; i < size; i++) {
            wide[i] = bytes[i];
        }
        longs = wide;
        bytes = SparseHistogram.NO_BYTES;
    }

    private void reserve() {
        int room = longs.length == 0 ? bytes.length : longs.length;
        if (size == room) {
            // not twice as much: there are two for each series of a fleet
            int capacity = Math.max(LEAST_CAPACITY, size + 1 + size / 4);
            if (longs.length == 0) {
                bytes = Arrays.copyOf(bytes, capacity);
            } else {
                longs = Arrays.copyOf(longs, capacity);
            }
        }
    }
}
