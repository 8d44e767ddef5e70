package io.kvops.history;

import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Locale;

/** Parquet files of what has expired. Each holds one table, with the texts of its series, so that it is of use alone. */
final class Archive {
    private final Path folder;

    Archive(Path folder) {
        this.folder = folder;
    }

    /**
     * Writes a table to a file, so that it is there whole or not at all. A file that an earlier attempt left is replaced.
     *
     * @return the chunk as it is in the archive
     */
    Chunk write(Connection connection, Chunk chunk) throws SQLException, HistoryException {
        String name = chunk.kind().name().toLowerCase(Locale.ROOT) + "-" + chunk.level().label + "-"
                + java.time.Instant.ofEpochMilli(chunk.startMillis()).toString().substring(0, 10) + "-" + chunk.id()
                + ".parquet";
        Path file = folder.resolve(name);
        Path temp = folder.resolve(name + ".tmp");
        try {
            Files.createDirectories(folder);
            Database.execute(
                    connection,
                    "COPY (" + rows(chunk) + ") TO " + Sources.text(temp.toString())
                            + " (FORMAT parquet, COMPRESSION zstd)");
            publish(temp, file);
        } catch (IOException e) {
            throw new HistoryException(
                    HistoryException.Kind.DISK,
                    "archive: cannot write " + file + ": " + e.getMessage() + "; the table is kept and tried again",
                    e);
        }
        return new Chunk(chunk.id(), chunk.kind(), chunk.level(), chunk.startMillis(), chunk.endMillis(), true, name);
    }

    /** Renames a complete file to its name, durably. */
    static void publish(Path temp, Path file) throws IOException {
        sync(temp);
        Files.move(temp, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        Path parent = file.toAbsolutePath().getParent();
        if (parent != null) {
            sync(parent);
        }
    }

    private static void sync(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static String rows(Chunk chunk) {
        String order = chunk.kind().timeColumn();
        return switch (chunk.kind()) {
            case OPS, BY_OP, BY_PATTERN, SLOW_OPS ->
                "SELECT service, instance, s.store, endpoint, op, op_class, pattern, internal, t.*" + " FROM "
                        + chunk.table() + " t JOIN store.series s ON id = series ORDER BY series, t." + order;
            case GAUGES ->
                "SELECT kind, subject, name, t.* FROM " + chunk.table()
                        + " t JOIN store.gauge_names ON id = gauge ORDER BY gauge, t." + order;
            default -> "SELECT * FROM " + chunk.table() + " ORDER BY " + order;
        };
    }

    /** Size of all its files. */
    static long bytes(Path folder) {
        File[] files = folder.toFile().listFiles();
        return files == null ? 0 : Arrays.stream(files).mapToLong(File::length).sum();
    }
}
