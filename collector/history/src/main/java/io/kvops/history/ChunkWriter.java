package io.kvops.history;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToIntFunction;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;

/**
 * Sorts the rows of one transaction into the tables that take them, which it creates where they are missing. A row goes to
 * the finest level of its kind, and to each coarser one into which its time was merged already, as nobody will merge it
 * again.
 */
final class ChunkWriter {
    private final DuckDBConnection connection;
    private final Catalog catalog;
    private final Slice slice;
    private final AtomicInteger nextChunkId;
    private final List<Chunk> created = new ArrayList<>();
    private long late;
    private long expired;

    /**
     * @param catalog with the horizons that rollups under way will reach
     * @param slice what is merged of another one
     */
    ChunkWriter(DuckDBConnection connection, Catalog catalog, Slice slice, AtomicInteger nextChunkId) {
        this.slice = slice;
        this.connection = connection;
        this.catalog = catalog;
        this.nextChunkId = nextChunkId;
    }

    /** When a row happened. */
    interface Time<T> {
        long millis(T row);
    }

    /** Writes one row; the time is that of the bucket it belongs to in the level. */
    interface Row<T> {
        void write(T row, long bucketMillis, DuckDBAppender to) throws SQLException;
    }

    <T> void write(RowKind kind, Iterable<T> rows, Time<T> time, Row<T> row) throws SQLException {
        write(kind, rows, time, r -> Integer.MAX_VALUE, row);
    }

    /** Rows of operations. */
    void write(RowKind kind, List<Numbered> rows) throws SQLException {
        write(
                kind,
                rows,
                r -> r.point().startMillis(),
                Numbered::series,
                (r, bucket, to) -> BatchRows.ops(r.point(), r.series(), bucket, to));
    }

    /** A point with the id of its series. */
    record Numbered(int series, OpsPoint point) {}

    private <T> void write(RowKind kind, Iterable<T> rows, Time<T> time, ToIntFunction<T> series, Row<T> row)
            throws SQLException {
        Map<Level, Map<Long, List<T>>> sorted = new EnumMap<>(Level.class);
        for (T r : rows) {
            sort(kind, r, time.millis(r), series.applyAsInt(r), sorted);
        }
        for (Map.Entry<Level, Map<Long, List<T>>> level : sorted.entrySet()) {
            for (Map.Entry<Long, List<T>> period : level.getValue().entrySet()) {
                Chunk chunk = chunk(kind, level.getKey(), period.getKey());
                try (DuckDBAppender to = connection.createAppender("store", chunk.tableName())) {
                    for (T r : period.getValue()) {
                        to.beginRow();
                        row.write(r, level.getKey().bucket(time.millis(r)), to);
                        to.endRow();
                    }
                    to.flush(); // close() would hide that it failed
                }
            }
        }
    }

    /** Tables that this transaction created. */
    List<Chunk> created() {
        return created;
    }

    /** Rows that came after their time was merged. */
    long late() {
        return late;
    }

    /** Rows that are older than all that is kept. */
    long expired() {
        return expired;
    }

    /** The table that takes new rows of a period. */
    Chunk chunk(RowKind kind, Level level, long periodStart) throws SQLException {
        Chunk open = catalog.open(kind, level, periodStart);
        if (open != null) {
            return open;
        }
        for (Chunk c : created) {
            if (c.kind() == kind && c.level() == level && c.startMillis() == periodStart) {
                return c;
            }
        }
        Chunk chunk = create(
                connection,
                new Chunk(
                        nextChunkId.getAndIncrement(),
                        kind,
                        level,
                        periodStart,
                        periodStart + level.periodMillis,
                        false,
                        null));
        created.add(chunk);
        return chunk;
    }

    static Chunk create(DuckDBConnection connection, Chunk chunk) throws SQLException {
        Database.execute(connection, "CREATE TABLE " + chunk.table() + "(" + chunk.kind().columns + ")");
        enter(connection, chunk);
        return chunk;
    }

    /** Enters a chunk into the catalog. */
    static void enter(DuckDBConnection connection, Chunk chunk) throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO store.chunks VALUES (?, ?, ?, ?, ?, ?, ?)")) {
            insert.setInt(1, chunk.id());
            insert.setString(2, chunk.kind().name());
            insert.setString(3, chunk.level().name());
            insert.setLong(4, chunk.startMillis());
            insert.setLong(5, chunk.endMillis());
            insert.setBoolean(6, chunk.sealed());
            insert.setString(7, chunk.file());
            insert.execute();
        }
    }

    private <T> void sort(RowKind kind, T row, long millis, int series, Map<Level, Map<Long, List<T>>> sorted) {
        boolean kept = false;
        boolean isLate = false;
        for (Level level : Level.ALL) {
            boolean takes = kind.has(level)
                    && millis >= catalog.writableFrom(level)
                    && (level == kind.finest || millis < catalog.upto(kind, level) || slice.has(level, millis, series));
            if (takes) {
                kept = true;
                isLate |= level != kind.finest;
                sorted.computeIfAbsent(level, l -> new HashMap<>())
                        .computeIfAbsent(level.period(millis), p -> new ArrayList<>())
                        .add(row);
            }
        }
        boolean counts = !kind.isOps() || kind == RowKind.OPS; // not its sums once more
        late += isLate && counts ? 1 : 0;
        expired += kept || !counts ? 0 : 1;
    }
}
