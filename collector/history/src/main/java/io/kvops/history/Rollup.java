package io.kvops.history;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
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
 */
final class Rollup {
    /** Frames come within some seconds; later ones cost a row of their own. */
    private static final long GRACE_MILLIS = 10_000;

    /** Rows merged by one statement: bounds its memory. */
    private static final long ROWS_AT_A_TIME = 200_000;

    private static final List<RowKind> KINDS = List.of(RowKind.OPS, RowKind.HOT_KEYS, RowKind.MARKS, RowKind.GAUGES);

    private final Database database;
    private final State state;
    private final Sources sources;

    /** Up to where levels are merged on the disk. */
    private final Map<Level, Long> reached = new EnumMap<>(Level.class);

    /** Levels that may hold rows of a rollup that failed. */
    private final Set<Level> dirty = EnumSet.allOf(Level.class);

    Rollup(Database database, State state, Sources sources) {
        this.database = database;
        this.state = state;
        this.sources = sources;
        state.catalog.levels().forEach((level, s) -> reached.put(level, s.uptoMillis()));
    }

    /** What one transaction did. */
    private record Merged(long toMillis, List<Chunk> created) {}

    /** Merges a span into a level. @return false if there was none to merge */
    boolean step(Level level, long nowMillis) throws HistoryException {
        long done = reached(level);
        long ready = level.bucket(Math.min(nowMillis - GRACE_MILLIS, reached(level.finer())));
        if (ready <= done) {
            return false;
        }
        boolean clean = dirty.add(level);
        Merged merged =
                database.write("merge into buckets of " + level.label, c -> merge(c, level, done, ready, clean));
        state.writing.lock();
        try {
            state.catalog = state.catalog.with(merged.created());
        } finally {
            state.writing.unlock();
        }
        reached.put(level, merged.toMillis());
        dirty.remove(level);
        return true;
    }

    /** Up to where a level is merged. */
    long reached(Level level) {
        return reached.getOrDefault(level, Long.MIN_VALUE);
    }

    private Merged merge(DuckDBConnection connection, Level level, long done, long ready, boolean clean)
            throws SQLException {
        Catalog seen;
        long from;
        long to;
        state.writing.lock();
        try {
            seen = Catalog.read(connection);
            long upto = seen.level(level).uptoMillis();
            if (upto > done) {
                return new Merged(upto, List.of()); // the one before had been written when it seemed to fail
            }
            from = first(connection, seen, level, done, ready);
            to = Math.min(ready, Math.min(level.bucket(from) + span(level), level.period(from) + level.periodMillis));
            state.catalog = state.catalog.with(level, state.catalog.level(level).withUpto(to));
        } finally {
            state.writing.unlock();
        }
        ChunkWriter writer = new ChunkWriter(connection, seen, state.nextChunkId);
        for (RowKind kind : KINDS) {
            if (kind.has(level) && kind.has(level.finer())) {
                if (!clean) {
                    remove(connection, seen.chunks(kind, level, done, to), done, to);
                }
                merge(connection, seen, writer, kind, level, from, to);
            }
        }
        Database.execute(
                connection, "UPDATE store.levels SET upto_millis = " + to + " WHERE level = '" + level.name() + "'");
        return new Merged(to, writer.created());
    }

    private void merge(
            DuckDBConnection connection,
            Catalog seen,
            ChunkWriter writer,
            RowKind kind,
            Level level,
            long from,
            long to)
            throws SQLException {
        String rows = sources.rows(seen, kind, level.finer(), from, to);
        long count = rows.isEmpty() ? 0 : number(connection, "SELECT count(*) FROM (" + rows + ")");
        if (count == 0) {
            return;
        }
        Chunk target = writer.chunk(kind, level, level.period(from));
        long parts = kind == RowKind.OPS ? 1 + count / ROWS_AT_A_TIME : 1;
        for (long part = 0; part < parts; part++) {
            String some = parts == 1 ? rows : "SELECT * FROM (" + rows + ") WHERE series % " + parts + " = " + part;
            Database.execute(
                    connection,
                    "INSERT INTO " + target.table() + " "
                            + RollupSql.merged(kind, some, level.widthMillis, state.config.hotKeysPerBucket()));
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

    private static void remove(Connection connection, List<Chunk> chunks, long from, long to) throws SQLException {
        for (Chunk chunk : chunks) {
            if (chunk.file() == null) {
                String time = chunk.kind().timeColumn();
                Database.execute(
                        connection,
                        "DELETE FROM " + chunk.table() + " WHERE " + time + " >= " + from + " AND " + time + " < "
                                + to);
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
