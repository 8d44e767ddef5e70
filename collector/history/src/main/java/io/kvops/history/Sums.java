package io.kvops.history;

import java.sql.Connection;
import java.sql.SQLException;
import org.duckdb.DuckDBConnection;

/**
 * Decides whether sums of series ({@link RowKind#BY_OP}, {@link RowKind#BY_PATTERN}) are written: a report over many series
 * needs them, over few they would only cost. They answer for what is not older than the moment since which all rows were
 * summed. A new history begins with them. Guarded by the writer's lock, but for {@link #since}.
 */
final class Sums {
    static final long NEVER = Long.MAX_VALUE;

    private final int over;
    private long since;

    Sums(Connection connection, int over) throws SQLException {
        this.over = over;
        this.since = since(connection);
    }

    /** From when on sums are complete, as a transaction sees it; {@link #NEVER} if they are not written. */
    static long since(Connection connection) throws SQLException {
        return Rollup.number(connection, "SELECT sums_from FROM store.meta");
    }

    /** Finds out after it is not sure what was committed. */
    void reload(Connection connection) throws SQLException {
        since = since(connection);
    }

    /** Before a batch is written: begins, or ends. Returns what was decided, to be given to {@link #accept} once committed. */
    long decide(DuckDBConnection connection, Catalog catalog, Resolution resolution, int inBatch) throws SQLException {
        int most = Math.max(resolution.active(), inBatch);
        long decided = since;
        if (since == NEVER && most > over) {
            // rows without sums are all in tables that take seconds, or older than what was merged from those
            decided = Math.max(
                    catalog.end(RowKind.OPS), catalog.level(Level.TEN_SECONDS).uptoMillis());
        } else if (since != NEVER && most <= over / 2 && resolution.knows()) {
            decided = NEVER;
        }
        if (decided != since) {
            Database.execute(connection, "UPDATE store.meta SET sums_from = " + decided);
        }
        return decided;
    }

    void accept(long decided) {
        since = decided;
    }
}
