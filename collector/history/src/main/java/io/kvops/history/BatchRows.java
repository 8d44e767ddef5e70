package io.kvops.history;

import io.kvops.histogram.SparseHistogram;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.duckdb.DuckDBAppender;

/** Rows of each {@link RowKind}, in the order of its columns. */
final class BatchRows {
    private BatchRows() {}

    /** A row of {@link RowKind#MARKS}. */
    record Mark(
            long startMillis,
            @org.jspecify.annotations.Nullable String reason,
            long dropped,
            Batch.Coverage coverage) {
        static final Batch.Coverage NOTHING = new Batch.Coverage(0, 0, 0);
    }

    /** A row of {@link RowKind#HOT_KEYS} that is a floor. */
    record Floor(long startMillis, long floor) {}

    static List<Mark> marks(Batch batch) {
        List<Mark> marks = new ArrayList<>();
        batch.coverage().forEach((start, coverage) -> marks.add(new Mark(start, null, 0, coverage)));
        batch.dropped()
                .forEach((start, reasons) ->
                        reasons.forEach((reason, n) -> marks.add(new Mark(start, reason, n, Mark.NOTHING))));
        return marks;
    }

    static List<Floor> floors(Batch batch) {
        List<Floor> floors = new ArrayList<>();
        batch.hotKeyFloors().forEach((start, floor) -> floors.add(new Floor(start, floor)));
        return floors;
    }

    static void ops(OpsPoint p, int series, long bucket, DuckDBAppender to) throws SQLException {
        to.append(series).append(bucket).append(p.count()).append(p.misses());
        to.append(p.timeouts()).append(p.cancelled());
        to.append(p.keyBytes()).append(p.bytesIn()).append(p.bytesOut());
        to.append(p.sumNanos()).append(p.maxNanos()).append(p.distinctKeys());
        SparseHistogram latency = p.latency();
        char[] indices = latency.indices();
        short[] buckets = new short[latency.size()];
        long[] counts = new long[latency.size()];
        for (int i = 0; i < buckets.length; i++) {
            buckets[i] = (short) indices[i];
            counts[i] = latency.count(i);
        }
        to.append(buckets).append(counts);
        if (p.errorsByClass().isEmpty()) {
            to.appendNull().appendNull();
            return;
        }
        Map<String, Long> errors = new TreeMap<>(p.errorsByClass());
        to.append(errors.keySet());
        to.append(errors.values().stream().mapToLong(Long::longValue).toArray());
    }

    static void hotKey(HotKeyPoint p, long bucket, DuckDBAppender to) throws SQLException {
        to.append(bucket).append(p.store()).append(p.endpoint()).append(p.key()).append(p.hashed());
        to.append(p.count())
                .append(p.error())
                .append(p.reads())
                .append(p.writes())
                .append(p.bytes());
        to.append(p.services());
    }

    static void floor(Floor p, long bucket, DuckDBAppender to) throws SQLException {
        to.append(bucket).appendNull().appendNull().appendNull().appendNull();
        to.append(0L).append(p.floor()).append(0L).append(0L).append(0L).appendNull();
    }

    static void mark(Mark m, long bucket, DuckDBAppender to) throws SQLException {
        to.append(bucket).append(m.reason()).append(m.dropped());
        if (m.reason() == null) {
            to.append(m.coverage().fromMillis())
                    .append(m.coverage().toMillis())
                    .append(m.coverage().frames());
        } else {
            to.appendNull().appendNull().append(0L);
        }
    }

    static void slowOp(SlowOpPoint p, int series, DuckDBAppender to) throws SQLException {
        to.append(p.atMillis())
                .append(series)
                .append(p.severity())
                .append(p.key())
                .append(p.hashed());
        to.append(p.latencyNanos()).append(p.outcome()).append(p.stack());
    }

    static void gauge(GaugePoint p, int gauge, DuckDBAppender to) throws SQLException {
        to.append(gauge).append(p.atMillis()).append(p.value());
        to.appendNull().appendNull().appendNull().appendNull();
    }
}
