package io.kvops.history;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What users see in SQL: views with readable columns over all levels and the archive, as temporary views of a connection. */
final class Views {
    private static final String OPS = "epoch_ms(bucket) AS time, service, instance, s.store AS store, endpoint, op,"
            + " op_class, pattern, internal, count, misses,"
            + " " + RollupSql.clamped("list_sum(error_counts)")
            + " AS errors, timeouts, cancelled, key_bytes, bytes_in,"
            + " bytes_out, sum_nanos, max_nanos, distinct_keys, latency_buckets, latency_counts, error_classes,"
            + " error_counts";

    private static final String[] MACROS = {
        "CREATE TEMP MACRO bucket_low(i) AS CASE WHEN i < 128 THEN i::BIGINT"
                + " ELSE ((i::BIGINT & 127) + 128) << ((i::BIGINT >> 7) - 1) END",
        "CREATE TEMP MACRO bucket_high(i) AS bucket_low(i::BIGINT + 1) - 1",
        // entries are sorted by bucket; the bucket that holds the rank stays in r once the sum has reached it
        "CREATE TEMP MACRO bucket_at(entries, place) AS nullif(list_reduce(entries, lambda a, x: {'i':"
                + " CASE WHEN a.n >= place THEN a.i ELSE x.i END, 'n': a.n + x.n},"
                + " {'i': (-1)::BIGINT, 'n': 0::DOUBLE}).i, -1)",
        "CREATE TEMP MACRO percentile(p, buckets, counts) AS bucket_high(bucket_at("
                + "list_sort(list_transform(list_zip(flatten(list(buckets)), flatten(list(counts))),"
                + " lambda z: {'i': z[1]::BIGINT, 'n': z[2]::DOUBLE})),"
                + " greatest(1, ceil(p * sum(list_sum(counts)) / 100))))",
    };

    private Views() {}

    /** Creates them for what a catalog holds, without events of some kinds. @return their names */
    static List<String> create(Connection connection, Catalog catalog, Sources sources, Set<String> hiddenKinds)
            throws SQLException {
        Map<String, String> views = new LinkedHashMap<>();
        for (Level level : Level.ALL) {
            long upto = Math.min(catalog.upto(RowKind.OPS, level), FOREVER);
            views.put(
                    "ops_" + level.label,
                    ops(rows(sources.rows(catalog, RowKind.OPS, level, catalog.from(level), upto), RowKind.OPS)));
        }
        views.put("ops", ops(all(catalog, sources, RowKind.OPS)));
        views.put(
                "hot_keys",
                "SELECT epoch_ms(bucket) AS time, store, endpoint, CASE WHEN hashed THEN hex(key)"
                        + " ELSE coalesce(try(decode(key)), hex(key)) END AS key, hashed, count, error, reads, writes,"
                        + " bytes, services FROM (" + all(catalog, sources, RowKind.HOT_KEYS)
                        + ") WHERE store IS NOT NULL");
        views.put(
                "dropped",
                "SELECT epoch_ms(bucket) AS time, reason, dropped AS count FROM ("
                        + all(catalog, sources, RowKind.MARKS) + ") WHERE reason IS NOT NULL");
        views.put(
                "coverage",
                "SELECT epoch_ms(bucket) AS time, epoch_ms(from_millis) AS \"from\", epoch_ms(to_millis) AS \"to\","
                        + " frames FROM (" + all(catalog, sources, RowKind.MARKS) + ") WHERE reason IS NULL");
        views.put(
                "gauges",
                "SELECT epoch_ms(at_millis) AS time, kind, subject, name, value, coalesce(least, value) AS least,"
                        + " coalesce(greatest, value) AS greatest, coalesce(sum, value) AS sum,"
                        + " coalesce(number, 1) AS number FROM (" + all(catalog, sources, RowKind.GAUGES)
                        + ") JOIN store.gauge_names ON id = gauge");
        views.put(
                "slow_ops",
                "SELECT epoch_ms(at_millis) AS time, service, instance, s.store AS store, endpoint, op, op_class,"
                        + " pattern, severity, CASE WHEN hashed THEN hex(key) ELSE coalesce(try(decode(key)), hex(key))"
                        + " END AS key, latency_nanos, outcome, stack FROM ("
                        + all(catalog, sources, RowKind.SLOW_OPS) + ") JOIN store.series s ON id = series");
        views.put(
                "events",
                "SELECT epoch_ms(at_millis) AS time, kind, severity, who, subject, title, details FROM "
                        + shown(hiddenKinds));
        for (String macro : MACROS) {
            Database.execute(connection, macro);
        }
        for (Map.Entry<String, String> view : views.entrySet()) {
            Database.execute(connection, "CREATE TEMP VIEW " + view.getKey() + " AS " + view.getValue());
        }
        return new ArrayList<>(views.keySet());
    }

    /** The limit keeps conditions of the user from being tried on what is hidden: their errors quote values. */
    private static String shown(Set<String> hiddenKinds) {
        if (hiddenKinds.isEmpty()) {
            return "store.events";
        }
        String kinds = hiddenKinds.stream().map(Sources::text).collect(Collectors.joining(", "));
        return "(SELECT * FROM store.events WHERE kind NOT IN (" + kinds + ") LIMIT " + FOREVER + ")";
    }

    private static final long FOREVER = Long.MAX_VALUE / 4;

    private static String ops(String rows) {
        return "SELECT " + OPS + " FROM (" + rows + ") JOIN store.series s ON id = series";
    }

    /** Every moment once, from the finest level that has it. */
    private static String all(Catalog catalog, Sources sources, RowKind kind) {
        long begin = catalog.from(kind.coarsest);
        for (Level level : Level.ALL) {
            begin = kind.has(level) ? Math.min(begin, catalog.from(level)) : begin;
        }
        return rows(sources.rows(catalog, kind, Segments.of(catalog, kind, begin, FOREVER, 1)), kind);
    }

    private static String rows(String rows, RowKind kind) {
        return rows.isEmpty() ? kind.nothing() : rows;
    }
}
