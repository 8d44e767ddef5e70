package io.kvops.history;

import java.util.ArrayList;
import java.util.List;

/**
 * Which level answers for which part of a window: the coarsest whose buckets fit the edges and the step, finer ones at the
 * edges.
 *
 * @param fromMillis begin of the window, moved back to the begin of its first bucket
 * @param toMillis its end, moved on to the end of its last bucket
 * @param parts by ascending time, without gaps
 */
record Segments(long fromMillis, long toMillis, List<Part> parts) {
    Segments {
        parts = List.copyOf(parts);
    }

    /** A part of a window, in whole buckets of one level. */
    record Part(Level level, long fromMillis, long toMillis) {}

    /**
     * Cuts a window.
     *
     * @param stepMillis width of the buckets wanted; 0: one for the whole window; where no level fits, the finest is taken
     */
    static Segments of(Catalog catalog, RowKind kind, long fromMillis, long toMillis, long stepMillis) {
        long from = finest(catalog, kind, fromMillis).bucket(fromMillis);
        long to = toMillis <= from ? from : Level.ceil(toMillis, finest(catalog, kind, toMillis - 1).widthMillis);
        List<Part> parts = new ArrayList<>();
        long at = from;
        while (at < to) {
            Level level = coarsest(catalog, kind, at, to, stepMillis);
            long end = end(catalog, kind, level, at, to, stepMillis);
            int last = parts.size() - 1;
            if (last >= 0 && parts.get(last).level() == level) {
                parts.set(last, new Part(level, parts.get(last).fromMillis(), end));
            } else {
                parts.add(new Part(level, at, end));
            }
            at = end;
        }
        return new Segments(from, to, parts);
    }

    /** The finest level that holds a moment; the coarsest if none does. */
    private static Level finest(Catalog catalog, RowKind kind, long millis) {
        for (Level level : Level.ALL) {
            if (kind.has(level) && millis >= catalog.from(level) && millis < catalog.upto(kind, level)) {
                return level;
            }
        }
        return kind.coarsest;
    }

    private static Level coarsest(Catalog catalog, RowKind kind, long at, long to, long stepMillis) {
        Level best = null;
        for (Level level : Level.ALL) {
            if (kind.has(level) && fits(catalog, kind, level, at, to, stepMillis)) {
                best = level;
            }
        }
        return best == null ? finest(catalog, kind, at) : best;
    }

    private static boolean fits(Catalog catalog, RowKind kind, Level level, long at, long to, long stepMillis) {
        return Math.floorMod(at, level.widthMillis) == 0
                && stepMillis % level.widthMillis == 0
                && at >= catalog.from(level)
                && at + level.widthMillis <= Math.min(to, catalog.upto(kind, level));
    }

    /** Up to where a level answers: to its own end, or to where a better one begins. */
    private static long end(Catalog catalog, RowKind kind, Level level, long at, long to, long stepMillis) {
        long end = Level.floor(Math.min(to, catalog.upto(kind, level)), level.widthMillis);
        for (Level other : Level.ALL) {
            if (!kind.has(other) || other == level) {
                continue;
            }
            if (other.compareTo(level) > 0) {
                long begin = Math.max(Level.ceil(at + 1, other.widthMillis), catalog.from(other));
                if (fits(catalog, kind, other, begin, to, stepMillis)) {
                    end = Math.min(end, begin);
                }
            } else if (catalog.from(other) > at) {
                // not within a bucket: what it holds would count twice
                end = Math.min(end, Level.ceil(catalog.from(other), level.widthMillis));
            }
        }
        return Math.max(end, at + level.widthMillis);
    }
}
