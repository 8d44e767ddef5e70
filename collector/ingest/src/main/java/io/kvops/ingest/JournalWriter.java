package io.kvops.ingest;

import io.kvops.wire.Frame;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread kvops-journal: takes what waits, drops what it has seen before, appends, makes durable, and only then
 * acknowledges and lets the reader go on. When the disk is full or fails, it keeps what it has and tries again until it
 * succeeds, and when the reader is too far behind, it waits; meanwhile the queue fills, and the connections are no longer
 * read.
 */
final class JournalWriter implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(JournalWriter.class);
    private static final int BATCH_FRAMES = 4_096;
    private static final long BATCH_BYTES = 8L << 20;
    private static final int GATHERED_FRAMES = 64;
    private static final long GATHER_NANOS_PER_AGENT = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long GATHER_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
    private static final int QUICK_TRIES = 20;
    private static final long MOST_RETRY_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long HELD_BACK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long BEHIND_LOG_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final long SAVE_INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final long RETENTION_INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Supplier<IngestConfig> config;
    private final IntakeQueue intake;
    private final Journal journal;
    private final AgentIndex index;
    private final JournalReader reader;
    private final Handoff handoff;
    private final Counters counters;
    private final Clock clock;
    private final LongSupplier nanos;
    private final LongSupplier freeBytes;
    private final LogLimit log;
    private volatile boolean closing;
    private volatile Thread thread = Thread.currentThread();
    private volatile long busySinceNanos;
    private volatile boolean busy;
    private long lastPosition;
    private long keptAtNanos;
    private long syncedAtNanos;
    private long savedAtNanos;
    private long retainedAtNanos;
    private int segmentsSeen;

    /** Up to here the reader may read. */
    private long released;

    /** When a batch waited last for the reader. */
    private long heldBackAtNanos;

    JournalWriter(
            Supplier<IngestConfig> config,
            IntakeQueue intake,
            Journal journal,
            AgentIndex index,
            JournalReader reader,
            Handoff handoff,
            Counters counters,
            Clock clock,
            LongSupplier nanos,
            LongSupplier freeBytes) {
        this.config = config;
        this.intake = intake;
        this.journal = journal;
        this.index = index;
        this.reader = reader;
        this.handoff = handoff;
        this.counters = counters;
        this.clock = clock;
        this.nanos = nanos;
        this.freeBytes = freeBytes;
        this.log = new LogLimit(LOG, nanos);
        this.lastPosition = index.position();
        this.released = lastPosition;
    }

    @Override
    public void run() {
        thread = Thread.currentThread();
        long now = nanos.getAsLong();
        keptAtNanos = now;
        syncedAtNanos = now;
        savedAtNanos = now;
        retainedAtNanos = now;
        heldBackAtNanos = now - BEHIND_LOG_NANOS;
        while (true) {
            gather();
            List<Received> batch = intake.take(BATCH_FRAMES, BATCH_BYTES, waitNanos());
            if (batch.isEmpty() && closing) {
                releaseRest();
                return;
            }
            if (!batch.isEmpty()) {
                busySinceNanos = nanos.getAsLong();
                busy = true;
                boolean kept = awaitReader() && keepUntilDone(batch);
                busy = false;
                keptAtNanos = nanos.getAsLong();
                if (!kept) {
                    return;
                }
            }
            maintain();
        }
    }

    /** Ends the thread after what is in the queue is journaled, or at once while the journal is paused or waits for the reader. */
    void close() {
        closing = true;
        intake.close();
        LockSupport.unpark(thread);
    }

    /** Makes durable what is left and saves the index. After the thread has ended. */
    void finish() throws IOException {
        journal.sync();
        index.save();
    }

    /** Bytes that the reader has not handed over yet. Any thread. */
    long pendingBytes() {
        return journal.bytesAfter(reader.processed());
    }

    /** For how long the batch under way has been tried, 0 if there is none. Any thread. */
    long busyNanos() {
        return busy ? nanos.getAsLong() - busySinceNanos : 0;
    }

    /**
     * After a batch, lets the frames of many agents come together: an fsync and the threads that it wakes cost as much
     * for one frame as for a hundred. Few agents wait little: whoever is alone, 1 ms.
     */
    private void gather() {
        long window = Math.min(GATHER_NANOS_MAX, counters.connections.get() * GATHER_NANOS_PER_AGENT);
        intake.gather(GATHERED_FRAMES, keptAtNanos + window - nanos.getAsLong());
    }

    private long waitNanos() {
        return syncsAlways()
                ? POLL_NANOS
                : Math.min(POLL_NANOS, config.get().syncInterval().toNanos());
    }

    private boolean syncsAlways() {
        return config.get().sync() == IngestConfig.Sync.ALWAYS;
    }

    /**
     * Waits while the reader is too far behind: the disk is not its queue without end. Upkeep goes on meanwhile. Returns false if
     * the ingest closes before.
     */
    private boolean awaitReader() {
        if (!readerIsBehind()) {
            return true;
        }
        long at = nanos.getAsLong();
        if (at - heldBackAtNanos >= BEHIND_LOG_NANOS) {
            LOG.warn(
                    "more than {} MiB of the journal in {} wait for the history (journal.maxPendingBytes): frames are taken as slowly"
                            + " as it takes them, and agents keep the rest",
                    config.get().maxPendingBytes() >> 20,
                    config.get().dataDir());
        }
        while (readerIsBehind()) {
            if (closing) {
                return false;
            }
            maintain();
            LockSupport.parkNanos(this, HELD_BACK_NANOS);
            long now = nanos.getAsLong();
            counters.heldBackNanos.add(now - at);
            at = now;
            heldBackAtNanos = now;
        }
        return true;
    }

    private boolean readerIsBehind() {
        return pendingBytes() > config.get().maxPendingBytes();
    }

    /**
     * Tries until the batch is kept; false if the ingest closes before. A batch is never given up for the next one: its
     * agents would see a later frame acknowledged, and forget these. Upkeep goes on meanwhile.
     */
    private boolean keepUntilDone(List<Received> batch) {
        long wait = RETRY_NANOS;
        int failed = 0;
        while (true) {
            String problem = shortage();
            if (problem.isEmpty()) {
                try {
                    keep(batch);
                    resumed();
                    acknowledge(batch);
                    return true;
                } catch (IOException e) {
                    problem = e.getMessage() + "; check the disk";
                } catch (RuntimeException | Error e) {
                    problem = "the journal thread failed with " + e;
                }
                counters.journalErrors.increment();
                failed++;
            }
            paused(problem);
            if (closing) {
                return false;
            }
            // files that the retention removes are room
            maintain();
            LockSupport.parkNanos(this, wait);
            if (failed > QUICK_TRIES) {
                // each may leave a copy on the disk
                wait = Math.min(2 * wait, MOST_RETRY_NANOS);
            }
        }
    }

    private String shortage() {
        long free;
        try {
            free = freeBytes.getAsLong();
        } catch (RuntimeException e) {
            return "the free space of " + config.get().dataDir() + " is not known: " + e;
        }
        long least = config.get().minFreeBytes();
        return free >= least
                ? ""
                : "only " + (free >> 20) + " MiB are free in " + config.get().dataDir() + " (needs " + (least >> 20)
                        + "); free some space, or lower journal.retentionBytes";
    }

    private void keep(List<Received> batch) throws IOException {
        List<Received> fresh = new ArrayList<>(batch.size());
        Map<UUID, Long> newest = new HashMap<>();
        long gaps = 0;
        for (Received frame : batch) {
            long last = newest.computeIfAbsent(frame.agentId(), index::last);
            if (frame.sequence() > last) {
                // of an agent not known, the first frames may be in a journal that is gone
                gaps += LastSequences.gap(last, frame.sequence());
                newest.put(frame.agentId(), frame.sequence());
                fresh.add(frame);
            }
        }
        long[] positions = new long[fresh.size()];
        for (int i = 0; i < positions.length; i++) {
            positions[i] = journal.append(fresh.get(i).bytes());
        }
        boolean durable = syncsAlways();
        if (durable && !fresh.isEmpty()) {
            sync();
        }
        for (int i = 0; i < positions.length; i++) {
            noteKept(fresh.get(i), positions[i]);
        }
        counters.batches.add(fresh.isEmpty() ? 0 : 1);
        counters.duplicates.add(batch.size() - fresh.size());
        counters.gaps.add(gaps);
        if (durable) {
            release();
        }
    }

    /** Lets the reader read what was kept so far, and is synced. */
    private void release() {
        released = lastPosition;
        reader.readableUpTo(released);
    }

    private void noteKept(Received received, long position) {
        index.note(received.agentId(), received.sequence(), position);
        counters.frames.increment();
        counters.frameBytes.add(received.bytes().length);
        Frame frame = received.frame();
        if (frame != null) {
            handoff.offer(new Handoff.Entry(lastPosition, position, frame, received.bytes().length));
        }
        lastPosition = position;
    }

    private void sync() throws IOException {
        long begin = nanos.getAsLong();
        journal.sync();
        counters.synced(nanos.getAsLong() - begin);
    }

    private void paused(String problem) {
        if (!counters.paused) {
            counters.paused = true;
            LOG.warn("ingest paused, nothing more is acknowledged: {}; it resumes by itself", problem);
        }
    }

    private void resumed() {
        if (counters.paused) {
            counters.paused = false;
            LOG.info("ingest resumed");
        }
    }

    /** One call for each event loop, however many connections it has. */
    private void acknowledge(List<Received> batch) {
        Map<Executor, List<Received>> byLoop = new HashMap<>();
        for (Received frame : batch) {
            byLoop.computeIfAbsent(frame.from().executor(), any -> new ArrayList<>())
                    .add(frame);
        }
        byLoop.forEach((loop, frames) -> {
            try {
                loop.execute(() -> {
                    frames.forEach(frame -> frame.from().ack(frame.agentId(), frame.sequence()));
                    frames.forEach(frame -> frame.from().flushAcks());
                });
            } catch (RejectedExecutionException e) {
                log.warn(
                        "acks",
                        "acknowledgements were not sent, as the door is closed; agents send those frames again");
            }
        });
    }

    /** With sync: interval, what was not synced yet waits for the reader; at the end it need not. */
    private void releaseRest() {
        try {
            sync();
            release();
        } catch (IOException e) {
            counters.journalErrors.increment();
            log.warn("sync", e.getMessage() + "; the next start reads what is there");
        }
    }

    private void maintain() {
        try {
            tryMaintain();
        } catch (IOException | RuntimeException e) {
            counters.journalErrors.increment();
            log.warn("upkeep", "journal upkeep failed, it is tried again: " + e);
        }
    }

    private void tryMaintain() throws IOException {
        long now = nanos.getAsLong();
        // what the reader may not read yet, as it is not synced, must not keep it behind
        boolean due = syncsAlways()
                || now - syncedAtNanos >= config.get().syncInterval().toNanos()
                || readerIsBehind();
        if (due && lastPosition != released) {
            syncedAtNanos = now;
            sync();
            release();
        }
        int segments = journal.segments().size();
        if (segments != segmentsSeen || now - retainedAtNanos >= RETENTION_INTERVAL_NANOS) {
            segmentsSeen = segments;
            retainedAtNanos = now;
            removeOld();
        }
        if (now - savedAtNanos >= SAVE_INTERVAL_NANOS) {
            savedAtNanos = now;
            journal.sync();
            index.save();
        }
    }

    private void removeOld() throws IOException {
        Retention retention =
                new Retention(config.get().retentionAge(), config.get().retentionBytes());
        List<Journal.Segment> old =
                retention.removable(journal.segments(), journal.segmentOf(reader.needed()), clock.millis());
        if (old.isEmpty()) {
            return;
        }
        // before its frames are gone, the index must know them
        journal.sync();
        index.save();
        for (Journal.Segment segment : old) {
            journal.remove(segment);
            counters.removedSegments.increment();
            segmentsSeen--;
        }
    }
}
