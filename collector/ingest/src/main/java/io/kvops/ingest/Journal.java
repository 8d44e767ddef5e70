package io.kvops.ingest;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An append-only sequence of encoded frames, held in segments. A position is a number that grows from record to record
 * and stays with its record; {@link #START} is before the first.
 *
 * <p>One thread appends, syncs and removes. Each cursor belongs to one thread of its own. {@link #segments} and {@link
 * #sizeBytes} may be asked by any thread.
 */
interface Journal extends AutoCloseable {
    /** Before the first record. */
    long START = -1;

    /**
     * Appends a record, which is not durable until {@link #sync}, and survives the end of the process at once. After a
     * failure the record may be there or not; appending it again puts it into a new segment.
     *
     * @return the position of the record
     */
    long append(byte[] frame) throws IOException;

    /** Makes durable all that was appended. */
    void sync() throws IOException;

    /**
     * Reads from the record after a position.
     *
     * @param after {@link #START}, or a position this journal gave, in this run or an earlier one; if its record is gone,
     *     reading begins with the oldest record there is
     */
    Cursor read(long after) throws IOException;

    /** Changes when a segment is followed by the next. Any thread. */
    void limits(long segmentBytes, Duration segmentAge);

    /** The segments, oldest first; records are appended to the last. */
    List<Segment> segments();

    /** The segment of a position; -1 for {@link #START}. */
    long segmentOf(long position);

    /** Removes a segment and all its records. Not the last one; no cursor may still have to read it. */
    void remove(Segment segment) throws IOException;

    /** Bytes of data behind a position, give or take a segment of an earlier run. Any thread. */
    long bytesAfter(long position);

    /** Bytes of data in all segments. */
    default long sizeBytes() {
        return segments().stream().mapToLong(Segment::sizeBytes).sum();
    }

    /** Makes durable what was appended, and releases everything. */
    @Override
    void close() throws IOException;

    /**
     * A file of the journal.
     *
     * @param id grows from segment to segment
     * @param sizeBytes bytes of data in it, give or take 64 KiB
     * @param lastMillis when its newest record came, epoch milliseconds
     * @param records number of records in it; 0 of an earlier run, where they are not counted
     */
    record Segment(long id, long sizeBytes, long lastMillis, long records) {}

    /** Reads records in their order. */
    interface Cursor extends AutoCloseable {
        /**
         * The next record, or null if the cursor has read the one at the limit, or what was to read so far.
         *
         * @param limit position of the last record that may be read
         */
        byte @Nullable [] next(long limit) throws IOException;

        /** Position of the record that was read last, damaged ones too; at first, the position it began after. */
        long position();

        /** Records skipped so far as their checksum did not match. */
        long damaged();

        @Override
        void close();
    }
}
