package io.kvops.ingest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the reader begins after a restart, if the consumer keeps its results: at a position whose frames are durable there,
 * with the last sequence number of each agent up to it. Without these a frame that the journal holds twice, once before
 * and once after the consumer's position, would be handed over again. Of the reader's thread, but for {@link #position}.
 */
final class ReaderCheckpoint {
    private static final Logger LOG = LoggerFactory.getLogger(ReaderCheckpoint.class);
    private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Path file;
    private final FrameConsumer consumer;
    private final LongSupplier nanos;
    private final LastSequences seen;
    private final long resumeAfter;
    private volatile long position = Journal.START;
    private long gaps;
    private byte @Nullable [] pending;
    private long pendingPosition;
    private long takenNanos;

    private ReaderCheckpoint(Path file, FrameConsumer consumer, int agentsMax, LongSupplier nanos) {
        this.file = file;
        this.consumer = consumer;
        this.nanos = nanos;
        this.seen = new LastSequences(agentsMax);
        this.resumeAfter = consumer.resumeAfter();
        this.takenNanos = nanos.getAsLong();
    }

    /** Loads the file, if it fits what the consumer has; else the whole journal is read again, which takes longer. */
    static ReaderCheckpoint open(Path file, FrameConsumer consumer, int agentsMax, LongSupplier nanos)
            throws IOException {
        ReaderCheckpoint checkpoint = new ReaderCheckpoint(file, consumer, agentsMax, nanos);
        if (checkpoint.resumeAfter == Journal.START || !Files.exists(file)) {
            return checkpoint;
        }
        LastSequences loaded = new LastSequences(agentsMax);
        try {
            SequenceFile.Head head = SequenceFile.read(file, loaded);
            if (head.position() <= checkpoint.resumeAfter) {
                loaded.forEach(checkpoint.seen::note);
                checkpoint.position = head.position();
                checkpoint.gaps = head.gaps();
                return checkpoint;
            }
            LOG.warn("{} is ahead of the history, which is older; the whole journal is read again", file);
        } catch (IllegalArgumentException e) {
            LOG.warn("{} is damaged ({}); the whole journal is read again", file, e.getMessage());
        }
        return checkpoint;
    }

    /** Position of the last record that the saved state covers: the journal has to keep what is after it. */
    long position() {
        return position;
    }

    /** Records up to this one are in the consumer's results already. */
    long resumeAfter() {
        return resumeAfter;
    }

    /** The last sequence number of each agent, as far as the reader is. */
    LastSequences seen() {
        return seen;
    }

    /** Sequence numbers that were skipped up to {@link #position}. */
    long gaps() {
        return gaps;
    }

    /**
     * Saves the state now and then, once the consumer has made durable what it covers.
     *
     * @param handed position of the last frame that the consumer was given, which {@link #seen} covers
     * @param gapsSeen sequence numbers that were skipped up to there
     */
    void keepUp(long handed, long gapsSeen) throws IOException {
        long durable = consumer.durable();
        if (durable == Long.MAX_VALUE) {
            return;
        }
        byte[] taken = pending;
        if (taken != null && durable >= pendingPosition) {
            SegmentFiles.replace(file, taken);
            position = pendingPosition;
            pending = null;
        }
        long now = nanos.getAsLong();
        if (pending == null && now - takenNanos >= INTERVAL_NANOS && handed > position) {
            takenNanos = now;
            pendingPosition = handed;
            pending = SequenceFile.encode(new SequenceFile.Head(handed, gapsSeen), seen);
        }
    }

    /** The position after which the journal has to keep all. */
    long needed() {
        long durable = consumer.durable();
        return durable == Long.MAX_VALUE ? Long.MAX_VALUE : Math.min(durable, position);
    }
}
