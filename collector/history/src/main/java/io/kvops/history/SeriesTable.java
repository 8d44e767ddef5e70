package io.kvops.history;

import io.kvops.op.OpClass;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;

/**
 * The dictionary of series. The ids that were used last are held in memory, the others are found by a hash in the database.
 * Guarded by the writer's lock.
 */
final class SeriesTable {
    private static final int LOOKED_UP_AT_A_TIME = 5_000;

    /** A series, or a sum of some. */
    record Key(RowKind kind, SeriesId series) {}

    private final Known<Key> known;
    private int nextId;

    SeriesTable(Connection connection, int maxSeries) throws SQLException {
        known = new Known<>(withSums(maxSeries));
        nextId = next(connection);
    }

    /** Finds out which ids are taken, after it is not sure what was committed. */
    void reload(Connection connection) throws SQLException {
        nextId = next(connection);
    }

    private static int next(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT coalesce(max(id), 0) FROM store.series")) {
            rows.next();
            return rows.getInt(1) + 1;
        }
    }

    /** The ids that a batch needs, with those that it adds. Take them over by {@link #accept} once it is committed. */
    Map<Key, Integer> ids(DuckDBConnection connection, Collection<Key> wanted) throws SQLException {
        Map<Key, Integer> ids = new HashMap<>();
        Map<Long, List<Key>> missing = new LinkedHashMap<>();
        for (Key series : wanted) {
            if (!ids.containsKey(series)) {
                Integer id = known.get(series);
                ids.put(series, id == null ? 0 : id);
                if (id == null) {
                    missing.computeIfAbsent(hash(series), h -> new ArrayList<>())
                            .add(series);
                }
            }
        }
        if (!missing.isEmpty()) {
            lookUp(connection, new ArrayList<>(missing.keySet()), ids);
            add(connection, missing, ids);
        }
        return ids;
    }

    /** Remembers ids that are committed. */
    void accept(Map<Key, Integer> committed) {
        committed.forEach((series, id) -> {
            known.put(series, id);
            nextId = Math.max(nextId, id + 1);
        });
    }

    /** Forgets what is in memory, as ids may have been retired. */
    void forget() {
        known.clear();
    }

    void resize(int maxSeries) {
        known.max = withSums(maxSeries);
    }

    /** Sums of series have ids too; they are fewer. */
    private static int withSums(int maxSeries) {
        return maxSeries + maxSeries / 4;
    }

    int size() {
        return known.size();
    }

    private void lookUp(Connection connection, List<Long> hashes, Map<Key, Integer> ids) throws SQLException {
        if (nextId == 1) {
            return;
        }
        for (int from = 0; from < hashes.size(); from += LOOKED_UP_AT_A_TIME) {
            String list = hashes.subList(from, Math.min(hashes.size(), from + LOOKED_UP_AT_A_TIME)).stream()
                    .map(String::valueOf)
                    .collect(Collectors.joining(","));
            try (Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery("SELECT " + Schema.SERIES_COLUMNS
                            + ", id, kind FROM store.series WHERE hash IN (" + list + ")")) {
                while (rows.next()) {
                    ids.replace(new Key(RowKind.valueOf(rows.getString(10)), read(rows, 1)), rows.getInt(9));
                }
            }
        }
    }

    private void add(DuckDBConnection connection, Map<Long, List<Key>> missing, Map<Key, Integer> ids)
            throws SQLException {
        int id = nextId;
        try (DuckDBAppender to = connection.createAppender("store", "series")) {
            for (Map.Entry<Long, List<Key>> e : missing.entrySet()) {
                for (Key key : e.getValue()) {
                    if (ids.getOrDefault(key, 0) == 0) {
                        ids.put(key, id);
                        SeriesId s = key.series();
                        to.beginRow().append(id++).append(key.kind().name()).append((long) e.getKey());
                        to.append(s.service())
                                .append(s.instance())
                                .append(s.store())
                                .append(s.endpoint());
                        to.append(s.op())
                                .append(s.opClass().name())
                                .append(s.pattern())
                                .append(s.internal());
                        to.endRow();
                    }
                }
            }
            to.flush(); // close() would hide that it failed
        }
    }

    /** Reads {@link Schema#SERIES_COLUMNS}. */
    static SeriesId read(ResultSet rows, int first) throws SQLException {
        return new SeriesId(
                rows.getString(first),
                rows.getString(first + 1),
                rows.getString(first + 2),
                rows.getString(first + 3),
                rows.getString(first + 4),
                opClass(rows.getString(first + 5)),
                rows.getString(first + 6),
                rows.getBoolean(first + 7));
    }

    static OpClass opClass(String name) {
        for (OpClass c : OpClass.values()) {
            if (c.name().equalsIgnoreCase(name)) {
                return c;
            }
        }
        return OpClass.OTHER;
    }

    private static long hash(Key key) {
        SeriesId s = key.series();
        long h = mix(s.internal() ? 1 : 2, key.kind().name());
        h = mix(h, s.service());
        h = mix(h, s.instance());
        h = mix(h, s.store());
        h = mix(h, s.endpoint());
        h = mix(h, s.op());
        h = mix(h, s.opClass().name());
        return mix(h, s.pattern());
    }

    private static long mix(long hash, String text) {
        long h = hash + text.length();
        for (int i = 0; i < text.length(); i++) {
            h = (h ^ text.charAt(i)) * 0x2545F4914F6CDD1DL;
            h ^= h >>> 29;
        }
        return (h ^ (h >>> 32)) * 0xD6E8FEB86659FD93L;
    }

    /** The entries that were used last. */
    static final class Known<K> extends LinkedHashMap<K, Integer> {
        private static final long serialVersionUID = 1;

        int max;

        Known(int max) {
            super(16, 0.75f, true);
            this.max = max;
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<K, Integer> eldest) {
            return size() > max;
        }
    }
}
