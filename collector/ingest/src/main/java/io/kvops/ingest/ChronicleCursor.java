package io.kvops.ingest;

import java.io.IOException;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.wire.DocumentContext;
import org.jspecify.annotations.Nullable;

/** Reads a {@link ChronicleJournal}. Goes on to the next segment by itself, whether or not this one's end was marked. */
final class ChronicleCursor implements Journal.Cursor {
    private final ChronicleJournal journal;
    private final ExcerptTailer tailer;
    private long position;
    private long damaged;
    private boolean begun;

    ChronicleCursor(ChronicleJournal journal, ExcerptTailer tailer, long after) {
        this.journal = journal;
        this.tailer = tailer;
        this.position = after;
        // it is opened by one thread and used by another
        tailer.singleThreadedCheckDisabled(true);
    }

    @Override
    public byte @Nullable [] next(long limit) throws IOException {
        try {
            while (position < limit && (begun || begin())) {
                // asked before reading: what is not there then will never be, in an earlier segment
                int writing = journal.currentSegment();
                try (DocumentContext document = tailer.readingDocument()) {
                    if (document.isPresent()) {
                        position = document.index();
                        byte[] frame = journal.frameOf(document.wire().bytes());
                        if (frame != null) {
                            return frame;
                        }
                        damaged++;
                        continue;
                    }
                }
                int at = tailer.cycle();
                Integer next = journal.segmentAfter(at);
                if (at >= writing || next == null) {
                    return null;
                }
                tailer.moveToCycle(next);
            }
            return null;
        } catch (RuntimeException | InternalError e) {
            throw ChronicleJournal.failure("read", journal.folder(), e);
        }
    }

    /** Goes behind the record to begin after, or to the oldest segment; false if there is none. */
    private boolean begin() {
        if (position != Journal.START && tailer.moveToIndex(position)) {
            try (DocumentContext document = tailer.readingDocument()) {
                begun = document.isPresent() && document.index() == position;
            }
        }
        if (!begun) {
            position = Journal.START;
            Integer first = journal.segmentAfter(-1);
            begun = first != null && tailer.moveToCycle(first);
        }
        return begun;
    }

    @Override
    public long position() {
        return position;
    }

    @Override
    public long damaged() {
        return damaged;
    }

    @Override
    public void close() {
        SegmentFiles.closeQuietly(tailer);
    }
}
