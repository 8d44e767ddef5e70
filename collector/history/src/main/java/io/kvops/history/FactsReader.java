package io.kvops.history;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Answers all questions but those about operations' sums, within one transaction. */
final class FactsReader {
    private final Connection connection;
    private final Catalog catalog;
    private final Sources sources;

    FactsReader(Connection connection, Catalog catalog, Sources sources) {
        this.connection = connection;
        this.catalog = catalog;
        this.sources = sources;
    }

    History.HotKeys hotKeys(long fromMillis, long toMillis, int limit) throws SQLException {
        Segments segments = Segments.of(catalog, RowKind.HOT_KEYS, fromMillis, toMillis, 0);
        String rows = sources.rows(catalog, RowKind.HOT_KEYS, segments);
        if (rows.isEmpty()) {
            return new History.HotKeys(0, List.of());
        }
        long floor = 0;
        List<HotKeyPoint> keys = new ArrayList<>();
        try (Statement statement = connection.createStatement()) {
            try (ResultSet r = statement.executeQuery(
                    "SELECT " + RollupSql.sum("error") + " FROM (" + rows + ") WHERE store IS NULL")) {
                r.next();
                floor = r.getLong(1);
            }
            try (ResultSet r = statement.executeQuery("SELECT store, endpoint, key, hashed, "
                    + RollupSql.sum("count") + ", " + RollupSql.sum("error") + ", " + RollupSql.sum("reads") + ", "
                    + RollupSql.sum("writes") + ", " + RollupSql.sum("bytes") + ","
                    + " list_sort(list_distinct(flatten(list(services)))) FROM (" + rows + ") WHERE store IS NOT NULL"
                    + " GROUP BY store, endpoint, key, hashed"
                    + " ORDER BY sum(count) + sum(error) DESC, store, endpoint, key LIMIT " + limit)) {
                while (r.next()) {
                    keys.add(new HotKeyPoint(
                            segments.fromMillis(),
                            r.getString(1),
                            r.getString(2),
                            bytes(r, 3),
                            r.getBoolean(4),
                            r.getLong(5),
                            r.getLong(6),
                            r.getLong(7),
                            r.getLong(8),
                            r.getLong(9),
                            texts(r.getArray(10))));
                }
            }
        }
        return new History.HotKeys(floor, keys);
    }

