package io.kvops.history;

import io.kvops.history.HistoryException.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.duckdb.DuckDBConnection;

/**
 * Copies the history as of one moment to a folder, which can be opened as a history. Writers go on meanwhile. The manifest
 * comes last: a folder without one is no backup.
 */
final class Backup {
    static final String MANIFEST = "backup.json";

    private final Path own;
    private final Path target;

    Backup(Path own, Path target) {
        this.own = own;
        this.target = target.toAbsolutePath().normalize();
    }

    /** Writes the database. The files of the archive are copied after it: none is removed or changed. */
    long write(DuckDBConnection connection, long nowMillis) throws SQLException, HistoryException {
        Path temp = own.resolve("temp").resolve("backup-" + nowMillis + ".duckdb");
        try {
            Files.createDirectories(temp.getParent());
            Files.createDirectories(target);
            try (Stream<Path> there = Files.list(target)) {
                if (there.findAny().isPresent()) {
                    throw new HistoryException(
                            Kind.FAILED,
                            "backup: " + target + " is not empty; name a new folder; nothing was written",
                            null);
                }
            }
            long position;
            try {
                Database.execute(connection, "ATTACH " + Sources.text(temp.toString()) + " AS backup_copy");
                position = copy(connection);
            } finally {
                Database.execute(connection, "DETACH DATABASE IF EXISTS backup_copy");
            }
            copyFile(temp, target.resolve(Database.FILE));
            copyArchive();
            Path manifest = target.resolve(MANIFEST + ".tmp");
            Files.writeString(
                    manifest,
                    "{\"format\":" + Schema.VERSION + ",\"position\":" + position + ",\"atMillis\":" + nowMillis
                            + "}\n",
                    StandardCharsets.UTF_8);
            Archive.publish(manifest, target.resolve(MANIFEST));
            return position;
        } catch (IOException e) {
            throw new HistoryException(
                    Kind.DISK, "backup: cannot write to " + target + ": " + e.getMessage() + "; it is not complete", e);
        } finally {
            remove(List.of(temp, Path.of(temp + ".wal")));
        }
    }

    private static long copy(DuckDBConnection connection) throws SQLException {
        Database.execute(connection, "BEGIN TRANSACTION");
        try {
            String name = Database.currentDatabase(connection);
            long position = Rollup.number(connection, "SELECT position FROM store.meta");
            Database.execute(connection, "COPY FROM DATABASE " + name + " TO backup_copy");
            Database.execute(connection, "COMMIT");
            return position;
        } catch (SQLException e) {
            Database.execute(connection, "ROLLBACK");
            throw e;
        }
    }

    private void copyArchive() throws IOException {
        Path archive = own.resolve("archive");
        if (!Files.isDirectory(archive)) {
            return;
        }
        Files.createDirectories(target.resolve("archive"));
        try (Stream<Path> files = Files.list(archive)) {
            for (Path file :
                    files.filter(f -> f.toString().endsWith(".parquet")).toList()) {
                copyFile(file, target.resolve("archive").resolve(file.getFileName()));
            }
        }
    }

    /** Copies a file, which may lie on another disk, so that it is there whole or not at all. */
    static void copyFile(Path from, Path to) throws IOException {
        // a name that nobody else has: names of exports are the users'
        Path temp = to.resolveSibling("." + UUID.randomUUID() + ".tmp");
        try {
            Files.copy(from, temp);
            Archive.publish(temp, to);
        } finally {
            Files.deleteIfExists(temp);
        }
    }

    private static void remove(List<Path> files) throws HistoryException {
        for (Path file : files) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                throw new HistoryException(Kind.DISK, "backup: cannot remove " + file + ": " + e.getMessage(), e);
            }
        }
    }
}
