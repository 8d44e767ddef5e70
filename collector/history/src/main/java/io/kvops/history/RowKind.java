package io.kvops.history;

import io.kvops.op.OpClass;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What a table of a level and period holds. Columns that add up at a rollup, and how, are in {@link RollupSql}. */
enum RowKind {
    OPS(Level.SECOND, Level.DAY, Columns.OPS),
    /** Sums over instances and patterns, for questions that need neither. */
    BY_OP(Level.SECOND, Level.DAY, Columns.OPS),
    /** Sums by store and pattern. */
    BY_PATTERN(Level.SECOND, Level.DAY, Columns.OPS),
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

    /** Series, and their sums by fewer dimensions. */
    static final List<RowKind> OF_OPS = List.of(BY_PATTERN, BY_OP, OPS);

    final Level finest;
    final Level coarsest;
    final String columns;

    RowKind(Level finest, Level coarsest, String columns) {
        this.finest = finest;
        this.coarsest = coarsest;
        this.columns = columns;
    }

    /** What its series are told apart by; empty where it has none. */
    private Set<Dimension> dimensions() {
        return switch (this) {
            case OPS -> Columns.ALL;
            case BY_OP -> Columns.BY_OP;
            case BY_PATTERN -> Columns.BY_PATTERN;
            default -> Set.of();
        };
    }

    /** The kinds that can answer a question about these dimensions; the last is {@link #OPS}. */
    static List<RowKind> of(Set<Dimension> asked) {
        return OF_OPS.stream()
                .filter(kind -> kind.dimensions().containsAll(asked))
                .toList();
    }

    /** Whether its rows are of operations. */
    boolean isOps() {
        return !dimensions().isEmpty();
    }

    /** What a series counts under in this kind. */
    SeriesId reduce(SeriesId s) {
        Set<Dimension> dimensions = dimensions();
        return new SeriesId(
                dimensions.contains(Dimension.SERVICE) ? s.service() : "",
                dimensions.contains(Dimension.INSTANCE) ? s.instance() : "",
                dimensions.contains(Dimension.STORE) ? s.store() : "",
                dimensions.contains(Dimension.ENDPOINT) ? s.endpoint() : "",
                dimensions.contains(Dimension.OP) ? s.op() : "",
                dimensions.contains(Dimension.OP_CLASS) ? s.opClass() : OpClass.OTHER,
                dimensions.contains(Dimension.PATTERN) ? s.pattern() : "",
                dimensions.contains(Dimension.INTERNAL) && s.internal());
    }

    /** By which packed tables are sorted first, so that few of its values are found without reading all. */
    String sortColumn() {
        return isOps() ? "series" : this == GAUGES ? "gauge" : timeColumn();
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

    /** What kinds of operations have. */
    private static final class Columns {
        static final Set<Dimension> ALL = EnumSet.allOf(Dimension.class);
        static final Set<Dimension> BY_OP = EnumSet.complementOf(EnumSet.of(Dimension.INSTANCE, Dimension.PATTERN));
        static final Set<Dimension> BY_PATTERN =
                EnumSet.of(Dimension.STORE, Dimension.OP_CLASS, Dimension.PATTERN, Dimension.INTERNAL);
        static final String OPS =
                "series INTEGER, bucket BIGINT, count BIGINT, misses BIGINT, timeouts BIGINT, cancelled BIGINT,"
                        + " key_bytes BIGINT, bytes_in BIGINT, bytes_out BIGINT, sum_nanos BIGINT, max_nanos BIGINT,"
                        + " distinct_keys BIGINT, latency_buckets SMALLINT[], latency_counts BIGINT[],"
                        + " error_classes VARCHAR[], error_counts BIGINT[]";
    }
}