    List<SlowOpPoint> slowOps(long fromMillis, long toMillis, Map<Dimension, String> where, int limit)
            throws SQLException {
        String rows = rowsBetween(RowKind.SLOW_OPS, Level.MINUTE, fromMillis, toMillis);
        List<SlowOpPoint> found = new ArrayList<>();
        if (rows.isEmpty()) {
            return found;
        }
        List<String> conditions = new ArrayList<>();
        List<String> values = new ArrayList<>();
        Sources.where(where, conditions, values);
        String sql =
                "SELECT " + Schema.SERIES_COLUMNS + ", at_millis, severity, key, hashed, latency_nanos, outcome, stack"
                        + " FROM (" + rows + ") JOIN store.series ON id = series"
                        + (conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions))
                        + " ORDER BY severity DESC, at_millis, latency_nanos DESC LIMIT " + limit;
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.size(); i++) {
                statement.setString(i + 1, values.get(i));
            }
            try (ResultSet r = statement.executeQuery()) {
                while (r.next()) {
                    found.add(new SlowOpPoint(
                            r.getLong(9),
                            SeriesTable.read(r, 1),
                            r.getDouble(10),
                            r.getBytes(11),
                            r.getBoolean(12),
                            r.getLong(13),
                            r.getString(14),
                            texts(r.getArray(15))));
                }
            }
        }
        return found;
    }

    Map<String, Long> dropped(long fromMillis, long toMillis) throws SQLException {
        Map<String, Long> dropped = new HashMap<>();
        String rows = marks(fromMillis, toMillis);
        if (!rows.isEmpty()) {
            try (Statement statement = connection.createStatement();
                    ResultSet r = statement.executeQuery("SELECT reason, " + RollupSql.sum("dropped") + " FROM (" + rows
                            + ") WHERE reason IS NOT NULL GROUP BY reason")) {
                while (r.next()) {
                    dropped.put(r.getString(1), r.getLong(2));
                }
            }
        }
        return dropped;
    }

    Optional<Batch.Coverage> coverage(long fromMillis, long toMillis) throws SQLException {
        String rows = marks(fromMillis, toMillis);
        if (rows.isEmpty()) {
            return Optional.empty();
        }
        try (Statement statement = connection.createStatement();
                ResultSet r = statement.executeQuery("SELECT count(*), min(from_millis), max(to_millis),"
                        + " sum(frames)::BIGINT FROM (" + rows + ") WHERE reason IS NULL")) {
            r.next();
            return r.getLong(1) == 0
                    ? Optional.empty()
                    : Optional.of(new Batch.Coverage(r.getLong(2), r.getLong(3), r.getLong(4)));
        }
    }

    List<GaugePoint> gauges(
            String kind, String subject, String name, long fromMillis, long toMillis, long stepMillis, int limit)
            throws SQLException {
        // gauges are asked for as they are held, so the finest level answers wherever the step lets it
        Segments segments = Segments.of(catalog, RowKind.GAUGES, fromMillis, toMillis, Math.max(1, stepMillis));
        String rows = sources.rows(catalog, RowKind.GAUGES, segments);
        if (rows.isEmpty()) {
            return List.of();
        }
        String wanted = "(? = '' OR kind = ?) AND (? = '' OR subject = ?) AND (? = '' OR name = ?)";
        String group = stepMillis == 0
                ? "at_millis"
                : "(at_millis - ((at_millis % " + stepMillis + ") + " + stepMillis + ") % " + stepMillis + ")";
        String sql = "SELECT max(at_millis) AS last, kind, subject, name, arg_max(value, at_millis) FROM (" + rows
                + ") JOIN store.gauge_names ON id = gauge WHERE at_millis >= " + fromMillis + " AND at_millis < "
                + toMillis + " AND "
                + wanted + " GROUP BY kind, subject, name, " + group
                + " ORDER BY last, kind, subject, name LIMIT " + limit;
        return points(sql, kind, kind, subject, subject, name, name);
    }

    List<GaugePoint> latestGauges(String kind, long sinceMillis) throws SQLException {
        Segments segments = Segments.of(catalog, RowKind.GAUGES, sinceMillis, Long.MAX_VALUE / 2, 1);
        String rows = sources.rows(catalog, RowKind.GAUGES, segments);
        if (rows.isEmpty()) {
            return List.of();
        }
        return points(
                "SELECT max(at_millis), kind, subject, name, arg_max(value, at_millis) FROM (" + rows
                        + ") JOIN store.gauge_names ON id = gauge WHERE at_millis >= " + sinceMillis
                        + " AND (? = '' OR kind = ?) GROUP BY kind, subject, name ORDER BY kind, subject, name",
                kind,
                kind);
    }

    List<Event> events(Set<String> kinds, long fromMillis, long toMillis, int limit) throws SQLException {
        String in = kinds.isEmpty()
                ? ""
                : " AND kind IN (" + kinds.stream().map(k -> "?").collect(Collectors.joining(",")) + ")";
        List<Event> events = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT at_millis, kind, severity, who, subject, title, details FROM store.events WHERE at_millis >= "
                        + fromMillis + " AND at_millis < " + toMillis + in
                        + " ORDER BY at_millis DESC, rowid DESC LIMIT " + limit)) {
            int i = 1;
            for (String kind : kinds) {
                statement.setString(i++, kind);
            }
            try (ResultSet r = statement.executeQuery()) {
                while (r.next()) {
                    events.add(new Event(
                            r.getLong(1),
                            r.getString(2),
                            r.getString(3),
                            r.getString(4),
                            r.getString(5),
                            r.getString(6),
                            r.getString(7)));
                }
            }
        }
        return events;
    }

    private List<GaugePoint> points(String sql, String... values) throws SQLException {
        List<GaugePoint> points = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setString(i + 1, values[i]);
            }
            try (ResultSet r = statement.executeQuery()) {
                while (r.next()) {
                    points.add(new GaugePoint(
                            r.getLong(1), r.getString(2), r.getString(3), r.getString(4), r.getDouble(5)));
                }
            }
        }
        return points;
    }

    private String marks(long fromMillis, long toMillis) {
        return sources.rows(catalog, RowKind.MARKS, Segments.of(catalog, RowKind.MARKS, fromMillis, toMillis, 0));
    }

    private String rowsBetween(RowKind kind, Level level, long fromMillis, long toMillis) {
        return sources.rows(
                catalog,
                kind,
                new Segments(fromMillis, toMillis, List.of(new Segments.Part(level, fromMillis, toMillis))));
    }

    private static byte[] bytes(ResultSet r, int column) throws SQLException {
        byte[] bytes = r.getBytes(column);
        return bytes == null ? new byte[0] : bytes;
    }

    private static List<String> texts(@Nullable Array array) throws SQLException {
        if (array == null) {
            return List.of();
        }
        return Arrays.stream((Object[]) array.getArray()).map(String::valueOf).toList();
    }
}
