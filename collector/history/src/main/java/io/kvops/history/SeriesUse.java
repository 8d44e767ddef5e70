package io.kvops.history;

import java.util.ArrayList;
import java.util.List;

/** Finds series that nothing refers to any more. */
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
            database.change("retire series", c -> {
                List<String> used = new ArrayList<>();
                for (Chunk chunk : Catalog.read(c).chunks()) {
                    if (chunk.kind().isOps() || chunk.kind() == RowKind.SLOW_OPS) {
                        used.add("SELECT DISTINCT series FROM " + sources.table(chunk));
                    }
                }
                if (!used.isEmpty()) {
                    Database.execute(
                            c, "DELETE FROM store.series WHERE id NOT IN (" + String.join(" UNION ALL ", used) + ")");
                }
            });
            state.forgetIds.run();
        } finally {
            state.writing.unlock();
        }
    }
}
