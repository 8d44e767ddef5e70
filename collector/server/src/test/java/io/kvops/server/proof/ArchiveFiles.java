package io.kvops.server.proof;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The Parquet files of a collector's archive, read by another database than its own. */
final class ArchiveFiles {
    private final Path folder;
    private final Set<Path> whole = new TreeSet<>();

    ArchiveFiles(Path data) {
        folder = data.resolve("history").resolve("archive");
    }

    /** Reads all of each file that was not there before. @throws SQLException if one is damaged */
    void check() throws IOException, SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement()) {
            for (Path file : named(".parquet")) {
                if (!whole.contains(file)) {
                    try (ResultSet rows =
                            statement.executeQuery("SELECT max(hash(t)) FROM read_parquet('" + file + "') t")) {
                        rows.next();
                    }
                    whole.add(file);
                }
            }
        }
    }

    int count() {
        return whole.size();
    }

    /** Files that a kill left half written. */
    int halves() throws IOException {
        return named(".tmp").size();
    }

    private List<Path> named(String ending) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(ending)).toList();
        }
    }
}
