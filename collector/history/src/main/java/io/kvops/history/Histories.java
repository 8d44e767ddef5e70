package io.kvops.history;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;

/** Opens histories. */
public final class Histories {
    private Histories() {}

    /**
     * Opens the history of a folder, or creates one.
     *
     * @param clock says what is old
     * @throws HistoryException if another process has it, a newer version wrote it, it is damaged, or the disk fails;
     *     nothing is changed then
     */
    public static History open(HistoryConfig config, Clock clock) throws HistoryException {
        return DuckDbHistory.open(config, clock);
    }

    /** A history that is gone when it is closed. */
    public static History inMemory(Clock clock) throws HistoryException {
        return DuckDbHistory.open(HistoryConfig.inMemory(), clock);
    }

    /**
     * Moves a damaged database aside within its folder, never over anything, so that a new one can be opened; the archive
     * stays where it is. What the journal still holds is then counted again.
     *
     * @return where it is now
     */
    public static Path setAside(Path folder, Clock clock) throws HistoryException {
        Path file = folder.resolve(Database.FILE);
        Path aside = folder.resolve(Database.FILE + ".damaged-" + clock.millis());
        FolderLock lock = FolderLock.acquire(folder);
        try {
            Path log = folder.resolve(Database.FILE + ".wal");
            if (Files.exists(log)) {
                Files.move(log, folder.resolve(aside.getFileName() + ".wal"));
            }
            return Files.move(file, aside);
        } catch (IOException e) {
            throw new HistoryException(
                    HistoryException.Kind.DISK, "cannot move " + file + " to " + aside + ": " + e.getMessage(), e);
        } finally {
            lock.close();
        }
    }
}
