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
    private static final long ROWS_AT_A_TIME = 300_000;

    /** Where a table has more, each of its buckets fills blocks of its own, sorted already, and rewriting costs too much. */
    private static final long MOST_ROWS = 20_000_000;

    private final Database database;
    private final State state;
    private final Rollup rollup;

    Packing(Database database, State state, Rollup rollup) {
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
            String column = chunk.kind().sortColumn();
            for (String range : ranges(c, chunk, column)) {
                Database.execute(
                        c,
                        "INSERT INTO " + into.table() + " "
                                + packed(chunk, "SELECT * FROM " + chunk.table() + " WHERE " + range, column));
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
     * Of hot keys a range has whole buckets. Those of a host whose clock is behind came as rows of a second each, up to a
     * thousand a second: of a key and bucket they become one again.
     */
    private String packed(Chunk chunk, String rows, String column) {
        return chunk.kind() == RowKind.HOT_KEYS
                ? RollupSql.merged(chunk.kind(), rows, chunk.level().widthMillis, state.config.hotKeysPerBucket())
                        + " ORDER BY 1"
                : rows + " ORDER BY " + column + ", " + chunk.kind().timeColumn();
    }

    /** Ranges of a column that have about as many rows each. */
    private static List<String> ranges(DuckDBConnection connection, Chunk chunk, String column) throws SQLException {
        List<String> ranges = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet r =
                        statement.executeQuery("SELECT min(v), max(v) FROM (SELECT v, sum(n) OVER (ORDER BY v) // "
                                + ROWS_AT_A_TIME + " AS part FROM (SELECT " + column + " AS v, count(*) AS n FROM "
                                + chunk.table() + " GROUP BY v)) GROUP BY part ORDER BY part")) {
            while (r.next()) {
                ranges.add(column + " BETWEEN " + r.getLong(1) + " AND " + r.getLong(2));
            }
        }
        return ranges;
    }
}
