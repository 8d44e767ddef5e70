package io.kvops.history;

/** SQL that merges rows of a finer level into buckets of a coarser one. Operations are added up by
 * {@link OpsMerge}. */
final class RollupSql {
    private RollupSql() {}

    /** A sum of a column of whole numbers, as {@link #clamped}. */
    static String sum(String column) {
        return clamped("sum(" + column + ")");
    }

    /**
     * A whole number as wide as the database has them, as BIGINT; one that is not there is 0, one that does not fit the nearer
     * end, as in {@link OpsPoint#plus}: else the numbers of one agent would end each statement that meets them.
     */
    static String clamped(String huge) {
        // the least and the greatest leave out what is not there
        return "greatest(least(coalesce(" + huge + ", 0), " + Long.MAX_VALUE + "), -" + Long.MAX_VALUE + ")::BIGINT";
    }

    /**
     * A query with the columns of the kind.
     *
     * @param rows a query of the finer rows
     * @param hotKeys keys that a bucket's summary keeps
     */
    static String merged(RowKind kind, String rows, long widthMillis, int hotKeys) {
        String bucket = bucket(kind.timeColumn(), widthMillis);
        return switch (kind) {
            case HOT_KEYS -> hotKeys(rows, bucket, hotKeys);
            case MARKS ->
                "SELECT " + bucket + " AS b, reason, " + sum("dropped") + ", min(from_millis), max(to_millis),"
                        + " sum(frames)::BIGINT FROM (" + rows + ") GROUP BY b, reason";
            case GAUGES ->
                "SELECT gauge, max(at_millis), arg_max(value, at_millis), min(coalesce(least, value)),"
                        + " max(coalesce(greatest, value)), sum(coalesce(sum, value)), sum(coalesce(number, 1))::BIGINT"
                        + " FROM (" + rows + ") GROUP BY gauge, " + bucket;
            case OPS, BY_OP, BY_PATTERN, SLOW_OPS -> throw new IllegalArgumentException(kind + " (expected another)");
        };
    }

    private static String bucket(String time, long widthMillis) {
        return "(" + time + " - ((" + time + " % " + widthMillis + ") + " + widthMillis + ") % " + widthMillis + ")";
    }

    /** A query of series, begins of wider buckets (b) and how many rows of operations each takes (n). */
    static String cells(String rows, long widthMillis) {
        return "SELECT series, " + bucket("bucket", widthMillis) + " AS b, count(*) AS n FROM (" + rows
                + ") GROUP BY series, b";
    }

    /** A query of rows of operations, with the begins of their wider buckets. */
    static String moved(String rows, long widthMillis) {
        return "SELECT * REPLACE (" + bucket("bucket", widthMillis) + " AS bucket) FROM (" + rows + ")";
    }

    /** A query of those rows of operations that are alone in their wider bucket, with its begin. */
    static String alone(String rows, long widthMillis) {
        return moved(rows, widthMillis) + " WHERE (series, " + bucket("bucket", widthMillis) + ") IN"
                + " (SELECT (series, b) FROM (" + cells(rows, widthMillis) + ") WHERE n = 1)";
    }

    /** A query of the others. */
    static String together(String rows, long widthMillis) {
        return "SELECT * FROM (" + rows + ") WHERE (series, " + bucket("bucket", widthMillis) + ") IN"
                + " (SELECT (series, b) FROM (" + cells(rows, widthMillis) + ") WHERE n > 1)";
    }

    /**
     * A mergeable summary (Agarwal, Cormode, Huang, Phillips, Wei, Yi, "Mergeable summaries", PODS 2012), trimmed to its
     * capacity: the largest upper bound among the keys that go is added to the floor, and taken off the error of those that
     * stay, as errors are relative to the floor.
     */
    private static String hotKeys(String rows, String bucket, int capacity) {
        return "WITH r AS (SELECT *, " + bucket + " AS b FROM (" + rows + ")),"
                + " k AS (SELECT b, store, endpoint, key, hashed, " + sum("count") + " AS c, " + sum("error")
                + " AS e, "
                + sum("reads") + " AS reads, " + sum("writes") + " AS writes, " + sum("bytes") + " AS bytes,"
                + " list_sort(list_distinct(flatten(list(services)))) AS services,"
                + " row_number() OVER (PARTITION BY b ORDER BY sum(count) + sum(error) DESC, key) AS place"
                + " FROM r WHERE store IS NOT NULL GROUP BY b, store, endpoint, key, hashed),"
                + " f AS (SELECT b, " + sum("error") + " AS floor FROM r WHERE store IS NULL GROUP BY b),"
                + " x AS (SELECT b, greatest(0, max(c::HUGEINT + e)) AS d FROM k WHERE place > " + capacity
                + " GROUP BY b)"
                + " SELECT k.b, store, endpoint, key, hashed, c, " + clamped("e - coalesce(d, 0)")
                + ", reads, writes, bytes, services"
                + " FROM k LEFT JOIN x ON x.b = k.b WHERE place <= " + capacity
                + " UNION ALL SELECT coalesce(f.b, x.b), NULL, NULL, NULL, NULL, 0, "
                + clamped("coalesce(floor, 0) + coalesce(d, 0)") + ", 0, 0, 0, NULL FROM f FULL JOIN x ON x.b = f.b";
    }
}
