package io.kvops.history;

import java.util.List;

/**
 * How the history is.
 *
 * @param position of the last batch; -1 if there is none
 * @param lastCommitMillis when the last batch was written, epoch milliseconds; 0: none since it was opened
 * @param mergeLagMillis age of the oldest second that is not merged into wider buckets yet; some 20 s when all is well
 * @param bucketMillis as {@link History#bucketMillis()}
 * @param activeSeries series in the largest of the last batches
 * @param knownSeries series whose ids are in memory
 * @param series all series that are kept
 * @param late rows that came after their time was merged, since it was opened; they are counted
 * @param expired rows that were older than all that is kept, since it was opened; they are not
 * @param slowOpsForgotten slow operations less severe than those that are kept of their hour, since it was opened
 * @param failures of upkeep, since it was opened
 * @param fileBytes of the database, with its log
 * @param archiveBytes of the archive's files
 * @param memoryBytes that the database has taken
 * @param levels finest first
 */
public record HistoryStats(
        long position,
        long lastCommitMillis,
        long mergeLagMillis,
        long bucketMillis,
        long activeSeries,
        long knownSeries,
        long series,
        long late,
        long expired,
        long slowOpsForgotten,
        long failures,
        long fileBytes,
        long archiveBytes,
        long memoryBytes,
        List<LevelStats> levels) {
    public HistoryStats {
        levels = List.copyOf(levels);
    }

    /**
     * One level.
     *
     * @param name 1s, 10s, 1m, 1h or 1d
     * @param widthMillis width of its buckets
     * @param fromMillis what is older is not in it, nor in the archive
     * @param uptoMillis what is newer is not in it yet; {@link Long#MAX_VALUE} for the finest
     * @param tables that hold it
     * @param rows in them, about
     */
    public record LevelStats(String name, long widthMillis, long fromMillis, long uptoMillis, int tables, long rows) {}
}
