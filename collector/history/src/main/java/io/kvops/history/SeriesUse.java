package io.kvops.history;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.duckdb.DuckDBConnection;

/** Finds series, and names of gauges, that nothing refers to any more. */
final class SeriesUse {
    private final Database database;
    private final State state;
    private final Sources sources;

    SeriesUse(Database database, State state, Sources sources) {
        this.database = database;
        this.state = state;
        this.sources = sources;
    }

    /**
     * Removes their ids. It holds writers up while it does, as they add rows by ids that they remember: it is called once a
     * month, when a period of hours expires.
     */
    void retire() throws HistoryException {
        state.writing.lock();
        try {
            database.change("retire series and gauges", c -> {
                List<Chunk> chunks = Catalog.read(c).chunks();
                retire(c, "store.series", "series", chunks, kind -> kind.isOps() || kind == RowKind.SLOW_OPS);
                retire(c, "store.gauge_names", "gauge", chunks, kind -> kind == RowKind.GAUGES);
            });
            state.forgetIds.run();
        } finally {
            state.writing.unlock();
        }
    }

    private void retire(
            DuckDBConnection connection, String dictionary, String column, List<Chunk> chunks, Predicate<RowKind> of)
            throws SQLException {
        List<String> used = new ArrayList<>();
        for (Chunk chunk : chunks) {
            if (of.test(chunk.kind())) {
                used.add("SELECT DISTINCT " + column + " FROM " + sources.table(chunk));
            }
        }
        if (!used.isEmpty()) {
            Database.execute(
                    connection,
                    "DELETE FROM " + dictionary + " WHERE id NOT IN (" + String.join(" UNION ALL ", used) + ")");
        }
    }
}
