package io.kvops.history;

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
}
