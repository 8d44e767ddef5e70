package io.kvops.ingest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32C;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.queue.RollCycle;
import net.openhft.chronicle.queue.RollCycles;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.wire.DocumentContext;
import org.jspecify.annotations.Nullable;

/**
 * The journal as a Chronicle Queue. A record is the CRC32C of the frame, then the frame. A segment is a file of the
 * queue; its id is the queue's cycle, which here is a plain number, not a time: every opening, every full or old file
 * and every failure goes on to the next number. RATIONALE.md says why.
 */
final class ChronicleJournal implements Journal {
    static {
        SegmentFiles.setUp();
    }

    private static final RollCycle NUMBERING = RollCycles.FIVE_MINUTELY;
    private static final int CHECKSUM_BYTES = 4;
    /** What the queue adds to a record, with ample room. */
    private static final int RECORD_OVERHEAD_BYTES = 4096;

    private final Path folder;
    private final int maxFrameBytes;
    private volatile long segmentBytes;
    private volatile long segmentAgeMillis;
    private final Clock clock;
    private final AtomicInteger current;
    private final SingleChronicleQueue queue;
    private final ConcurrentSkipListMap<Integer, Segment> segments = new ConcurrentSkipListMap<>();

    // of the appending thread
    private @Nullable ExcerptAppender appender;
    private @Nullable JournalFile file;
    private int fileSegment = -1;
    private long segmentBegunMillis;
    private boolean dirty;
    private boolean failed;

    private ChronicleJournal(Path folder, int maxFrameBytes, long segmentBytes, Duration segmentAge, Clock clock) {
        this.folder = folder;
        this.maxFrameBytes = maxFrameBytes;
        this.segmentBytes = segmentBytes;
        this.segmentAgeMillis = segmentAge.toMillis();
        this.clock = clock;
        this.current = new AtomicInteger(SegmentFiles.FIRST_ID);
        this.queue = SingleChronicleQueueBuilder.binary(folder)
                .rollCycle(NUMBERING)
                .blockSize(blockBytes(maxFrameBytes))
                .timeoutMS(1_000)
                .timeProvider(() -> (long) current.get() * NUMBERING.lengthInMillis())
                .build();
    }

    /**
     * Opens the journal of a folder, made if absent. The caller holds the lock of the folder.
     *
     * @param after position that all new records come after, though the journal may not reach that far any more: it may have
     *     lost its end in a power loss, or its folder was emptied
     * @throws IOException if the folder cannot be read or written, or its content is not a journal of this version
     */
    static ChronicleJournal open(
            Path folder, int maxFrameBytes, long segmentBytes, Duration segmentAge, long after, Clock clock)
            throws IOException {
        Files.createDirectories(folder);
        int largest = SegmentFiles.prepare(folder, maxFrameBytes);
        ChronicleJournal journal;
        try {
            journal = new ChronicleJournal(folder, largest, segmentBytes, segmentAge, clock);
        } catch (RuntimeException | InternalError e) {
            throw failure("open", folder, e);
        }
        try {
            journal.segments.putAll(SegmentFiles.list(folder));
            // also of one that is dropped now: the queue may still have that file mapped, and would write to it
            int last = journal.segments.isEmpty() ? SegmentFiles.FIRST_ID - 1 : journal.segments.lastKey();
            journal.dropEmptyEnd();
            int lastAfter = Math.toIntExact(journal.segmentOf(after));
            journal.current.set(Math.max(last, lastAfter) + 1);
            return journal;
        } catch (IOException | RuntimeException | InternalError e) {
            journal.queue.close();
            throw failure("open", folder, e);
        }
    }

    @Override
    public long append(byte[] frame) throws IOException {
        try {
            if (failed || rollIsDue()) {
                nextSegment();
            }
            reserve(frame.length);
        } catch (IOException | RuntimeException e) {
            // nothing was appended, so this segment goes on once there is room
            throw failure("append", folder, e);
        }
        try {
            if (appender == null) {
                appender = queue.createAppender();
            }
            long position = write(appender, frame);
            dirty = true;
            return position;
        } catch (RuntimeException | InternalError e) {
            // InternalError: the disk under the memory map is gone
            failed = true;
            throw failure("append", folder, e);
        }
    }

    private long write(ExcerptAppender to, byte[] frame) {
        long position;
        long end;
        try (DocumentContext document = to.writingDocument()) {
            try {
                Bytes<?> bytes = document.wire().bytes();
                bytes.writeInt(checksum(frame));
                bytes.write(frame);
                end = bytes.writePosition();
                position = document.index();
            } catch (RuntimeException | InternalError e) {
                document.rollbackOnClose();
                throw e;
            }
        }
        int id = current.get();
        segments.put(id, new Segment(id, end, clock.millis(), NUMBERING.toSequenceNumber(position) + 1));
        return position;
    }

    private boolean rollIsDue() {
        Segment segment = segments.get(current.get());
        if (segment == null) {
            return false;
        }
        return segment.sizeBytes() >= segmentBytes || clock.millis() - segmentBegunMillis >= segmentAgeMillis;
    }

