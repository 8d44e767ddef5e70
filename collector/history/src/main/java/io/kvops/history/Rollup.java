package io.kvops.history;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.duckdb.DuckDBConnection;

/**
 * Merges what is complete of one level into the next coarser one. What a level lacks of its rollup is never seen: its
 * horizon moves in the transaction that writes the rows. Called by one thread at a time.
 *
 * <p>Rows that are written meanwhile must not be missed. So, while no row is written, the transaction takes its view of the
 * finer level and announces the horizon that it will reach; whoever writes an older row from then on writes it to both
 * levels. Should the rollup fail, the next one removes such rows first: it finds them in the finer level again.
 *
 * <p>Where there are many rows, operations are merged in slices of some series, a transaction each, with an announcement each;
 * the last one moves the horizon. Nobody sees rows beyond it, so a merge that ends anywhere between leaves what is removed.
 */
final class Rollup {
    /** Frames come within some seconds; later ones cost a row of their own. */
    private static final long GRACE_MILLIS = 10_000;

    private static final List<RowKind> KINDS =
            List.of(RowKind.OPS, RowKind.BY_OP, RowKind.BY_PATTERN, RowKind.HOT_KEYS, RowKind.MARKS, RowKind.GAUGES);

    private final Database database;
    private final State state;
    private final Sources sources;
    private final int rowsAtATime;

    /** Up to where levels are merged on the disk. */
    private final Map<Level, Long> reached = new EnumMap<>(Level.class);

    /** Levels that may hold rows of a rollup that failed. */
    private final Set<Level> dirty = EnumSet.allOf(Level.class);

    Rollup(Database database, State state, Sources sources, int rowsAtATime) {
        this.rowsAtATime = rowsAtATime;
        this.database = database;
        this.state = state;
        this.sources = sources;
        state.catalog.levels().forEach((level, s) -> reached.put(level, s.uptoMillis()));
    }

    /**
     * What is to be merged.
     *
     * @param fromMillis begin of the first row
     * @param ends ids of series at which one slice ends and the next begins
     * @param done it is merged already
     */
    private record Plan(long fromMillis, long toMillis, List<Integer> ends, boolean done) {}

    /** Merges a span into a level. @return false if there was none to merge */
    boolean step(Level level, long nowMillis) throws HistoryException {
        long done = reached(level);
        long ready = level.bucket(Math.min(nowMillis - GRACE_MILLIS, reached(level.finer())));
        if (ready <= done) {
            return false;
        }
        boolean clean = dirty.add(level);
        String what = "merge into buckets of " + level.label;
        Plan plan = database.write(what, c -> plan(c, level, done, ready, clean));
        if (!plan.done) {
            int begin = Integer.MIN_VALUE;
            for (int end : plan.ends) {
                if (state.closing) {
                    return false; // who opens it begins again
                }
                int first = begin;
                enter(database.write(what, c -> slice(c, level, plan, first, end)));
                begin = end;
            }
            int first = begin;
            enter(database.write(what, c -> finish(c, level, plan, first)));
        }
        reached.put(level, plan.toMillis);
        dirty.remove(level);
        return true;
    }

    private void enter(List<Chunk> created) {
        if (!created.isEmpty()) {
            state.writing.lock();
            try {
                state.catalog = state.catalog.with(created);
            } finally {
                state.writing.unlock();
            }
        }
    }

    /** Up to where a level is merged. */
    long reached(Level level) {
        return reached.getOrDefault(level, Long.MIN_VALUE);
    }

    private Plan plan(DuckDBConnection connection, Level level, long done, long ready, boolean clean)
            throws SQLException {
        Catalog seen;
        long from;
        long to;
        state.writing.lock();
        try {
            seen = Catalog.read(connection);
            long upto = seen.level(level).uptoMillis();
            if (upto > done) {
                return new Plan(done, upto, List.of(), true); // the one before had been written when it seemed to fail
            }
            from = first(connection, seen, level, done, ready);
            // what a merge that failed had announced goes with its rows; what comes from now on and is older than the
            // first
            // row is merged by no slice, as they begin there
            state.slice = Slice.NONE;
            state.catalog = state.catalog.with(level, state.catalog.level(level).backTo(from));
            to = Math.min(ready, Math.min(level.bucket(from) + span(level), level.period(from) + level.periodMillis));
        } finally {
            state.writing.unlock();
        }
        if (!clean) {
            for (RowKind kind : KINDS) {
                if (merges(kind, level)) {
                    remove(connection, seen.chunks(kind, level, done, LevelState.NO_END), done);
                }
            }
        }
        return new Plan(from, to, ends(connection, seen, level, from, to), false);
    }

    private static boolean merges(RowKind kind, Level level) {
        return kind.has(level) && kind.has(level.finer());
    }

