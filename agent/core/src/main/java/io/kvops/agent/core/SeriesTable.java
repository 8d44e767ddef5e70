package io.kvops.agent.core;

import io.kvops.histogram.LatencyBuckets;
import java.util.Arrays;

/**
 * A stripe's counts by series since the last drain. Row 0 is "other": the ops for whose series there was no room. One thread
 * at a time.
 */
final class SeriesTable {
    static final int COUNT = 0;
    static final int MISSES = 1;
    static final int TIMEOUTS = 2;
    static final int CANCELLED = 3;
    static final int KEY_BYTES = 4;
    static final int BYTES_IN = 5;
    static final int BYTES_OUT = 6;
    static final int SUM_NANOS = 7;
    static final int MAX_NANOS = 8;
    static final int FIELDS = 9;

    static final int PAGE_BITS = 7;
    static final int PAGE_SIZE = 1 << PAGE_BITS;
    static final int PAGES = (LatencyBuckets.COUNT + PAGE_SIZE - 1) >> PAGE_BITS;

    /** Doubles of 16 words: a row begins on a cache line. */
    private static final int ROW_WORDS = 16;

    private static final int ROW_SERIES = 15;
    private static final int PAGES_EACH = 64;
    private static final int BYTES_OF_ROW = ROW_WORDS * 8 + PAGES_EACH * 4 + 2 * 12;
    private static final int ROWS_MAX = 1 << 14;

    private final MemoryBudget memory;
    private long[] keys = new long[64];
    private int[] rowOf = new int[64];
    private long[] rows = new long[32 * ROW_WORDS];
    /** By row and power of two: number of the page in counts, 0 if there is none. */
    private int[] pages = new int[32 * PAGES_EACH];

    private int[] counts = new int[64 * PAGE_SIZE];
    private int rowsUsed = 1;
    private int pagesUsed = 1;
    private long untimed;

    SeriesTable(MemoryBudget memory) {
        this.memory = memory;
    }

    /** The row of a series; 0 if there is no room for one more. */
    int row(long series) {
        int slot = Hashes.slot(series, keys.length);
        while (keys[slot] != 0) {
            if (keys[slot] == series) {
                return rowOf[slot];
            }
            slot = (slot + 1) & keys.length - 1;
        }
        return add(series, slot);
    }

    private int add(long series, int freeSlot) {
        if (rowsUsed * ROW_WORDS == rows.length && !growRows()) {
            return 0;
        }
        int slot = freeSlot;
        if (rowsUsed * 2 > keys.length) {
            growKeys();
            slot = Hashes.slot(series, keys.length);
            while (keys[slot] != 0) {
                slot = (slot + 1) & keys.length - 1;
            }
        }
        int row = rowsUsed++;
        keys[slot] = series;
        rowOf[slot] = row;
        rows[row * ROW_WORDS + ROW_SERIES] = series;
        return row;
    }

    private boolean growRows() {
        int count = rows.length / ROW_WORDS;
        if (count >= ROWS_MAX || !memory.takeForStripe((long) count * BYTES_OF_ROW)) {
            return false;
        }
        rows = Arrays.copyOf(rows, rows.length * 2);
        pages = Arrays.copyOf(pages, pages.length * 2);
        return true;
    }

    private void growKeys() {
        long[] old = keys;
        int[] oldRows = rowOf;
        keys = new long[old.length * 2];
        rowOf = new int[old.length * 2];
        for (int i = 0; i < old.length; i++) {
            if (old[i] != 0) {
                int slot = Hashes.slot(old[i], keys.length);
                while (keys[slot] != 0) {
                    slot = (slot + 1) & keys.length - 1;
                }
                keys[slot] = old[i];
                rowOf[slot] = oldRows[i];
            }
        }
    }

    /** The series that a row belongs to. */
    long id(int row) {
        return row == 0 ? SeriesIds.OTHER : rows[row * ROW_WORDS + ROW_SERIES];
    }

    void add(int row, int field, long amount) {
        rows[row * ROW_WORDS + field] += amount;
    }

    /** Counts ops of one latency. */
    void time(int row, long nanos, int times) {
        int at = row * ROW_WORDS;
        rows[at + SUM_NANOS] += nanos * times;
        if (nanos > rows[at + MAX_NANOS]) {
            rows[at + MAX_NANOS] = nanos;
        }
        int bucket = LatencyBuckets.indexOf(nanos);
        int page = pages[row * PAGES_EACH + (bucket >> PAGE_BITS)];
        if (page == 0) {
            page = addPage(row, bucket >> PAGE_BITS);
            if (page == 0) {
                untimed += times;
                return;
            }
        }
        counts[(page << PAGE_BITS) + (bucket & PAGE_SIZE - 1)] += times;
    }

    private int addPage(int row, int power) {
        if (pagesUsed * PAGE_SIZE == counts.length) {
            if (!memory.takeForStripe(counts.length * 4L)) {
                return 0;
            }
            counts = Arrays.copyOf(counts, counts.length * 2);
        }
        int page = pagesUsed++;
        pages[row * PAGES_EACH + power] = page;
        return page;
    }

    /** Moves everything to the accumulator. */
    void drain(SeriesSink sink) {
        for (int row = 0; row < rowsUsed; row++) {
            int at = row * ROW_WORDS;
            if (rows[at + COUNT] > 0) {
                int target = sink.begin(rows[at + ROW_SERIES]);
                for (int field = 0; field < FIELDS; field++) {
                    sink.add(target, field, rows[at + field]);
                    rows[at + field] = 0;
                }
                drainPages(row, target, sink);
            }
        }
        sink.untimed(untimed);
        untimed = 0;
    }

    private void drainPages(int row, int target, SeriesSink sink) {
        for (int power = 0; power < PAGES; power++) {
            int page = pages[row * PAGES_EACH + power];
            if (page != 0) {
                int from = page << PAGE_BITS;
                for (int i = 0; i < PAGE_SIZE; i++) {
                    if (counts[from + i] != 0) {
                        sink.addBucket(target, (power << PAGE_BITS) + i, counts[from + i]);
                        counts[from + i] = 0;
                    }
                }
            }
        }
    }

    /** True if rows of series that are no more should give way; only after a drain. */
    boolean isCrowded() {
        return rowsUsed * ROW_WORDS >= rows.length - ROW_WORDS || pagesUsed * PAGE_SIZE >= counts.length - PAGE_SIZE;
    }

    /** Forgets all rows; only after a drain. */
    void clear() {
        Arrays.fill(keys, 0);
        Arrays.fill(pages, 0, rowsUsed * PAGES_EACH, 0);
        rowsUsed = 1;
        pagesUsed = 1;
    }
}
