package io.kvops.history;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.duckdb.DuckDBConnection;

/** Writes what comes as rows, with the ids that they need. Guarded by the writer's lock. */
final class RowWriter {
    private final State state;
    private final Resolution resolution;
    private final SeriesTable series;
    private final GaugeTable gauges;
    private final Sums sums;

    RowWriter(State state, Resolution resolution, SeriesTable series, GaugeTable gauges, Sums sums) {
        this.state = state;
        this.resolution = resolution;
        this.series = series;
        this.gauges = gauges;
        this.sums = sums;
    }

    /** Finds out what is on the disk, after it is not sure what was committed. */
    void reload(DuckDBConnection connection) throws SQLException {
        series.reload(connection);
        gauges.reload(connection);
        sums.reload(connection);
    }

    /** Ids may have been retired. */
    void forgetIds() {
        series.forget();
        gauges.forget();
    }

    /** Writes a batch; what is to be done once it is committed is added to a list. */
    void write(Batch batch, DuckDBConnection connection, ChunkWriter writer, List<Runnable> after) throws SQLException {
        Map<RowKind, List<OpsPoint>> ops = new EnumMap<>(RowKind.class);
        ops.put(RowKind.OPS, batch.ops());
        long sumsFrom =
                sums.decide(connection, state.catalog, resolution, batch.ops().size());
        after.add(() -> sums.accept(sumsFrom));
        if (sumsFrom != Sums.NEVER) {
            ops.put(RowKind.BY_OP, OpsMerge.reduce(RowKind.BY_OP, batch.ops()));
            ops.put(RowKind.BY_PATTERN, OpsMerge.reduce(RowKind.BY_PATTERN, batch.ops()));
        }
        List<SeriesTable.Key> wanted = new ArrayList<>(2 * batch.ops().size());
        ops.forEach((kind, points) -> points.forEach(p -> wanted.add(new SeriesTable.Key(kind, p.series()))));
        batch.slowOps().forEach(p -> wanted.add(new SeriesTable.Key(RowKind.OPS, p.series())));
        Map<SeriesTable.Key, Integer> ids = series.ids(connection, wanted);
        after.add(() -> series.accept(ids));
        for (Map.Entry<RowKind, List<OpsPoint>> e : ops.entrySet()) {
            List<ChunkWriter.Numbered> rows = new ArrayList<>(e.getValue().size());
            e.getValue()
                    .forEach(p -> rows.add(
                            new ChunkWriter.Numbered(id(ids, new SeriesTable.Key(e.getKey(), p.series())), p)));
            // few series are found in few blocks
            rows.sort(Comparator.comparingInt(ChunkWriter.Numbered::series));
            writer.write(e.getKey(), rows);
        }
        writer.write(RowKind.HOT_KEYS, batch.hotKeys(), HotKeyPoint::startMillis, BatchRows::hotKey);
        writer.write(RowKind.HOT_KEYS, BatchRows.floors(batch), BatchRows.Floor::startMillis, BatchRows::floor);
        writer.write(RowKind.MARKS, BatchRows.marks(batch), BatchRows.Mark::startMillis, BatchRows::mark);
        writer.write(
                RowKind.SLOW_OPS,
                batch.slowOps(),
                SlowOpPoint::atMillis,
                (p, bucket, to) -> BatchRows.slowOp(p, id(ids, new SeriesTable.Key(RowKind.OPS, p.series())), to));
        write(batch.gauges(), connection, writer, after);
    }

    void write(List<GaugePoint> points, DuckDBConnection connection, ChunkWriter writer, List<Runnable> after)
            throws SQLException {
        if (!points.isEmpty()) {
            Map<GaugeTable.Name, Integer> ids = gauges.ids(connection, points);
            List<GaugePoint> kept = points.stream()
                    .filter(p -> id(ids, GaugeTable.Name.of(p)) != GaugeTable.LEFT_OUT)
                    .toList();
            after.add(() -> {
                gauges.accept(ids);
                state.gaugesLeftOut.addAndGet(points.size() - kept.size());
            });
            writer.write(
                    RowKind.GAUGES,
                    kept,
                    GaugePoint::atMillis,
                    (p, bucket, to) -> BatchRows.gauge(p, id(ids, GaugeTable.Name.of(p)), to));
        }
    }

    private static <K> int id(Map<K, Integer> ids, K key) {
        Integer id = ids.get(key);
        if (id == null) {
            throw new IllegalStateException("no id for " + key);
        }
        return id;
    }
}
