package io.kvops.history;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;

/** The dictionary of gauges, as {@link SeriesTable} for series. Guarded by the writer's lock. */
final class GaugeTable {
    /**
     * Gauges whose ids are held in memory: some 60 MB with texts of 100 characters. Where there are more, what is not among
     * them is looked up, all at once.
     */
    private static final int MAX_KNOWN = 200_000;

    /** Instead of an id that is not known yet; ids begin at 1. */
    private static final int NEW = 0;

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

    /** The ids that points need, with those that they add; as {@link SeriesTable#ids}. */
    Map<Name, Integer> ids(DuckDBConnection connection, List<GaugePoint> points) throws SQLException {
        Map<Name, Integer> ids = new HashMap<>();
        List<Name> missing = new ArrayList<>();
        for (GaugePoint point : points) {
            Name name = Name.of(point);
            if (!ids.containsKey(name)) {
                Integer id = known.get(name);
                ids.put(name, id == null ? NEW : id);
                if (id == null) {
                    missing.add(name);
                }
            }
        }
        if (!missing.isEmpty()) {
            if (nextId > 1) {
                lookUp(connection, missing, ids);
            }
            add(connection, missing, ids);
        }
        return ids;
    }

    /** All at once, as each look through the table costs a millisecond for some 250,000 names, while writers wait. */
    private static void lookUp(DuckDBConnection connection, List<Name> missing, Map<Name, Integer> ids)
            throws SQLException {
        Database.execute(
                connection,
                "CREATE OR REPLACE TEMP TABLE wanted(place INTEGER, kind VARCHAR, subject VARCHAR, name VARCHAR)");
        try (DuckDBAppender to = connection.createAppender("temp", "main", "wanted")) {
            for (int place = 0; place < missing.size(); place++) {
                append(to, place, missing.get(place));
            }
            to.flush(); // close() would hide that it failed
        }
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT place, id FROM temp.wanted" + " JOIN store.gauge_names USING (kind, subject, name)")) {
            while (rows.next()) {
                ids.put(missing.get(rows.getInt(1)), rows.getInt(2));
            }
        }
        Database.execute(connection, "DROP TABLE temp.wanted");
    }

    private void add(DuckDBConnection connection, List<Name> missing, Map<Name, Integer> ids) throws SQLException {
        int next = nextId;
        try (DuckDBAppender to = connection.createAppender("store", "gauge_names")) {
            for (Name name : missing) {
                if (ids.replace(name, NEW, next)) {
                    append(to, next++, name);
                }
            }
            to.flush(); // as above
        }
    }

    private static void append(DuckDBAppender to, int number, Name name) throws SQLException {
        to.beginRow().append(number).append(name.kind());
        to.append(name.subject()).append(name.name()).endRow();
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
}
