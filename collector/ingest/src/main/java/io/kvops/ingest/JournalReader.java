package io.kvops.ingest;

import io.kvops.wire.Dictionary;
import io.kvops.wire.Frame;
import io.kvops.wire.FrameId;
import io.kvops.wire.WireCodec;
import io.kvops.wire.WireException;
import java.io.IOException;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread kvops-journal-reader: reads the journal from the consumer's position, then follows it, and hands each frame to
 * the consumer once, even where the journal holds it twice as an append was tried again. It reads only what is durable. A
 * frame that is still in memory is taken from there.
 */
final class JournalReader implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(JournalReader.class);
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int KEEP_UP_RECORDS = 1_024;

    private final Journal journal;
    private final FrameConsumer consumer;
    private final ReaderCheckpoint checkpoint;
    private final SeriesLimit limit;
    private final Handoff handoff;
    private final Counters counters;
    private final LogLimit log;
    private final LastSequences seen;
    private final Dictionary dictionary = new Dictionary();
    private final long heldAtStart;
    private volatile long readable;
    private volatile long processed;
    private volatile boolean closing;
    private volatile boolean stopped;
    private volatile Thread thread = Thread.currentThread();
    private long handed;
    private long gapsSeen;
    private long damagedSeen;
    private int sinceKeptUp;

    /** @param heldAtStart position of the last record of earlier runs */
    JournalReader(
            Journal journal,
            long heldAtStart,
            ReaderCheckpoint checkpoint,
            FrameConsumer consumer,
            SeriesLimit limit,
            Handoff handoff,
            Counters counters,
            LongSupplier nanos) {
        this.journal = journal;
        this.heldAtStart = heldAtStart;
        this.readable = heldAtStart;
        this.checkpoint = checkpoint;
        this.processed = checkpoint.position();
        this.handed = checkpoint.position();
        this.gapsSeen = checkpoint.gaps();
        this.seen = checkpoint.seen();
        this.consumer = consumer;
        this.limit = limit;
        this.handoff = handoff;
        this.counters = counters;
        this.log = new LogLimit(LOG, nanos);
        counters.gaps.add(gapsSeen);
    }

    /** Lets the reader read up to a position. From the journal's thread. */
    void readableUpTo(long position) {
        readable = position;
        LockSupport.unpark(thread);
    }

    /** Position of the last record that the consumer has taken. Any thread. */
    long processed() {
        return processed;
    }

    /** Position after which the journal has to keep all records. Any thread. */
    long needed() {
        return Math.min(processed, checkpoint.needed());
    }

    /** Whether all that the journal held at the start is processed. */
    boolean ready() {
        return processed >= heldAtStart;
    }

    /** Ends the thread once all that is readable is read. */
    void close() {
        closing = true;
        LockSupport.unpark(thread);
    }

    /** Ends the thread after the frame under way: the journal is about to be closed, and the next start reads the rest. */
    void stop() {
        stopped = true;
        LockSupport.unpark(thread);
    }

    @Override
    public void run() {
        thread = Thread.currentThread();
        while (!stopped && (!closing || processed < readable)) {
            long before = processed;
            try {
                follow();
            } catch (IOException | RuntimeException | Error e) {
                failed(e);
            }
            if (closing && processed == before) {
                return;
            }
            if (!closing) {
                LockSupport.parkNanos(this, RETRY_NANOS);
            }
        }
    }

    private void failed(Throwable e) {
        if (stopped) {
            return; // the journal was closed under it
        }
        if (e instanceof IOException) {
            log.warn("journal", e.getMessage() + "; the reader tries again");
            counters.journalErrors.increment();
        } else {
            LOG.error("journal reader failed, it tries again", e);
        }
    }

    private void follow() throws IOException {
        Journal.Cursor cursor = null;
        try {
            while (!stopped) {
                boolean went = takeFromMemory();
                if (!went && processed < toRead()) {
                    // what came from memory was not read by the cursor
                    if (cursor == null || cursor.position() != processed) {
                        closeQuietly(cursor);
                        cursor = null;
                        damagedSeen = 0;
                        cursor = journal.read(processed);
                    }
                    went = readNext(cursor);
                }
                keepUp(!went);
                if (!went) {
                    if (closing) {
                        return;
                    }
                    LockSupport.parkNanos(this, POLL_NANOS);
                }
            }
        } finally {
            closeQuietly(cursor);
        }
    }

    /** Position up to which the journal is to be read from the disk. */
    private long toRead() {
        Handoff.Entry next = handoff.peek();
        return next == null ? readable : Math.min(readable, next.previous());
    }

    private boolean takeFromMemory() {
        Handoff.Entry next = handoff.peek();
        if (next == null || next.position() > readable || next.previous() > processed) {
            return false;
        }
        handoff.remove();
        if (next.position() > processed) {
            process(next.frame(), next.position());
            processed = next.position();
        }
        return true;
    }

    private boolean readNext(Journal.Cursor cursor) throws IOException {
        byte[] bytes = cursor.next(toRead());
        if (cursor.damaged() > damagedSeen) {
            counters.damagedRecords.add(cursor.damaged() - damagedSeen);
            damagedSeen = cursor.damaged();
            log.warn("damaged", "journal has a damaged record before " + cursor.position() + "; it is skipped");
        }
        if (bytes != null) {
            process(bytes, cursor.position());
        }
        // also past damaged records, for which nothing is returned
        boolean went = cursor.position() != processed;
        processed = cursor.position();
        return went;
    }

    private void process(byte[] bytes, long position) {
        try {
            if (position <= checkpoint.resumeAfter()) {
                FrameId id = FrameId.read(bytes);
                if (id != null) {
                    isNew(id.agentId(), id.sequence(), position);
                }
            } else if (WireCodec.decode(bytes, dictionary) instanceof Frame frame) {
                process(frame, position);
            }
        } catch (WireException e) {
            counters.damagedRecords.increment();
            log.warn("damaged", "journal record " + position + " does not decode and is skipped: " + e.getMessage());
        }
    }

    private void process(Frame frame, long position) {
        UUID agent = frame.source().agentId();
        if (!isNew(agent, frame.sequence(), position)) {
            return;
        }
        counters.consumed.increment();
        counters.series.add(frame.series().size());
        if (position <= heldAtStart) {
            counters.replayed.increment();
        }
        Frame bounded = limit.apply(frame);
        counters.foldedSeries = limit.folded();
        try {
            consumer.accept(bounded, position);
        } catch (RuntimeException | Error e) {
            if (stopped) {
                return; // the consumer was closed while it took its time; it gets the frame again
            }
            counters.consumerErrors.increment();
            log.warn("consumer", "frame " + frame.sequence() + " of " + agent + " was not taken: " + e);
        }
        handed = position;
    }

    /** Whether a frame did not come before; then it has now. */
    private boolean isNew(UUID agent, long sequence, long position) {
        long last = seen.last(agent);
        if (sequence <= last) {
            return false;
        }
        long gap = LastSequences.gap(last, sequence);
        gapsSeen += gap;
        if (position <= heldAtStart) {
            // the writer counts what is skipped in this run; a restart must not forget what was skipped before
            counters.gaps.add(gap);
        }
        seen.note(agent, sequence);
        return true;
    }

    private void keepUp(boolean idle) {
        if (stopped) {
            return; // the folder may belong to another process by now
        }
        if (!idle && ++sinceKeptUp < KEEP_UP_RECORDS) {
            return;
        }
        sinceKeptUp = 0;
        try {
            checkpoint.keepUp(handed, gapsSeen);
        } catch (IOException | RuntimeException e) {
            log.warn("checkpoint", "the reader's position was not saved, it is tried again: " + e);
        }
    }

    private static void closeQuietly(Journal.@Nullable Cursor cursor) {
        if (cursor != null) {
            cursor.close();
        }
    }
}
