package io.kvops.history;

/** SQL that merges rows of a finer level into buckets of a coarser one. Counts and histograms add up. */
final class RollupSql {
    private RollupSql() {}

    /**
     * A query with the columns of the kind.
     *
     * @param rows a query of the finer rows
     * @param hotKeys keys that a bucket's summary keeps
     */
    static String merged(RowKind kind, String rows, long widthMillis, int hotKeys) {
        String time = kind.timeColumn();
        String bucket =
                "(" + time + " - ((" + time + " % " + widthMillis + ") + " + widthMillis + ") % " + widthMillis + ")";
        return switch (kind) {
            case OPS -> ops(rows, bucket);
            case HOT_KEYS -> hotKeys(rows, bucket, hotKeys);
            case MARKS ->
                "SELECT " + bucket + " AS b, reason, sum(dropped)::BIGINT, min(from_millis), max(to_millis),"
                        + " sum(frames)::BIGINT FROM (" + rows + ") GROUP BY b, reason";
            case GAUGES ->
                "SELECT gauge, max(at_millis), arg_max(value, at_millis), min(coalesce(least, value)),"
                        + " max(coalesce(greatest, value)), sum(coalesce(sum, value)), sum(coalesce(number, 1))::BIGINT"
                        + " FROM (" + rows + ") GROUP BY gauge, " + bucket;
            case SLOW_OPS -> throw new IllegalArgumentException("slow operations have one level");
        };
    }

    private static String ops(String rows, String bucket) {
        return "WITH r AS (SELECT *, " + bucket + " AS b FROM (" + rows + ")),"
                + " s AS (SELECT series, b, sum(count)::BIGINT AS count, sum(misses)::BIGINT AS misses,"
                + " sum(timeouts)::BIGINT AS timeouts, sum(cancelled)::BIGINT AS cancelled,"
                + " sum(key_bytes)::BIGINT AS key_bytes, sum(bytes_in)::BIGINT AS bytes_in,"
                + " sum(bytes_out)::BIGINT AS bytes_out, sum(sum_nanos)::BIGINT AS sum_nanos,"
                + " max(max_nanos) AS max_nanos, max(distinct_keys) AS distinct_keys FROM r GROUP BY series, b),"
                + " h AS (SELECT series, b, list(i ORDER BY i) AS latency_buckets, list(n ORDER BY i) AS latency_counts"
                + " FROM (SELECT series, b, i, sum(n)::BIGINT AS n FROM (SELECT series, b,"
                + " unnest(latency_buckets) AS i, unnest(latency_counts) AS n FROM r) GROUP BY series, b, i)"
                + " GROUP BY series, b),"
                + " e AS (SELECT series, b, list(e ORDER BY e) AS error_classes, list(n ORDER BY e) AS error_counts"
                + " FROM (SELECT series, b, e, sum(n)::BIGINT AS n FROM (SELECT series, b,"
                + " unnest(error_classes) AS e, unnest(error_counts) AS n FROM r WHERE error_classes IS NOT NULL)"
                + " GROUP BY series, b, e) GROUP BY series, b)"
                + " SELECT s.series, s.b, count, misses, timeouts, cancelled, key_bytes, bytes_in, bytes_out, sum_nanos,"
                + " max_nanos, distinct_keys, coalesce(latency_buckets, []), coalesce(latency_counts, []),"
                + " error_classes, error_counts"
                + " FROM s LEFT JOIN h ON h.series = s.series AND h.b = s.b"
                + " LEFT JOIN e ON e.series = s.series AND e.b = s.b ORDER BY s.series, s.b";
    }

    /**
     * A mergeable summary (Agarwal, Cormode, Huang, Phillips, Wei, Yi, "Mergeable summaries", PODS 2012), trimmed to its
     * capacity: the largest upper bound among the keys that go is added to the floor, and taken off the error of those that
     * stay, as errors are relative to the floor.
     */
    private static String hotKeys(String rows, String bucket, int capacity) {
        return "WITH r AS (SELECT *, " + bucket + " AS b FROM (" + rows + ")),"
                + " k AS (SELECT b, store, endpoint, key, hashed, sum(count)::BIGINT AS c, sum(error)::BIGINT AS e,"
                + " sum(reads)::BIGINT AS reads, sum(writes)::BIGINT AS writes, sum(bytes)::BIGINT AS bytes,"
                + " list_sort(list_distinct(flatten(list(services)))) AS services,"
                + " row_number() OVER (PARTITION BY b ORDER BY sum(count) + sum(error) DESC, key) AS place"
                + " FROM r WHERE store IS NOT NULL GROUP BY b, store, endpoint, key, hashed),"
                + " f AS (SELECT b, sum(error)::BIGINT AS floor FROM r WHERE store IS NULL GROUP BY b),"
                + " x AS (SELECT b, greatest(0, max(c + e)) AS d FROM k WHERE place > " + capacity + " GROUP BY b)"
                + " SELECT k.b, store, endpoint, key, hashed, c, e - coalesce(d, 0), reads, writes, bytes, services"
                + " FROM k LEFT JOIN x ON x.b = k.b WHERE place <= " + capacity
                + " UNION ALL SELECT coalesce(f.b, x.b), NULL, NULL, NULL, NULL, 0,"
                + " coalesce(floor, 0) + coalesce(d, 0), 0, 0, 0, NULL FROM f FULL JOIN x ON x.b = f.b";
    }
}
