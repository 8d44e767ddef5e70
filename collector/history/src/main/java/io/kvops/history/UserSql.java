package io.kvops.history;

import io.kvops.history.HistoryException.Kind;
import java.sql.Array;
import java.sql.Blob;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A query of a user, which may be hostile. It must be one SELECT, over nothing but the views of {@link Views} and what it
 * names itself, calling no function but those of {@link SqlFunctions}, without recursion: judged by the database's own syntax tree. It runs in a read-only transaction, on a connection of its own, with
 * limits of time and memory; the database as a whole may not touch files outside of its folder.
 */
final class UserSql {
    private static final Set<String> TABLE_FUNCTIONS = Set.of("range", "generate_series", "unnest", "json_each");

    /** Most memory that the values of an answer may take, estimated. */
    private static final long MAX_ANSWER_BYTES = 128L << 20;

    private final Connection connection;
    private final String sql;

    UserSql(Connection connection, String sql) {
        this.connection = connection;
        this.sql = strip(sql);
    }

    private static String strip(String sql) {
        String text = sql.strip();
        while (text.endsWith(";")) {
            text = text.substring(0, text.length() - 1).strip();
        }
        return text;
    }

    /** The query, once it is known to be harmless. */
    String checked(List<String> views) throws SQLException, HistoryException {
        String tree = "json_serialize_sql(" + Sources.text(sql) + ")";
        try (Statement statement = connection.createStatement()) {
            try (ResultSet r = statement.executeQuery("SELECT j->>'error', j->>'error_message',"
                    + " json_array_length(j->'statements') FROM (SELECT " + tree + " AS j)")) {
                r.next();
                if (!"false".equals(r.getString(1))) {
                    String why = String.valueOf(r.getString(2));
                    throw refused(why.startsWith("Only SELECT") ? "only SELECT may be used" : why);
                }
                if (r.getInt(3) != 1) {
                    throw refused("one SELECT is expected, not " + r.getInt(3) + " statements");
                }
            }
            Set<String> named = new HashSet<>(views);
            try (ResultSet r = statement.executeQuery("SELECT value->>'$.key' FROM json_tree(" + tree
                    + ") WHERE path LIKE '%.cte_map.map' AND type = 'OBJECT'")) {
                while (r.next()) {
                    named.add(String.valueOf(r.getString(1)).toLowerCase(Locale.ROOT));
                }
            }
            try (ResultSet r = statement.executeQuery("SELECT value->>'$.type', value->>'$.function.function_name',"
                    + " value->>'$.function_name', value->>'$.table_name', value->>'$.qualified_name',"
                    + " value->>'$.show_type', json_array_length(value->'$.arguments'), value->>'$.type_name' FROM json_tree("
                    + tree
                    + ") WHERE type = 'OBJECT' AND key IS DISTINCT FROM 'function'")) {
                int growth = 0;
                while (r.next()) {
                    check(r, named);
                    growth += SqlFunctions.growth(lower(r.getString(3)), r.getInt(7));
                }
                if (growth > SqlFunctions.MAX_GROWTH) {
                    throw refused("it joins texts, lists or sums " + growth + " times (expected at most "
                            + SqlFunctions.MAX_GROWTH + ")");
                }
            }
        }
        return sql;
    }

    private static void check(ResultSet r, Set<String> named) throws SQLException, HistoryException {
        String type = String.valueOf(r.getString(1));
        String tableFunction = lower(r.getString(2));
        String function = lower(r.getString(3));
        if (type.equals("TABLE_FUNCTION")) {
            if (!TABLE_FUNCTIONS.contains(tableFunction)) {
                throw refused("the table function " + tableFunction + " may not be used");
            }
        } else if (type.equals("BASE_TABLE")) {
            String table = lower(r.getString(4));
            boolean qualified = !("{\"path\":[\"" + r.getString(4) + "\"]}").equals(r.getString(5));
            if (!named.contains(table) || qualified) {
                throw refused(
                        "there is no view " + table + " (expected one of " + String.join(", ", sorted(named)) + ")");
            }
        } else if (type.endsWith("_QUERY_NODE") || "SHOW_SPECIAL".equals(r.getString(6))) {
            throw refused("only SELECT may be used");
        } else if (type.equals("RECURSIVE_CTE_NODE")) {
            throw refused("WITH RECURSIVE may not be used");
        } else if (type.equals("TYPE") && lower(r.getString(8)).equals("array")) {
            throw refused("types of arrays of a given length may not be used; use lists, such as INTEGER[]");
        } else if (!function.isEmpty() && !SqlFunctions.isAllowed(function, type.startsWith("WINDOW"))) {
            throw refused("the function " + function + " may not be used"
                    + (type.startsWith("WINDOW") ? " as a window" : "")
                    + "; collector/history/README.md says which may");
        }
    }

    private static List<String> sorted(Set<String> names) {
        return names.stream().sorted().toList();
    }

    private static String lower(@Nullable String text) {
        return text == null ? "" : text.toLowerCase(Locale.ROOT);
    }

    private static HistoryException refused(@Nullable String why) {
        return new HistoryException(Kind.QUERY, "query refused: " + why, null);
    }

    /** Runs it. */
    static QueryResult run(Connection connection, String checked, int maxRows) throws SQLException, HistoryException {
        try (Statement statement = connection.createStatement();
                ResultSet r = statement.executeQuery("SELECT * FROM (\n" + checked + "\n) LIMIT " + (maxRows + 1L))) {
            ResultSetMetaData meta = r.getMetaData();
            List<String> columns = new ArrayList<>();
            List<String> types = new ArrayList<>();
            for (int i = 1; i <= meta.getColumnCount(); i++) {
                columns.add(meta.getColumnName(i));
                types.add(meta.getColumnTypeName(i));
            }
            List<List<@Nullable Object>> rows = new ArrayList<>();
            Plain plain = new Plain();
            boolean truncated = false;
            while (r.next()) {
                if (rows.size() == maxRows) {
                    truncated = true;
                    break;
                }
                List<@Nullable Object> row = new ArrayList<>();
                for (int i = 1; i <= columns.size(); i++) {
                    row.add(plain.of(r.getObject(i)));
                }
                rows.add(row);
            }
            return new QueryResult(columns, types, rows, truncated);
        }
    }

    /** Values as Java has them. They are in the heap, where the limit of the database does not reach: counted here. */
    private static final class Plain {
        private long bytes;

        @Nullable
        Object of(@Nullable Object value) throws SQLException, HistoryException {
            Object plain = plain(value);
            bytes += plain instanceof String text ? 40 + 2L * text.length() : 24;
            if (bytes > MAX_ANSWER_BYTES) {
                throw new HistoryException(
                        Kind.LIMIT,
                        "query stopped: the answer takes more than " + (MAX_ANSWER_BYTES >> 20)
                                + " MiB of memory; ask for less",
                        null);
            }
            return plain;
        }

        private @Nullable Object plain(@Nullable Object value) throws SQLException, HistoryException {
            if (value == null || value instanceof Boolean || value instanceof Number || value instanceof String) {
                return value;
            }
            if (value instanceof Array array) {
                List<@Nullable Object> list = new ArrayList<>();
                for (Object o : (Object[]) array.getArray()) {
                    list.add(of(o));
                }
                return list;
            }
            if (value instanceof java.sql.Timestamp time) {
                return time.toInstant().toString();
            }
            if (value instanceof Blob blob) {
                return HexFormat.of().formatHex(blob.getBytes(1, (int) blob.length()));
            }
            return value.toString();
        }
    }
}