    private void nextSegment() throws IOException {
        if (!failed) {
            sync();
        }
        if (failed && appender != null) {
            SegmentFiles.closeQuietly(appender);
            appender = null;
        }
        if (segments.containsKey(current.get()) || failed) {
            current.incrementAndGet();
        }
        failed = false;
    }

    /** Sees to it that the disk has room for a record. */
    private void reserve(int frameBytes) throws IOException {
        int id = current.get();
        JournalFile open = file;
        if (open == null || fileSegment != id) {
            closeFile();
            open = JournalFile.open(folder, SegmentFiles.path(folder, id));
            file = open;
            fileSegment = id;
            segmentBegunMillis = clock.millis();
        }
        Segment segment = segments.get(id);
        open.reserve(segment == null ? 0 : segment.sizeBytes(), frameBytes + RECORD_OVERHEAD_BYTES);
    }

    @Override
    public void sync() throws IOException {
        JournalFile open = file;
        if (!dirty || open == null) {
            return;
        }
        try {
            // The queue's own sync() covers only the block it wrote last; this covers the file.
            open.sync();
            dirty = false;
        } catch (IOException e) {
            failed = true;
            throw failure("sync", folder, e);
        }
    }

    @Override
    public Cursor read(long after) {
        return new ChronicleCursor(this, queue.createTailer(), after);
    }

    @Override
    public void limits(long bytes, Duration age) {
        segmentBytes = bytes;
        segmentAgeMillis = age.toMillis();
    }

    @Override
    public List<Segment> segments() {
        return List.copyOf(segments.values());
    }

    @Override
    public long segmentOf(long position) {
        return position == START ? -1 : NUMBERING.toCycle(position);
    }

    @Override
    public long bytesAfter(long position) {
        int id = (int) segmentOf(position);
        long bytes = 0;
        for (Segment segment : segments.tailMap(id, false).values()) {
            bytes += segment.sizeBytes();
        }
        Segment begun = segments.get(id);
        if (begun != null && begun.records() > 0) {
            long left = begun.records() - NUMBERING.toSequenceNumber(position) - 1;
            bytes += begun.sizeBytes() * left / begun.records();
        }
        return bytes;
    }

    /** The segment that follows, or null. */
    @Nullable
    Integer segmentAfter(int id) {
        return segments.higherKey(id);
    }

    /** The segment that records are appended to, or will be. */
    int currentSegment() {
        return current.get();
    }

    @Override
    public void remove(Segment segment) throws IOException {
        Files.deleteIfExists(SegmentFiles.path(folder, segment.id()));
        segments.remove((int) segment.id());
        queue.refreshDirectoryListing();
    }

    @Override
    public void close() throws IOException {
        try {
            sync();
        } finally {
            closeFile();
            if (appender != null) {
                SegmentFiles.closeQuietly(appender);
                appender = null;
            }
            SegmentFiles.closeQuietly(queue);
        }
    }

    private void closeFile() throws IOException {
        JournalFile open = file;
        file = null;
        fileSegment = -1;
        if (open != null) {
            open.close();
        }
    }

    /** Removes segments at the end that hold no record, so that many restarts do not leave many files. */
    private void dropEmptyEnd() throws IOException {
        while (!segments.isEmpty()) {
            int last = segments.lastKey();
            if (hasRecord(last)) {
                return;
            }
            Files.deleteIfExists(SegmentFiles.path(folder, last));
            segments.remove(last);
            queue.refreshDirectoryListing();
        }
    }

    private boolean hasRecord(int id) {
        try (ExcerptTailer tailer = queue.createTailer()) {
            if (!tailer.moveToCycle(id)) {
                return false;
            }
            try (DocumentContext document = tailer.readingDocument()) {
                return document.isPresent();
            }
        }
    }

    static int checksum(byte[] frame) {
        CRC32C crc = new CRC32C();
        crc.update(frame, 0, frame.length);
        return (int) crc.getValue();
    }

    /** The frame of a record; null if it is damaged. */
    byte @Nullable [] frameOf(Bytes<?> bytes) {
        long frameBytes = bytes.readRemaining() - CHECKSUM_BYTES;
        if (frameBytes < 0 || frameBytes > maxFrameBytes) {
            return null;
        }
        int checksum = bytes.readInt();
        byte[] frame = new byte[(int) frameBytes];
        bytes.read(frame);
        return checksum(frame) == checksum ? frame : null;
    }

    static IOException failure(String what, Path folder, Throwable cause) {
        if (cause instanceof IOException io
                && io.getMessage() != null
                && io.getMessage().startsWith("journal ")) {
            return io;
        }
        return new IOException("journal " + what + " failed in " + folder + ": " + cause, cause);
    }

    Path folder() {
        return folder;
    }

    /** A quarter of the block is the room a record may need. */
    private static long blockBytes(int maxFrameBytes) {
        return 4L * (maxFrameBytes + RECORD_OVERHEAD_BYTES);
    }
}
