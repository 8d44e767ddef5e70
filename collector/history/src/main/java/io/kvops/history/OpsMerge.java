package io.kvops.history;

import io.kvops.histogram.SparseHistogram;
import io.kvops.op.OpClass;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;

/** Adds up points of operations: into wider buckets, and over series. */
final class OpsMerge {
    /** What a row is of stands in its id alone. */
    private static final SeriesId NUMBERED = new SeriesId("", "", "", "", "", OpClass.OTHER, "", false);

    private static final Comparator<Cell> ORDER =
            Comparator.comparingInt(Cell::series).thenComparingLong(Cell::bucket);

    private OpsMerge() {}

    /** Says which table takes rows, once there are some. */
    interface Into {
        Chunk chunk() throws SQLException;
    }

    private record Cell(int series, long bucket) {}

    private record Place(SeriesId series, long startMillis) {}

    /**
     * Adds up rows into wider buckets. Those that are alone in theirs are copied, as all are where a fleet's rows are as wide
     * already; the others are in the heap meanwhile.
     *
     * @param rows a query with the columns of {@link RowKind#OPS}
     */
    static void merge(DuckDBConnection connection, String rows, long widthMillis, Into into) throws SQLException {
        String cells = RollupSql.cells(rows, widthMillis);
        long alone = Rollup.number(connection, "SELECT count(*) FROM (" + cells + ") WHERE n = 1");
        if (alone > 0) {
            boolean all = alone == Rollup.number(connection, "SELECT count(*) FROM (" + rows + ")");
            String copied = all ? RollupSql.moved(rows, widthMillis) : RollupSql.alone(rows, widthMillis);
            Database.execute(connection, "INSERT INTO " + into.chunk().table() + " " + copied);
            if (!all) {
                add(connection, RollupSql.together(rows, widthMillis), widthMillis, into);
            }
        } else {
            add(connection, rows, widthMillis, into);
        }
    }

    /** Adds up rows into wider buckets in the heap. */
    static void add(DuckDBConnection connection, String rows, long widthMillis, Into into) throws SQLException {
        Map<Cell, OpsTotal> totals = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet r = statement.executeQuery(rows)) {
            while (r.next()) {
                totals.computeIfAbsent(
                                new Cell(r.getInt(1), Level.floor(r.getLong(2), widthMillis)), c -> new OpsTotal())
                        .add(read(r, true));
            }
        }
        if (totals.isEmpty()) {
            return;
        }
        List<Cell> cells = new ArrayList<>(totals.keySet());
        cells.sort(ORDER);
        try (DuckDBAppender to = connection.createAppender("store", into.chunk().tableName())) {
            for (Cell cell : cells) {
                OpsTotal total = totals.get(cell);
                if (total != null) {
                    to.beginRow();
                    BatchRows.ops(total.toPoint(cell.bucket, NUMBERED), cell.series, cell.bucket, to);
                    to.endRow();
                }
            }
            to.flush(); // close() would hide that it failed
        }
    }

    /** Adds up points of a batch to those that a kind has. */
    static List<OpsPoint> reduce(RowKind kind, List<OpsPoint> points) {
        Map<Place, OpsTotal> totals = new LinkedHashMap<>();
        for (OpsPoint p : points) {
            totals.computeIfAbsent(new Place(kind.reduce(p.series()), p.startMillis()), s -> new OpsTotal())
                    .add(p);
        }
        List<OpsPoint> reduced = new ArrayList<>(totals.size());
        totals.forEach((place, total) -> reduced.add(total.toPoint(place.startMillis, place.series)));
        return reduced;
    }

    /**
     * A row with the columns of {@link RowKind#OPS}; the first may be another.
     *
     * @param whole with latencies and errors
     */
    static OpsPoint read(ResultSet r, boolean whole) throws SQLException {
        return new OpsPoint(
                r.getLong(2),
                NUMBERED,
                r.getLong(3),
                r.getLong(4),
                whole ? errors(r) : Map.of(),
                r.getLong(5),
                r.getLong(6),
                r.getLong(7),
                r.getLong(8),
                r.getLong(9),
                r.getLong(10),
                r.getLong(11),
                r.getLong(12),
                whole ? latency(r) : SparseHistogram.EMPTY);
    }

    private static SparseHistogram latency(ResultSet r) throws SQLException {
        Object[] buckets = list(r, 13);
        Object[] numbers = list(r, 14);
        int[] indices = new int[buckets.length];
        long[] counts = new long[buckets.length];
        for (int i = 0; i < indices.length; i++) {
            indices[i] = ((Number) buckets[i]).intValue();
            counts[i] = ((Number) numbers[i]).longValue();
        }
        return SparseHistogram.of(indices, counts);
    }

    private static Map<String, Long> errors(ResultSet r) throws SQLException {
        Object[] classes = list(r, 15);
        if (classes.length == 0) {
            return Map.of();
        }
        Object[] counts = list(r, 16);
        Map<String, Long> errors = new HashMap<>();
        for (int i = 0; i < classes.length; i++) {
            errors.merge(String.valueOf(classes[i]), ((Number) counts[i]).longValue(), OpsPoint::plus);
        }
        return errors;
    }

    private static Object[] list(ResultSet r, int column) throws SQLException {
        java.sql.Array array = r.getArray(column);
        return array == null ? new Object[0] : (Object[]) array.getArray();
    }
}
