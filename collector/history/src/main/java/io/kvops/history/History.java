package io.kvops.history;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What happened, kept. Frames' counts come in batches, each one transaction with the journal position that it reaches, so
 * that after any crash the history holds exactly the frames up to {@link #position()}. All methods may be called by any
 * thread; answers are of one moment.
 */
public interface History extends AutoCloseable {

    /** Position of the last batch; -1 if there is none. */
    long position();

    /**
     * Width of the buckets in which operations should be written now: 1 000, or 10 000 while so many series are active
     * that seconds would cost too much; milliseconds.
     */
    long bucketMillis();

    /** Values of gauges that were not kept, since it was opened: what they are of has too many names, see README.md. */
    long gaugesLeftOut();

    /** Writes a batch as a whole, durably. @throws HistoryException if it could not; then nothing of it is written */
    void commit(Batch batch) throws HistoryException;

    /** Writes measured values, durably, as a whole. */
    void addGauges(List<GaugePoint> gauges) throws HistoryException;

    /** Writes events, durably, as a whole. */
    void addEvents(List<Event> events) throws HistoryException;

    /** Answers a question about operations; histograms of a group are merged, never its percentiles. */
    OpsAnswer ops(OpsQuery query) throws HistoryException;

    /** The summaries of the buckets that touch a window, merged. */
    HotKeys hotKeys(long fromMillis, long toMillis, int limit) throws HistoryException;

    /**
     * The most severe slow operations of a window, most severe first.
     *
     * @param where exact values that their series must have
     */
    List<SlowOpPoint> slowOps(long fromMillis, long toMillis, Map<Dimension, String> where, int limit)
            throws HistoryException;

    /** What was dropped in a window, by reason. */
    Map<String, Long> dropped(long fromMillis, long toMillis) throws HistoryException;

    /** The time that the frames of a window cover; null if there are none. */
    Batch.@Nullable Coverage coverage(long fromMillis, long toMillis) throws HistoryException;

    /**
     * Values of gauges, by ascending time.
     *
     * @param kind, subject, name exact; empty: any
     * @param stepMillis 0: as they are held; else the last value of each step
     */
    List<GaugePoint> gauges(
            String kind, String subject, String name, long fromMillis, long toMillis, long stepMillis, int limit)
            throws HistoryException;

    /** The newest value of each gauge that was measured since a moment. */
    List<GaugePoint> latestGauges(String kind, long sinceMillis) throws HistoryException;

    /**
     * Events, newest first.
     *
     * @param kinds empty: any
     */
    List<Event> events(Set<String> kinds, long fromMillis, long toMillis, int limit) throws HistoryException;

    /**
     * Answers one SELECT over the views that the module's README lists; nothing else may be done by it. It is cancelled if
     * the thread that waits for it is interrupted, or the history is closed; the same is true of exports and backups.
     *
     * @throws HistoryException of kind QUERY if it is wrong or not allowed, LIMIT if it took too long or too much memory
     */
    QueryResult query(String sql, QueryLimits limits) throws HistoryException;

    /**
     * Writes the answer of such a query to a file, whole or not at all. A file of that name is replaced.
     *
     * @param root a folder that exists
     * @param name of the file, relative to root and within it
     * @return how many rows, and whether these are all
     */
    Exported export(String sql, ExportFormat format, Path root, String name, QueryLimits limits)
            throws HistoryException;

    /**
     * Copies the history as of one moment to a folder that is empty or new, while writers go on. The copy is opened as any
     * history; a file {@code backup.json} in it says that it is complete.
     *
     * @return the position that it reaches
     */
    long backup(Path folder) throws HistoryException;

    /**
     * Merges, archives and expires all that is due by the clock. It is done each second anyway; for who cannot wait, as with
     * a clock that runs ahead.
     */
    void upkeep() throws HistoryException;

    /** How the history is. */
    HistoryStats stats() throws HistoryException;

    /** Changes retention and limits. @throws IllegalArgumentException if the folder is another: that needs a restart */
    void apply(HistoryConfig config) throws HistoryException;

    /** Ends rollups that are under way, and closes. May be called again. */
    @Override
    void close() throws HistoryException;

    /**
     * Merged summaries of hot keys.
     *
     * @param floor to be added to the upper bound of each key
     * @param keys by descending count
     */
    record HotKeys(long floor, List<HotKeyPoint> keys) {
        public HotKeys {
            keys = List.copyOf(keys);
        }
    }
}
