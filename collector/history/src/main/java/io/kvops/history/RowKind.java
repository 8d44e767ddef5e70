package io.kvops.history;

import java.util.Arrays;
import java.util.stream.Collectors;

/** What a table of a level and period holds. Columns that add up at a rollup, and how, are in {@link RollupSql}. */
enum RowKind {
    OPS(
            Level.SECOND,
            Level.DAY,
            "series INTEGER, bucket BIGINT, count BIGINT, misses BIGINT, timeouts BIGINT, cancelled BIGINT,"
                    + " key_bytes BIGINT, bytes_in BIGINT, bytes_out BIGINT, sum_nanos BIGINT, max_nanos BIGINT,"
                    + " distinct_keys BIGINT, latency_buckets SMALLINT[], latency_counts BIGINT[],"
                    + " error_classes VARCHAR[], error_counts BIGINT[]"),
    /** A row without a store is the floor of a bucket's summary, in {@code error}. */
    HOT_KEYS(
            Level.SECOND,
            Level.DAY,
            "bucket BIGINT, store VARCHAR, endpoint VARCHAR, key BLOB, hashed BOOLEAN, count BIGINT, error BIGINT,"
                    + " reads BIGINT, writes BIGINT, bytes BIGINT, services VARCHAR[]"),
    /** A row without a reason is the time that frames cover. */
    MARKS(
            Level.SECOND,
            Level.DAY,
            "bucket BIGINT, reason VARCHAR, dropped BIGINT, from_millis BIGINT, to_millis BIGINT, frames BIGINT"),
    /** A row as it was measured has no least, greatest, sum and number. */
    GAUGES(
            Level.TEN_SECONDS,
            Level.HOUR,
            "gauge INTEGER, at_millis BIGINT, value DOUBLE, least DOUBLE, greatest DOUBLE, sum DOUBLE, number BIGINT"),
    SLOW_OPS(
            Level.MINUTE,
            Level.MINUTE,
            "at_millis BIGINT, series INTEGER, severity DOUBLE, key BLOB, hashed BOOLEAN, latency_nanos BIGINT,"
                    + " outcome VARCHAR, stack VARCHAR[]");

    final Level finest;
    final Level coarsest;
    final String columns;

    RowKind(Level finest, Level coarsest, String columns) {
        this.finest = finest;
        this.coarsest = coarsest;
        this.columns = columns;
    }

    boolean has(Level level) {
        return level.compareTo(finest) >= 0 && level.compareTo(coarsest) <= 0;
    }

    /** The column that says when. */
    String timeColumn() {
        return this == GAUGES || this == SLOW_OPS ? "at_millis" : "bucket";
    }

    /** Names of the columns, with commas between. */
    String names() {
        return Arrays.stream(columns.split(", ?", -1))
                .map(c -> c.substring(0, c.indexOf(' ')))
                .collect(Collectors.joining(", "));
    }

    /** A query with these columns and no rows. */
    String nothing() {
        return "SELECT "
                + Arrays.stream(columns.split(", ?", -1))
                        .map(c -> "NULL::" + c.substring(c.indexOf(' ') + 1) + " AS " + c.substring(0, c.indexOf(' ')))
                        .collect(Collectors.joining(", "))
                + " WHERE false";
    }
}
