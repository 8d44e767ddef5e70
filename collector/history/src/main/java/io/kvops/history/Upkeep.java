package io.kvops.history;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/**
 * What is done to the history beside writing and asking: rollups, the archive, expiry, sorting of days that are complete,
 * trimming. Called by one thread at a time; every step is a transaction, so it may be killed anywhere.
 */
final class Upkeep {
    private static final long MINUTE_MILLIS = 60_000;
    private static final long HOUR_MILLIS = 3_600_000;

    /** Late frames of a day come for so long, mostly; what comes later lies beside the sorted table. */
    private static final long SORT_AFTER_MILLIS = HOUR_MILLIS;

    /** Rows sorted by one statement: bounds its memory. */
    private static final long ROWS_SORTED_AT_A_TIME = 500_000;

    private final Database database;
    private final State state;
    private final Sources sources;
    private final Rollup rollup;
    private final @Nullable Archive archive;
    private long trimmedMillis = Long.MIN_VALUE;

    Upkeep(Database database, State state, Sources sources, @Nullable Archive archive) {
        this.database = database;
        this.state = state;
        this.sources = sources;
        this.archive = archive;
        this.rollup = new Rollup(database, state, sources);
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
        sortDays();
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
        long horizon = level.period(nowMillis - state.config.keep(level).toMillis());
        if (!level.isCoarsest()) {
            horizon = Math.min(horizon, level.period(rollup.reached(level.coarser())));
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
        replace(old, filed);
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

    private void replace(List<Chunk> old, List<Chunk> added) {
        state.writing.lock();
        try {
            state.catalog = state.catalog.without(old).with(added);
        } finally {
            state.writing.unlock();
        }
    }

    /** Sorts complete days of minutes by series, so that a question about one of them need not read all. */
    private void sortDays() throws HistoryException {
        long complete = rollup.reached(Level.MINUTE) - SORT_AFTER_MILLIS;
        for (Chunk chunk : state.catalog.chunks()) {
            boolean sorts = chunk.kind() == RowKind.OPS
                    && chunk.level() == Level.MINUTE
                    && chunk.file() == null
                    && !chunk.sealed()
                    && chunk.endMillis() <= complete;
            if (sorts) {
                sort(chunk);
            }
        }
    }

    private void sort(Chunk chunk) throws HistoryException {
        replace(List.of(chunk), List.of(chunk.seal())); // what comes late gets a table of its own
        Chunk sorted = new Chunk(
                state.nextChunkId.getAndIncrement(),
                chunk.kind(),
                chunk.level(),
                chunk.startMillis(),
                chunk.endMillis(),
                true,
                null);
        database.change("sort a day", c -> {
            ChunkWriter.create(c, sorted);
            for (String range : ranges(c, chunk)) {
                Database.execute(
                        c,
                        "INSERT INTO " + sorted.table() + " SELECT * FROM " + chunk.table() + " WHERE " + range
                                + " ORDER BY series, bucket");
            }
            Database.execute(c, "DELETE FROM store.chunks WHERE id = " + chunk.id());
            Database.execute(c, "DROP TABLE " + chunk.table());
        });
        replace(List.of(chunk.seal()), List.of(sorted));
    }

    /** Ranges of series that have about as many rows each. */
    private static List<String> ranges(DuckDBConnection connection, Chunk chunk) throws SQLException {
        List<String> ranges = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet r = statement.executeQuery(
                        "SELECT min(series), max(series) FROM (SELECT series, sum(n) OVER (ORDER BY series) // "
                                + ROWS_SORTED_AT_A_TIME + " AS part FROM (SELECT series, count(*) AS n FROM "
                                + chunk.table() + " GROUP BY series)) GROUP BY part ORDER BY part")) {
            while (r.next()) {
                ranges.add("series BETWEEN " + r.getLong(1) + " AND " + r.getLong(2));
            }
        }
        return ranges;
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