    /** Where to cut, so that the rows of a slice fit into the heap. */
    private List<Integer> ends(DuckDBConnection connection, Catalog seen, Level level, long from, long to)
            throws SQLException {
        String cells = String.join(
                " UNION ALL ",
                RowKind.OF_OPS.stream()
                        .map(kind -> sources.rows(seen, kind, level.finer(), from, to))
                        .filter(r -> !r.isEmpty())
                        .map(r -> "SELECT series, n FROM (" + RollupSql.cells(r, level.widthMillis) + ") WHERE n > 1")
                        .toList());
        List<Integer> ends = new ArrayList<>();
        if (cells.isEmpty() || number(connection, "SELECT coalesce(sum(n), 0) FROM (" + cells + ")") <= rowsAtATime) {
            return ends;
        }
        try (Statement statement = connection.createStatement();
                ResultSet r = statement.executeQuery("SELECT min(series) FROM (SELECT series, sum(n) OVER"
                        + " (ORDER BY series) // " + rowsAtATime + " AS part FROM (SELECT series, sum(n) AS n FROM ("
                        + cells + ") GROUP BY series)) GROUP BY part ORDER BY part OFFSET 1")) {
            while (r.next()) {
                ends.add(r.getInt(1));
            }
        }
        return ends;
    }

    /** Merges some series, in a transaction that nobody sees before the horizon moves. */
    private List<Chunk> slice(DuckDBConnection connection, Level level, Plan plan, int begin, int end)
            throws SQLException {
        Catalog seen;
        state.writing.lock();
        try {
            seen = Catalog.read(connection);
            state.slice = new Slice(level, plan.toMillis, end);
        } finally {
            state.writing.unlock();
        }
        ChunkWriter writer = new ChunkWriter(connection, seen, Slice.NONE, state.nextChunkId);
        mergeOps(connection, seen, writer, level, plan, " AND series >= " + begin + " AND series < " + end);
        return writer.created();
    }

    /** Merges the last series and all that is no series, and moves the horizon. */
    private List<Chunk> finish(DuckDBConnection connection, Level level, Plan plan, int begin) throws SQLException {
        Catalog seen;
        state.writing.lock();
        try {
            seen = Catalog.read(connection);
            state.catalog = state.catalog.with(level, state.catalog.level(level).withUpto(plan.toMillis));
        } finally {
            state.writing.unlock();
        }
        ChunkWriter writer = new ChunkWriter(connection, seen, Slice.NONE, state.nextChunkId);
        mergeOps(connection, seen, writer, level, plan, begin == Integer.MIN_VALUE ? "" : " AND series >= " + begin);
        for (RowKind kind : KINDS) {
            if (!kind.isOps() && merges(kind, level)) {
                String rows = sources.rows(seen, kind, level.finer(), plan.fromMillis, plan.toMillis);
                if (!rows.isEmpty() && number(connection, "SELECT count(*) FROM (" + rows + ")") > 0) {
                    Chunk target = writer.chunk(kind, level, level.period(plan.fromMillis));
                    Database.execute(
                            connection,
                            "INSERT INTO " + target.table() + " "
                                    + RollupSql.merged(kind, rows, level.widthMillis, state.config.hotKeysPerBucket()));
                }
            }
        }
        Database.execute(
                connection,
                "UPDATE store.levels SET upto_millis = " + plan.toMillis + " WHERE level = '" + level.name() + "'");
        return writer.created();
    }

    private void mergeOps(
            DuckDBConnection connection, Catalog seen, ChunkWriter writer, Level level, Plan plan, String and)
            throws SQLException {
        for (RowKind kind : RowKind.OF_OPS) {
            String rows = sources.rows(seen, kind, level.finer(), plan.fromMillis, plan.toMillis, and);
            if (!rows.isEmpty()) {
                OpsMerge.merge(
                        connection,
                        rows,
                        level.widthMillis,
                        () -> writer.chunk(kind, level, level.period(plan.fromMillis)));
            }
        }
    }

    /** When the first row begins that is to be merged; the end if there is none. */
    private long first(Connection connection, Catalog seen, Level level, long done, long ready) throws SQLException {
        long first = ready;
        for (RowKind kind : KINDS) {
            if (kind.has(level) && kind.has(level.finer())) {
                String rows = sources.rows(seen, kind, level.finer(), done, first);
                if (!rows.isEmpty()) {
                    first = number(
                            connection,
                            "SELECT coalesce(min(" + kind.timeColumn() + "), " + first + ") FROM (" + rows + ")");
                }
            }
        }
        return first;
    }

    private static void remove(Connection connection, List<Chunk> chunks, long from) throws SQLException {
        for (Chunk chunk : chunks) {
            if (chunk.file() == null) {
                String time = chunk.kind().timeColumn();
                Database.execute(connection, "DELETE FROM " + chunk.table() + " WHERE " + time + " >= " + from);
            }
        }
    }

    static long number(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    /** Most time merged in one transaction, where much waits. */
    private static long span(Level level) {
        return level == Level.TEN_SECONDS ? 60_000 : level == Level.MINUTE ? 600_000 : level.widthMillis;
    }
}
