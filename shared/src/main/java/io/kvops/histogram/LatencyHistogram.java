package io.kvops.histogram;

import java.util.Arrays;

/**
 * An accumulating histogram of latencies in ns, in the buckets of {@link LatencyBuckets}. Memory is one page of 1 KB for
 * each power of two that was met, so a series whose latencies lie within a factor of 100 takes 7 KB; at most 56 KB.
 * Percentiles are those of HdrHistogram 2.2 ({@code AbstractHistogram.getValueAtPercentile}): the largest value that
 * counts as the one found, but here never above the exact maximum. Belongs to one thread.
 */
public final class LatencyHistogram {
    private static final int PAGE_BITS = 7;
    private static final int PAGE_SIZE = 1 << PAGE_BITS;
    private static final int PAGES = (LatencyBuckets.COUNT + PAGE_SIZE - 1) >> PAGE_BITS;

    private static final long[] NO_PAGE = {};

    private final long[][] pages = new long[PAGES][];
    private long count;
    private long max;

    public LatencyHistogram() {
        Arrays.fill(pages, NO_PAGE);
    }

    /** Counts one latency; a negative one counts as 0. */
    public void record(long nanos) {
        record(nanos, 1);
    }

    /**
     * Counts a latency several times.
     *
     * @param times 0 or more
     */
    public void record(long nanos, long times) {
        if (times <= 0) {
            checkNotNegative(times);
            return;
        }
        add(LatencyBuckets.indexOf(nanos), times);
        max = Math.max(max, Math.min(nanos, LatencyBuckets.MAX_VALUE));
    }

    /** As {@link #add(SparseHistogram, long)} where the exact maximum is not known: the top of its last bucket. */
    public void add(SparseHistogram other) {
        if (other.size() > 0) {
            add(other, LatencyBuckets.highest(other.index(other.size() - 1)));
        }
    }

    /**
     * Adds all counts of a histogram.
     *
     * @param otherMax its largest value in ns, exact
     */
    public void add(SparseHistogram other, long otherMax) {
        // neighbours share a page: a fleet's frames are added by this loop
        int at = -1;
        long[] page = NO_PAGE;
        long added = 0;
        char[] indices = other.unpacked();
        for (int i = 0; i < other.size(); i++) {
            int index = indices[i];
            if (index >> PAGE_BITS != at) {
                at = index >> PAGE_BITS;
                page = page(at);
            }
            long times = other.count(i);
            page[index & PAGE_SIZE - 1] += times;
            added += times;
        }
        count += added;
        if (other.size() > 0) {
            max = Math.max(max, Math.min(otherMax, LatencyBuckets.MAX_VALUE));
        }
    }

    /** Adds all counts of a histogram. */
    public void add(LatencyHistogram other) {
        for (int p = 0; p < PAGES; p++) {
            long[] from = other.pages[p];
            if (from != NO_PAGE) {
                long[] to = page(p);
                for (int i = 0; i < PAGE_SIZE; i++) {
                    to[i] += from[i];
                }
            }
        }
        count += other.count;
        max = Math.max(max, other.max);
    }

    /** Number of latencies. */
    public long count() {
        return count;
    }

    /** Largest latency in ns, exact as far as what was added was; 0 if there is none. */
    public long max() {
        return max;
    }

    /**
     * The latency that a share of all latencies do not exceed.
     *
     * @param percentile 0 to 100; outside of it counts as the nearer end
     * @return in ns, overstated by less than 0.8 % and never above {@link #max}; 0 if the histogram is empty
     */
    public long valueAtPercentile(double percentile) {
        // as HdrHistogram does: the next smaller double, so that 99.9 of 1000 asks for the 999th and not, by rounding,
        // more
        double asked = Math.min(Math.max(Math.nextAfter(percentile, Double.NEGATIVE_INFINITY), 0), 100);
        long rank = Math.max(1, (long) Math.ceil(asked * count / 100));
        long seen = 0;
        for (int p = 0; p < PAGES; p++) {
            long[] page = pages[p];
            for (int i = 0; i < page.length; i++) {
                seen += page[i];
                if (seen >= rank && page[i] > 0) {
                    int index = (p << PAGE_BITS) + i;
                    long value = percentile <= 0 ? LatencyBuckets.lowest(index) : LatencyBuckets.highest(index);
                    return Math.min(value, max);
                }
            }
        }
        return 0;
    }

    /** An immutable copy of the non-empty buckets. */
    public SparseHistogram toSparse() {
        int size = 0;
        for (long[] page : pages) {
            for (long n : page) {
                size += n > 0 ? 1 : 0;
            }
        }
        int[] indices = new int[size];
        long[] counts = new long[size];
        int at = 0;
        for (int p = 0; p < PAGES; p++) {
            long[] page = pages[p];
            for (int i = 0; i < page.length; i++) {
                if (page[i] > 0) {
                    indices[at] = (p << PAGE_BITS) + i;
                    counts[at++] = page[i];
                }
            }
        }
        return SparseHistogram.of(indices, counts);
    }

    /** Forgets all counts; keeps the memory. */
    public void reset() {
        for (long[] page : pages) {
            Arrays.fill(page, 0);
        }
        count = 0;
        max = 0;
    }

    private void add(int index, long times) {
        page(index >> PAGE_BITS)[index & PAGE_SIZE - 1] += times;
        count += times;
    }

    private long[] page(int p) {
        long[] page = pages[p];
        if (page == NO_PAGE) {
            page = new long[PAGE_SIZE];
            pages[p] = page;
        }
        return page;
    }

    private static void checkNotNegative(long times) {
        if (times < 0) {
            throw new IllegalArgumentException("times: " + times + " (expected >= 0)");
        }
    }
}
