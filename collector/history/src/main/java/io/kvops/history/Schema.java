package io.kvops.history;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** The tables that are always there. */
final class Schema {
    /** Counts up with each change that an older version cannot read. */
    static final int VERSION = 2;

    static final String SERIES_COLUMNS = "service, instance, store, endpoint, op, op_class, pattern, internal";

    private static final String[] CREATE = {
        "CREATE SCHEMA store",
        "CREATE TABLE store.meta(version INTEGER, position BIGINT, sums_from BIGINT)",
        "CREATE TABLE store.levels(level VARCHAR, archived_millis BIGINT, from_millis BIGINT, upto_millis BIGINT)",
        "CREATE TABLE store.chunks(id INTEGER, kind VARCHAR, level VARCHAR, start_millis BIGINT, end_millis BIGINT,"
                + " sealed BOOLEAN, file VARCHAR)",
        "CREATE TABLE store.series(id INTEGER, kind VARCHAR, hash BIGINT, service VARCHAR, instance VARCHAR, store VARCHAR,"
                + " endpoint VARCHAR, op VARCHAR, op_class VARCHAR, pattern VARCHAR, internal BOOLEAN)",
        "CREATE TABLE store.gauge_names(id INTEGER, kind VARCHAR, subject VARCHAR, name VARCHAR)",
        "CREATE TABLE store.events(at_millis BIGINT, kind VARCHAR, severity VARCHAR, who VARCHAR, subject VARCHAR,"
                + " title VARCHAR, details VARCHAR)",
    };

    private Schema() {}

    /** Creates what is not there. @throws HistoryException if a newer version wrote it */
    static void ensure(Connection connection, String place) throws SQLException, HistoryException {
        try (Statement statement = connection.createStatement()) {
            try (ResultSet rows = statement.executeQuery(
                    "SELECT count(*) FROM duckdb_tables() WHERE schema_name = 'store' AND table_name = 'meta'")) {
                rows.next();
                if (rows.getLong(1) == 0) {
                    for (String sql : CREATE) {
                        statement.execute(sql);
                    }
                    statement.execute("INSERT INTO store.meta VALUES (" + VERSION + ", -1, " + Long.MIN_VALUE + ")");
                    return;
                }
            }
            try (ResultSet rows = statement.executeQuery("SELECT version FROM store.meta")) {
                int found = rows.next() ? rows.getInt(1) : 0;
                if (found > VERSION) {
                    throw new HistoryException(
                            HistoryException.Kind.NEWER,
                            place + " was written by a newer version (format " + found + ", this one knows " + VERSION
                                    + "); nothing was changed; use that version, or move the folder away",
                            null);
                }
                if (found < VERSION) {
                    throw new HistoryException(
                            HistoryException.Kind.FAILED,
                            place + " was written by an early version (format " + found + ", this one knows " + VERSION
                                    + "); nothing was changed; move the folder away, or use that version",
                            null);
                }
            }
        }
    }
}
