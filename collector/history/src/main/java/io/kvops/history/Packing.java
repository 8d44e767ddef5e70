package io.kvops.history;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/**
 * Moves rows of tables whose time is over into the table of their span, sorted: there are few tables then, and a question about
 * one series reads a block or two of each. Called by the one who does upkeep; every table is a transaction.
 */
final class Packing {
    /** Late frames come for so long, mostly; what comes later gets a table of its own, which is packed as well. */
    private static final long AFTER_MILLIS = 3_600_000;

    private static final long TEN_SECONDS_AFTER_MILLIS = 600_000;

    /** Rows sorted by one statement: bounds its memory. */
    private static final int ROWS_AT_A_TIME = 300_000;

    /** Where a table has more, each of its buckets fills blocks of its own, sorted already, and rewriting costs too much. */
    private static final long MOST_ROWS = 20_000_000;

    private final Database database;
    private final State state;
    private final Rollup rollup;
    private final int rowsAtATime;

    /** @param rowsAtATime rows of operations that are merged in the heap at a time */
    Packing(Database database, State state, Rollup rollup, int rowsAtATime) {
        this.rowsAtATime = rowsAtATime;
        this.database = database;
        this.state = state;
        this.rollup = rollup;
    }

    void run() throws HistoryException {
        for (Chunk chunk : state.catalog.chunks()) {
            if (isDue(chunk)) {
                pack(chunk);
            }
        }
    }

    private boolean isDue(Chunk chunk) {
        Level level = chunk.level();
        if (chunk.sealed() || chunk.file() != null || level.isCoarsest()) {
            return false;
        }
        if (level == Level.TEN_SECONDS && chunk.kind().isOps()) {
            return chunk.endMillis() + TEN_SECONDS_AFTER_MILLIS <= rollup.reached(Level.MINUTE);
        }
        return level.spanMillis > level.periodMillis && chunk.endMillis() + AFTER_MILLIS <= rollup.reached(level);
    }

    private void pack(Chunk chunk) throws HistoryException {
        state.replace(List.of(chunk), List.of(chunk.seal())); // what comes late gets a table of its own
        long start = chunk.level().span(chunk.startMillis());
        @Nullable Chunk known = state.catalog.packed(chunk.kind(), chunk.level(), start);
        Chunk into = known == null || known.id() == chunk.id()
                ? new Chunk(
                        state.nextChunkId.getAndIncrement(),
                        chunk.kind(),
                        chunk.level(),
                        start,
                        start + chunk.level().spanMillis,
                        true,
                        null)
                : known;
        boolean isNew = !into.equals(known);
        boolean moved = database.write("pack buckets of " + chunk.level().label, c -> {
            if (Rollup.number(c, "SELECT count(*) FROM " + chunk.table()) > MOST_ROWS) {
                Database.execute(c, "UPDATE store.chunks SET sealed = true WHERE id = " + chunk.id());
                return false;
            }
            if (isNew) {
                ChunkWriter.create(c, into);
            }
            String all = "SELECT * FROM " + chunk.table();
            for (String rows : slices(c, all, chunk.kind().sortColumn(), ROWS_AT_A_TIME)) {
                move(c, chunk, rows, into);
            }
            Database.execute(c, "DELETE FROM store.chunks WHERE id = " + chunk.id());
            Database.execute(c, "DROP TABLE " + chunk.table());
            return true;
        });
        if (moved) {
            state.replace(List.of(chunk.seal()), isNew ? List.of(into) : List.of());
        }
    }

    /**
     * Moves all rows of some buckets. Those of a host whose clock is behind came as a row a second of each series and up to a
     * thousand hot keys: in a bucket they become one again.
     */
    private void move(DuckDBConnection connection, Chunk chunk, String rows, Chunk into) throws SQLException {
        RowKind kind = chunk.kind();
        long width = chunk.level().widthMillis;
        String sorted = " ORDER BY " + kind.sortColumn() + ", " + kind.timeColumn();
        String insert = "INSERT INTO " + into.table() + " ";
        if (kind == RowKind.SLOW_OPS) {
            Database.execute(connection, insert + rows + sorted);
        } else if (!kind.isOps()) {
            String merged = RollupSql.merged(kind, rows, width, state.config.hotKeysPerBucket());
            Database.execute(connection, insert + merged + " ORDER BY 1, 2");
        } else if (Rollup.number(connection, "SELECT count(*) FROM (" + RollupSql.cells(rows, width) + ") WHERE n > 1")
                == 0) {
            Database.execute(connection, insert + rows + sorted);
        } else {
            Database.execute(connection, insert + RollupSql.alone(rows, width) + sorted);
            for (String slice : slices(connection, RollupSql.together(rows, width), kind.sortColumn(), rowsAtATime)) {
                OpsMerge.add(connection, slice, width, () -> into);
            }
        }
    }

    /** Queries of rows, each with all rows of some values of a column, about as many. */
    private static List<String> slices(DuckDBConnection connection, String rows, String column, int rowsAtATime)
            throws SQLException {
        List<String> slices = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet r =
                        statement.executeQuery("SELECT min(v), max(v) FROM (SELECT v, sum(n) OVER (ORDER BY v) // "
                                + rowsAtATime + " AS part FROM (SELECT " + column + " AS v, count(*) AS n FROM ("
                                + rows + ") GROUP BY v)) GROUP BY part ORDER BY part")) {
            while (r.next()) {
                slices.add("SELECT * FROM (" + rows + ") WHERE " + column + " BETWEEN " + r.getLong(1) + " AND "
                        + r.getLong(2));
            }
        }
        return slices;
    }
}
