package io.kvops.history;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is done to the history beside writing and asking: rollups, the archive, expiry, packing, trimming. Called by one thread at a time; every step is a transaction, so it may be killed anywhere.
 */
final class Upkeep {
    private static final long MINUTE_MILLIS = 60_000;
    private static final long HOUR_MILLIS = 3_600_000;

    private final Database database;
    private final State state;
    private final Sources sources;
    private final Rollup rollup;
    private final Packing packing;
    private final @Nullable Archive archive;
    private long trimmedMillis = Long.MIN_VALUE;

    Upkeep(Database database, State state, Sources sources, @Nullable Archive archive, int rowsAtATime) {
        this.database = database;
        this.state = state;
        this.sources = sources;
        this.archive = archive;
        this.rollup = new Rollup(database, state, sources, rowsAtATime);
        this.packing = new Packing(database, state, rollup, rowsAtATime);
    }

    /** Brings all up to date. */
    void run(long nowMillis) throws HistoryException {
        for (Level level : Level.ALL) {
            if (level != Level.SECOND) {
                while (rollup.step(level, nowMillis)) {
                    if (state.closing) {
                        return;
                    }
                }
            }
        }
        for (Level level : Level.ALL) {
            expire(level, nowMillis);
        }
        packing.run();
        if (nowMillis - trimmedMillis >= MINUTE_MILLIS || nowMillis < trimmedMillis) {
            trim(nowMillis);
            trimmedMillis = nowMillis;
        }
    }

    /** By how much merging is behind, in milliseconds: what is older than so long is merged into buckets of 10 s. */
    long lagMillis(long nowMillis) {
        return Math.max(0, nowMillis - rollup.reached(Level.TEN_SECONDS));
    }

    private void expire(Level level, long nowMillis) throws HistoryException {
        LevelState before = state.catalog.level(level);
        long horizon = level.span(nowMillis - state.config.keep(level).toMillis());
        if (!level.isCoarsest()) {
            horizon = Math.min(horizon, level.span(rollup.reached(level.coarser())));
        }
        Archive into = state.config.archive() && level.compareTo(Level.MINUTE) >= 0 ? archive : null;
        LevelState after = before.withFrom(horizon, into != null);
        List<Chunk> old = old(level, horizon);
        if (horizon <= before.fromMillis() && old.isEmpty()) {
            return;
        }
        if (horizon > before.fromMillis()) {
            announce(level, after); // from here on nobody writes to what goes
        }
        List<Chunk> filed = new ArrayList<>();
        for (Chunk chunk : old) {
            if (into != null) {
                database.read("archive", c -> filed.add(into.write(c, chunk)));
            }
        }
        LevelState reached = state.catalog.level(level);
        database.change("expire buckets of " + level.label, c -> {
            for (Chunk chunk : old) {
                Database.execute(c, "DELETE FROM store.chunks WHERE id = " + chunk.id());
                Database.execute(c, "DROP TABLE " + chunk.table());
            }
            for (Chunk chunk : filed) {
                ChunkWriter.enter(c, chunk);
            }
            Database.execute(
                    c,
                    "UPDATE store.levels SET from_millis = " + reached.fromMillis() + ", archived_millis = "
                            + reached.archivedMillis() + " WHERE level = '" + level.name() + "'");
        });
        state.replace(old, filed);
        if (level == Level.HOUR && !old.isEmpty()) {
            new SeriesUse(database, state, sources).retire();
        }
    }

    private List<Chunk> old(Level level, long horizon) {
        return state.catalog.chunks().stream()
                .filter(c -> c.level() == level && c.file() == null && c.endMillis() <= horizon)
                .toList();
    }

    private void announce(Level level, LevelState after) {
        state.writing.lock();
        try {
            state.catalog = state.catalog.with(level, after);
        } finally {
            state.writing.unlock();
        }
    }

    /** Keeps the most severe slow operations of each hour, and removes old events. */
    private void trim(long nowMillis) throws HistoryException {
        int most = state.config.maxSlowOpsPerHour();
        List<Chunk> days =
                state.catalog.chunks(RowKind.SLOW_OPS, Level.MINUTE, nowMillis - 24 * HOUR_MILLIS, Long.MAX_VALUE);
        for (Chunk day : days) {
            if (day.file() == null) {
                long gone = database.write(
                        "trim slow operations",
                        c -> Database.update(
                                c,
                                "DELETE FROM " + day.table() + " WHERE rowid IN (SELECT rowid FROM (SELECT rowid,"
                                        + " row_number() OVER (PARTITION BY at_millis // " + HOUR_MILLIS
                                        + " ORDER BY severity DESC, at_millis) AS place FROM " + day.table()
                                        + ") WHERE place > " + most + ")"));
                state.slowOpsForgotten.addAndGet(gone);
            }
        }
        long oldest = nowMillis - state.config.keepEvents().toMillis();
        database.change(
                "expire events", c -> Database.execute(c, "DELETE FROM store.events WHERE at_millis < " + oldest));
    }
}
