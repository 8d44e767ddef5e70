package io.kvops.history;

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
