package io.kvops.history;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
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

    /** Names of one thing; a Prometheus target may show 4,000 at a time. */
    static final int MAX_NAMES = 10_000;

    /** New names of a thing that has so many: what is scraped changes over the years, too. */
    static final int NEW_NAMES_A_DAY = 1_000;

    /** Instead of an id that is not known yet; ids begin at 1. */
    private static final int NEW = 0;

    /** Instead of an id of what is one name too many. */
    static final int LEFT_OUT = -1;

    private static final long DAY_MILLIS = 86_400_000;

    private final SeriesTable.Known<Name> known = new SeriesTable.Known<>(MAX_KNOWN);
    private final Clock clock;
    /** New names of this day, of things that have their {@link #MAX_NAMES}. */
    private final Map<Thing, Integer> newToday = new HashMap<>();

    private long today;
    private int nextId;

    GaugeTable(Connection connection, Clock clock) throws SQLException {
        this.clock = clock;
        nextId = next(connection);
    }

    /** As {@link SeriesTable#reload}. */
    void reload(Connection connection) throws SQLException {
        nextId = next(connection);
        newToday.clear();
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

        Thing thing() {
            return new Thing(kind, subject);
        }
    }

    /** What has gauges. */
    private record Thing(String kind, String subject) {}

    /** The ids that points need, with those that they add, or {@link #LEFT_OUT}; as {@link SeriesTable#ids}. */
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
            add(connection, missing, nextId > 1 ? lookUp(connection, missing, ids) : new HashMap<>(), ids);
        }
        return ids;
    }

    /**
     * All at once, as each look through the table costs a millisecond for some 250,000 names, while writers wait.
     *
     * @return how many names things have, if some of theirs are not found
     */
    private static Map<Thing, Integer> lookUp(DuckDBConnection connection, List<Name> missing, Map<Name, Integer> ids)
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
        int found = 0;
        Map<Thing, Integer> names = new HashMap<>();
        try (Statement statement = connection.createStatement()) {
            try (ResultSet rows = statement.executeQuery(
                    "SELECT place, id FROM temp.wanted JOIN store.gauge_names USING (kind, subject, name)")) {
                while (rows.next()) {
                    ids.put(missing.get(rows.getInt(1)), rows.getInt(2));
                    found++;
                }
            }
            if (found < missing.size()) {
                try (ResultSet rows = statement.executeQuery("SELECT kind, subject, count(*) FROM store.gauge_names"
                        + " SEMI JOIN temp.wanted USING (kind, subject) GROUP BY kind, subject")) {
                    while (rows.next()) {
                        names.put(new Thing(rows.getString(1), rows.getString(2)), rows.getInt(3));
                    }
                }
            }
        }
        Database.execute(connection, "DROP TABLE temp.wanted");
        return names;
    }

    private void add(DuckDBConnection connection, List<Name> missing, Map<Thing, Integer> names, Map<Name, Integer> ids)
            throws SQLException {
        int next = nextId;
        try (DuckDBAppender to = connection.createAppender("store", "gauge_names")) {
            for (Name name : missing) {
                if (ids.getOrDefault(name, NEW) != NEW) {
                    continue;
                }
                if (mayHaveOneMore(name.thing(), names)) {
                    ids.put(name, next);
                    append(to, next++, name);
                } else {
                    ids.put(name, LEFT_OUT);
                }
            }
            to.flush(); // as above
        }
    }

    private boolean mayHaveOneMore(Thing thing, Map<Thing, Integer> names) {
        if (names.merge(thing, 1, Integer::sum) <= MAX_NAMES) {
            return true;
        }
        long day = clock.millis() / DAY_MILLIS;
        if (day != today) {
            today = day;
            newToday.clear();
        }
        return newToday.merge(thing, 1, Integer::sum) <= NEW_NAMES_A_DAY;
    }

    private static void append(DuckDBAppender to, int number, Name name) throws SQLException {
        to.beginRow().append(number).append(name.kind());
        to.append(name.subject()).append(name.name()).endRow();
    }

    void accept(Map<Name, Integer> committed) {
        committed.forEach((name, id) -> {
            if (id != LEFT_OUT) {
                known.put(name, id);
                nextId = Math.max(nextId, id + 1);
            }
        });
    }

    void forget() {
        known.clear();
    }
}
