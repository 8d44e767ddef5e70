package io.kvops.history;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Fills in what the database itself knows of its state. */
final class StatsReader {
    private StatsReader() {}

    static HistoryStats read(Connection connection, HistoryStats s) throws SQLException {
        Catalog catalog = Catalog.read(connection);
        Map<String, Long> rows = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet r = statement.executeQuery(
                        "SELECT table_name, estimated_size FROM duckdb_tables() WHERE schema_name = 'store'")) {
            while (r.next()) {
                rows.put("store." + r.getString(1), r.getLong(2));
            }
        }
        List<HistoryStats.LevelStats> levels = new ArrayList<>();
        for (Level level : Level.ALL) {
            List<Chunk> tables = catalog.chunks().stream()
                    .filter(c -> c.level() == level && c.file() == null)
                    .toList();
            levels.add(new HistoryStats.LevelStats(
                    level.label,
                    level.widthMillis,
                    catalog.from(level),
                    catalog.level(level).uptoMillis(),
                    tables.size(),
                    tables.stream()
                            .mapToLong(c -> rows.getOrDefault(c.table(), 0L))
                            .sum()));
        }
        long memory =
                Rollup.number(connection, "SELECT coalesce(sum(memory_usage_bytes), 0)::BIGINT FROM duckdb_memory()");
        return new HistoryStats(
                s.position(),
                s.lastCommitMillis(),
                s.mergeLagMillis(),
                s.bucketMillis(),
                s.activeSeries(),
                s.knownSeries(),
                Rollup.number(connection, "SELECT count(*) FROM store.series WHERE kind = 'OPS'"),
                s.late(),
                s.expired(),
                s.slowOpsForgotten(),
                s.failures(),
                s.fileBytes(),
                s.archiveBytes(),
                memory,
                levels);
    }
}
