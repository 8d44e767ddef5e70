package io.kvops.history;

import io.kvops.history.HistoryException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;

/** Writes the answer of a user's query to a file. The database writes within its own folder only; from there it is copied. */
final class Export {
    private Export() {}

    /** The file of a name that a user gave. @throws HistoryException if it is not within the root */
    static Path within(Path root, String name) throws HistoryException {
        try {
            Path real = root.toRealPath();
            Path file = real.resolve(name).normalize();
            Path parent = file.getParent();
            if (parent != null
                    && !file.equals(real)
                    && parent.startsWith(real)
                    && Files.isDirectory(parent)
                    && parent.toRealPath().startsWith(real)
                    && !Files.isSymbolicLink(file)) {
                return file;
            }
        } catch (IOException | InvalidPathException e) {
            throw new HistoryException(Kind.QUERY, "export: no folder for " + name + " in " + root, e);
        }
        throw new HistoryException(
                Kind.QUERY,
                "export: " + name + " is not a file within a folder of " + root + "; nothing was written",
                null);
    }

    static Exported write(
            Connection connection, String checked, ExportFormat format, Path own, Path file, QueryLimits limits)
            throws SQLException, HistoryException {
        Path temp = own.resolve("temp").resolve("export-" + UUID.randomUUID());
        try {
            Files.createDirectories(own.resolve("temp"));
            long rows = Database.update(
                    connection,
                    "COPY (SELECT * FROM (\n" + checked + "\n) LIMIT " + limits.maxRows() + ") TO "
                            + Sources.text(temp.toString()) + " (" + format.options + ")");
            boolean truncated = rows == limits.maxRows() && hasMore(connection, checked, rows);
            Backup.copyFile(temp, file);
            return new Exported(rows, truncated);
        } catch (IOException e) {
            throw new HistoryException(Kind.DISK, "export: cannot write " + file + ": " + e.getMessage(), e);
        } finally {
            delete(temp);
        }
    }

    private static boolean hasMore(Connection connection, String checked, long rows) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet r = statement.executeQuery("SELECT * FROM (\n" + checked + "\n) LIMIT 1 OFFSET " + rows)) {
            return r.next();
        }
    }

    private static void delete(Path temp) throws HistoryException {
        try {
            Files.deleteIfExists(temp);
        } catch (IOException e) {
            throw new HistoryException(Kind.DISK, "export: cannot remove " + temp + ": " + e.getMessage(), e);
        }
    }
}
