package io.kvops.agent.core;

import io.kvops.histogram.SparseHistogram;
import io.kvops.wire.SeriesDelta;
import io.kvops.wire.SeriesKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was counted since the last frame was closed. Usually one interval's; while the spool is full it goes on taking in
 * what the stripes counted, within its bound of memory. Owned by the frame thread.
 */
final class Accumulator implements SeriesSink {
    private static final int BYTES_OF_SERIES = 600;
    private static final int BYTES_OF_PAGE = SeriesTable.PAGE_SIZE * 8 + 16;

    private final Names names;
    private final MemoryBudget memory;
    private final Map<Long, Integer> placeOf = new HashMap<>();
    private final LongCounts errors = new LongCounts(4_096);
    private Series[] series = new Series[64];
    private int size;
    private long takenBytes;
    private long untimed;

    Accumulator(Names names, MemoryBudget memory) {
        this.names = names;
        this.memory = memory;
        clear();
    }

    @Override
    public int begin(long id) {
        if (id == 0) {
            return 0;
        }
        Integer known = placeOf.get(id);
        if (known != null) {
            return known;
        }
        if (!take(BYTES_OF_SERIES)) {
            return placeOrOther(id);
        }
        return append(id);
    }

    /** Where a series is counted, or would be folded to. */
    private int placeOrOther(long id) {
        Integer place = placeOf.get(id);
        if (place == null) {
            place = placeOf.get(SeriesIds.withPattern(id, Patterns.OTHER));
        }
        return place == null ? 0 : place;
    }

    private int append(long id) {
        if (size == series.length) {
            series = Arrays.copyOf(series, size * 2);
        }
        series[size] = new Series(id);
        placeOf.put(id, size);
        return size++;
    }

    private boolean take(long bytes) {
        boolean taken = memory.take(bytes);
        takenBytes += taken ? bytes : 0;
        return taken;
    }

    @Override
    public void add(int target, int field, long amount) {
        long[] fields = series[target].fields;
        if (field == SeriesTable.MAX_NANOS) {
            fields[field] = Math.max(fields[field], amount);
        } else {
            fields[field] += amount;
        }
    }

    @Override
    public void addBucket(int target, int bucket, long count) {
        long[] @Nullable [] pages = series[target].pages;
        int power = bucket >> SeriesTable.PAGE_BITS;
        long[] page = pages[power];
        if (page == null) {
            if (!take(BYTES_OF_PAGE)) {
                untimed += count;
                return;
            }
            page = new long[SeriesTable.PAGE_SIZE];
            pages[power] = page;
        }
        page[bucket & SeriesTable.PAGE_SIZE - 1] += count;
    }

    @Override
    public void untimed(long count) {
        untimed += count;
    }

    void addErrors(LongCounts from) {
        from.moveTo(errors);
    }

    boolean isEmpty() {
        return size == 1 && series[0].fields[SeriesTable.COUNT] == 0;
    }

    /** Number of series. */
    int size() {
        return size;
    }

    /** Operations counted. */
    long operations() {
        long sum = 0;
        for (int i = 0; i < size; i++) {
            sum += series[i].fields[SeriesTable.COUNT];
        }
        return sum;
    }

    /** Adds what could not be kept apart to the counts of what was dropped. */
    void addDropped(Map<String, Long> dropped) {
        Dropped.add(dropped, "latency.untimed", untimed);
        long folded = 0;
        for (int i = 0; i < size; i++) {
            folded += SeriesIds.pattern(series[i].id) == Patterns.OTHER ? series[i].fields[SeriesTable.COUNT] : 0;
        }
        Dropped.add(dropped, "series.other", folded);
    }

    /** An immutable copy of all series. */
    List<SeriesDelta> toDeltas() {
        Map<Long, Map<String, Long>> errorsOf = errorsBySeries();
        List<SeriesDelta> deltas = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            Series s = series[i];
            Map<String, Long> failures = errorsOf.get(s.id);
            if (s.fields[SeriesTable.COUNT] > 0 || failures != null) {
                deltas.add(delta(s, failures == null ? new HashMap<>() : failures));
            }
        }
        return deltas;
    }

    private SeriesDelta delta(Series s, Map<String, Long> failures) {
        long[] f = s.fields;
        return new SeriesDelta(
                key(s.id),
                f[SeriesTable.COUNT],
                f[SeriesTable.MISSES],
                failures,
                f[SeriesTable.TIMEOUTS],
                f[SeriesTable.CANCELLED],
                f[SeriesTable.KEY_BYTES],
                f[SeriesTable.BYTES_IN],
                f[SeriesTable.BYTES_OUT],
                f[SeriesTable.SUM_NANOS],
                f[SeriesTable.MAX_NANOS],
                s.histogram(),
                names.patterns.distinct(SeriesIds.pattern(s.id)));
    }

    private SeriesKey key(long id) {
        return SeriesKeys.of(id, names);
    }

    private Map<Long, Map<String, Long>> errorsBySeries() {
        Map<Long, Map<String, Long>> bySeries = new HashMap<>();
        for (int i = 0; i < errors.slots(); i++) {
            long key = errors.keyAt(i);
            if (key != 0) {
                long id = SeriesIds.withoutError(key);
                long place = series[placeOrOther(id)].id;
                bySeries.computeIfAbsent(place, k -> new HashMap<>())
                        .merge(names.errors.get(SeriesIds.error(key)), errors.countAt(i), Long::sum);
            }
        }
        return bySeries;
    }

    /** Forgets everything: a frame holds it now. */
    void clear() {
        memory.give(takenBytes);
        takenBytes = 0;
        placeOf.clear();
        Arrays.fill(series, null);
        errors.clear();
        size = 0;
        untimed = 0;
        append(SeriesIds.OTHER);
    }

    /** One series; pages as those of {@link SeriesTable}. */
    private static final class Series {
        final long id;
        final long[] fields = new long[SeriesTable.FIELDS];
        final long[] @Nullable [] pages = new long[SeriesTable.PAGES][];

        Series(long id) {
            this.id = id;
        }

        SparseHistogram histogram() {
            int n = 0;
            for (long[] page : pages) {
                if (page != null) {
                    for (long count : page) {
                        n += count != 0 ? 1 : 0;
                    }
                }
            }
            int[] indices = new int[n];
            long[] counts = new long[n];
            int at = 0;
            for (int power = 0; power < pages.length; power++) {
                long[] page = pages[power];
                if (page != null) {
                    for (int i = 0; i < page.length; i++) {
                        if (page[i] != 0) {
                            indices[at] = (power << SeriesTable.PAGE_BITS) + i;
                            counts[at++] = page[i];
                        }
                    }
                }
            }
            return SparseHistogram.of(indices, counts);
        }
    }
}
