package io.kvops.histogram;

import java.util.Arrays;

/**
 * Sparse histograms added up in place, bucket by bucket: as small as {@link SparseHistogram}, and once it has met all
 * buckets of a series, adding another one allocates nothing. Belongs to one thread at a time.
 */
public final class SparseSum {
    private static final int LEAST_CAPACITY = 32;

    private char[] indices = SparseHistogram.NO_INDICES;

    /** Counts, until one does not fit. */
    private byte[] bytes = SparseHistogram.NO_BYTES;

    /** Counts from then on; empty before. */
    private long[] longs = SparseHistogram.NO_LONGS;

    private int size;

    /** Holds nothing. */
    public SparseSum() {}

    /** Adds the counts of a histogram. A count past {@link Long#MAX_VALUE} stays there. */
    public void add(SparseHistogram other) {
        int missing = addKnown(other);
        if (missing > 0) {
            insert(other, missing);
        }
    }

    /** Forgets all counts; keeps the memory, unless much more than was used. */
    public void clear() {
        if (longs.length > 0 || 2 * size < indices.length) {
            indices = SparseHistogram.NO_INDICES;
            bytes = SparseHistogram.NO_BYTES;
            longs = SparseHistogram.NO_LONGS;
        }
        size = 0;
    }

    /** What was added, without a copy: of no use any more once this sum is changed. */
    public SparseHistogram view() {
        return SparseHistogram.over(indices, bytes, longs, size);
    }

    /** What the counts take of the heap, in bytes. */
    public int heapBytes() {
        return 32 + 2 * indices.length + bytes.length + 8 * longs.length;
    }

    /** Adds to the buckets that are here; how many of the other are not. */
    private int addKnown(SparseHistogram other) {
        int missing = 0;
        int at = 0;
        for (int j = 0; j < other.size(); j++) {
            int index = other.index(j);
            while (at < size && indices[at] < index) {
                at++;
            }
            if (at < size && indices[at] == index) {
                increase(at, other.count(j));
            } else {
                missing++;
            }
        }
        return missing;
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

    /** Makes room from the end backwards, so that each bucket moves once. */
    private void insert(SparseHistogram other, int missing) {
        int from = size - 1;
        int to = size + missing;
        reserve(to);
        size = to;
        for (int j = other.size() - 1; j >= 0; j--) {
            int index = other.index(j);
            while (from >= 0 && indices[from] > index) {
                move(from--, --to);
            }
            if (from < 0 || indices[from] != index) {
                indices[--to] = (char) index;
                set(to, other.count(j));
            }
        }
    }

    private void move(int from, int to) {
        indices[to] = indices[from];
        if (longs.length == 0) {
            bytes[to] = bytes[from];
        } else {
            longs[to] = longs[from];
        }
    }

    private void set(int at, long count) {
        if (longs.length == 0) {
            if (count <= Byte.MAX_VALUE) {
                bytes[at] = (byte) count;
                return;
            }
            widen();
        }
        longs[at] = count;
    }

    private void widen() {
        long[] wide = new long[bytes.length];
        for (int i = 0; i < wide.length; i++) {
            wide[i] = bytes[i];
        }
        longs = wide;
        bytes = SparseHistogram.NO_BYTES;
    }

    private void reserve(int least) {
        if (indices.length < least) {
            // not twice as much: there are two for each series of a fleet
            int capacity = Math.max(LEAST_CAPACITY, least + least / 4);
            indices = Arrays.copyOf(indices, capacity);
            if (longs.length == 0) {
                bytes = Arrays.copyOf(bytes, capacity);
            } else {
                longs = Arrays.copyOf(longs, capacity);
            }
        }
    }
}
