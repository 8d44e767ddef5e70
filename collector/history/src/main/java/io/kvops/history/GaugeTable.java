package io.kvops.history;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The dictionary of gauges, as {@link SeriesTable} for series. Guarded by the writer's lock. */
final class GaugeTable {
    /** Gauges whose ids are held in memory. */
    private static final int MAX_KNOWN = 200_000;

    private final SeriesTable.Known<Name> known = new SeriesTable.Known<>(MAX_KNOWN);
    private int nextId;

    GaugeTable(Connection connection) throws SQLException {
        nextId = next(connection);
    }

    /** As {@link SeriesTable#reload}. */
    void reload(Connection connection) throws SQLException {
        nextId = next(connection);
    }

    private static int next(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT coalesce(max(id), 0) FROM store.gauge_names")) {
            rows.next();
            return rows.getInt(1) + 1;
        }
    }

    /** What a gauge is found by. */
    record Name(String kind, String subject, String name) {
        static Name of(GaugePoint point) {
            return new Name(point.kind(), point.subject(), point.name());
        }
    }

    Map<Name, Integer> ids(Connection connection, List<GaugePoint> points) throws SQLException {
        Map<Name, Integer> ids = new HashMap<>();
        int next = nextId;
        try (PreparedStatement find = connection.prepareStatement(
                        "SELECT id FROM store.gauge_names WHERE kind = ? AND subject = ? AND name = ?");
                PreparedStatement insert =
                        connection.prepareStatement("INSERT INTO store.gauge_names VALUES (?, ?, ?, ?)")) {
            for (GaugePoint point : points) {
                Name name = Name.of(point);
                Integer id = ids.get(name);
                if (id == null) {
                    id = known.get(name);
                }
                if (id == null) {
                    id = find(find, name);
                }
                if (id == null) {
                    id = next++;
                    insert.setInt(1, id);
                    insert.setString(2, name.kind());
                    insert.setString(3, name.subject());
                    insert.setString(4, name.name());
                    insert.execute();
                }
                ids.put(name, id);
            }
        }
        return ids;
    }

    void accept(Map<Name, Integer> committed) {
        committed.forEach((name, id) -> {
            known.put(name, id);
            nextId = Math.max(nextId, id + 1);
        });
    }

    void forget() {
        known.clear();
    }

    private static @org.jspecify.annotations.Nullable Integer find(PreparedStatement find, Name name)
            throws SQLException {
        find.setString(1, name.kind());
        find.setString(2, name.subject());
        find.setString(3, name.name());
        try (ResultSet rows = find.executeQuery()) {
            return rows.next() ? rows.getInt(1) : null;
        }
    }
}
