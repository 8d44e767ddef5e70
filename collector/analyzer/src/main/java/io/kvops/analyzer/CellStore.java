package io.kvops.analyzer;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The cells of the last day: 1 s wide for 10 min, 10 s for 6 h, 1 min for 24 h. Three horizons, which only ever move
 * forward, cut the time: a cell of a level begins at or after the level's horizon and ends at or before the next finer
 * one's. So each moment belongs to exactly one cell, and a frame that comes late finds the cell that its time was merged
 * into. Merging up adds, it never averages. Guarded by the analyzer's lock.
 */
final class CellStore {
    private static final long[] WIDTH_MILLIS = {1_000, 10_000, 60_000};
    private static final long[] KEEP_MILLIS = {600_000, 6 * 3_600_000L, 24 * 3_600_000L};
    private static final int LEVELS = WIDTH_MILLIS.length;

    /** How far merging before its time may go: the newest of these many ms keep their seconds. */
    private static final long ALWAYS_FINE_MILLIS = 30_000;

    private final SeriesRegistry registry;
    private final int hotKeyCapacity;
    private final long maxBytes;
    private final List<NavigableMap<Long, Cell>> levels = new ArrayList<>();

    /** By level: no cell of it begins before. A multiple of the next coarser width. */
    private final long[] horizons = new long[LEVELS];

    private long newestNowMillis = Long.MIN_VALUE;
    private long cellBytes;
    private long expiredOps;
    private long expiredFrames;
    private long cellsMergedEarly;
    private long hotKeysForgotten;

    CellStore(SeriesRegistry registry, int hotKeyCapacity, long maxBytes) {
        this.registry = registry;
        this.hotKeyCapacity = hotKeyCapacity;
        this.maxBytes = maxBytes;
        for (int level = 0; level < LEVELS; level++) {
            levels.add(new TreeMap<>());
            horizons[level] = Long.MIN_VALUE;
        }
    }

    /** Merges and expires what has become too old. */
    void advance(long nowMillis) {
        newestNowMillis = Math.max(newestNowMillis, nowMillis);
        for (int level = 0; level < LEVELS; level++) {
            moveHorizon(level, floor(nowMillis - KEEP_MILLIS[level], coarserWidth(level)));
        }
    }

    /** The cell that a moment belongs to; null if it is over a day ago. Follow a change of it by {@link #changed}. */
    @Nullable
    Cell cellAt(long millis) {
        for (int level = 0; level < LEVELS; level++) {
            if (millis >= horizons[level]) {
                return cell(level, millis);
            }
        }
        return null;
    }

    /** Accounts for a change of a cell's size, and makes room if need be. */
    void changed(Cell cell, long bytesBefore, long forgottenBefore) {
        cellBytes += cell.approximateBytes() - bytesBefore;
        hotKeysForgotten += cell.hotKeys.forgotten() - forgottenBefore;
        while (approximateBytes() > maxBytes && makeRoom()) {
            cellsMergedEarly++;
        }
    }

    /** True if a moment expired only because the clock was once ahead: it is less than a day before what is now. */
    boolean expiredByClock(long millis, long nowMillis) {
        return millis < horizons[LEVELS - 1] && millis >= nowMillis - KEEP_MILLIS[LEVELS - 1];
    }

    /** The latest time that the clock ever showed. */
    long newestNowMillis() {
        return newestNowMillis;
    }

    /** Counts a frame whose time has expired. */
    void expire(long ops) {
        expiredFrames++;
        expiredOps += ops;
    }

    /** The cells that overlap [fromMillis, toMillis), oldest first. */
    List<Cell> between(long fromMillis, long toMillis) {
        List<Cell> found = new ArrayList<>();
        for (int level = LEVELS - 1; level >= 0; level--) {
            long firstStart = fromMillis < Long.MIN_VALUE + WIDTH_MILLIS[level]
                    ? Long.MIN_VALUE
                    : fromMillis - WIDTH_MILLIS[level] + 1;
            found.addAll(
                    firstStart < toMillis
                            ? levels.get(level).subMap(firstStart, toMillis).values()
                            : List.of());
        }
        return found;
    }

    /** Cells of at most a second begin here; before, they are wider. */
    long fineHorizonMillis() {
        return horizons[0];
    }

    void countDropped(Map<String, Long> dropped) {
        dropped.put("expiredOps", expiredOps);
        dropped.put("expiredFrames", expiredFrames);
        dropped.put("hotKeysForgotten", hotKeysForgotten);
        dropped.put("cellsMergedEarly", cellsMergedEarly);
    }

    long approximateBytes() {
        return cellBytes + (long) registry.size() * SeriesId.APPROXIMATE_BYTES;
    }

    private Cell cell(int level, long millis) {
        long start = floor(millis, WIDTH_MILLIS[level]);
        Cell cell = levels.get(level).get(start);
        if (cell == null) {
            cell = new Cell(start, WIDTH_MILLIS[level], registry, hotKeyCapacity);
            levels.get(level).put(start, cell);
            cellBytes += cell.approximateBytes();
        }
        return cell;
    }

    /** Everything of a level that begins before its new horizon goes one level up, or out. */
    private void moveHorizon(int level, long horizon) {
        if (horizon <= horizons[level]) {
            return;
        }
        horizons[level] = horizon;
        NavigableMap<Long, Cell> cells = levels.get(level);
        while (!cells.isEmpty() && cells.firstKey() < horizon) {
            Cell old = cells.pollFirstEntry().getValue();
            cellBytes -= old.approximateBytes();
            if (level + 1 == LEVELS) {
                expiredOps += old.ops();
                old.release();
            } else {
                Cell into = cell(level + 1, old.startMillis);
                long before = into.approximateBytes();
                long forgotten = into.hotKeys.forgotten() + old.hotKeys.forgotten();
                into.absorb(old);
                cellBytes += into.approximateBytes() - before;
                hotKeysForgotten += into.hotKeys.forgotten() - forgotten;
            }
        }
    }

    /** Merges the oldest cells of the finest level that can spare some; expires the oldest of all if none can. */
    private boolean makeRoom() {
        for (int level = 0; level < LEVELS; level++) {
            NavigableMap<Long, Cell> cells = levels.get(level);
            if (cells.isEmpty()) {
                continue;
            }
            long horizon = floor(cells.firstKey(), coarserWidth(level)) + coarserWidth(level);
            boolean spare = level == 0
                    ? horizon <= cells.lastKey() - ALWAYS_FINE_MILLIS
                    : horizon <= horizons[level - 1] && (level + 1 < LEVELS || cells.size() > 1);
            if (spare) {
                moveHorizon(level, horizon);
                return true;
            }
        }
        return false;
    }

    private static long coarserWidth(int level) {
        return WIDTH_MILLIS[Math.min(level + 1, LEVELS - 1)];
    }

    private static long floor(long millis, long width) {
        return Math.floorDiv(millis, width) * width;
    }
}
