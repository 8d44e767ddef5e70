package io.kvops.ingest;

import io.kvops.ingest.Received.AckTarget;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread kvops-journal: takes what waits, drops what it has seen before, appends, makes durable, and only then
 * acknowledges and lets the reader go on. When the disk is full or fails, it keeps what it has and tries again until it
 * succeeds; meanwhile the queue fills, and the connections are no longer read.
 */
final class JournalWriter implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(JournalWriter.class);
    private static final int BATCH_FRAMES = 4_096;
    private static final long BATCH_BYTES = 8L << 20;
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
    private static final long SAVE_INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final long RETENTION_INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final IngestConfig config;
    private final IntakeQueue intake;
    private final Journal journal;
    private final AgentIndex index;
    private final JournalReader reader;
    private final Counters counters;
    private final Clock clock;
    private final LongSupplier nanos;
    private final LongSupplier freeBytes;
    private final Retention retention;
    private final LogLimit log;
    private volatile boolean closing;
    private volatile Thread thread = Thread.currentThread();
    private long lastPosition;
    private long syncedAtNanos;
    private long savedAtNanos;
    private long retainedAtNanos;
    private int segmentsSeen;

    JournalWriter(
            IngestConfig config,
            IntakeQueue intake,
            Journal journal,
            AgentIndex index,
            JournalReader reader,
            Counters counters,
            Clock clock,
            LongSupplier nanos,
            LongSupplier freeBytes) {
        this.config = config;
        this.intake = intake;
        this.journal = journal;
        this.index = index;
        this.reader = reader;
        this.counters = counters;
        this.clock = clock;
        this.nanos = nanos;
        this.freeBytes = freeBytes;
        this.retention = new Retention(config.retentionAge(), config.retentionBytes());
        this.log = new LogLimit(LOG, nanos);
        this.lastPosition = index.position();
    }

    @Override
    public void run() {
        thread = Thread.currentThread();
        long now = nanos.getAsLong();
        syncedAtNanos = now;
        savedAtNanos = now;
        retainedAtNanos = now;
        while (true) {
            List<Received> batch = intake.take(BATCH_FRAMES, BATCH_BYTES, waitNanos());
            if (batch.isEmpty() && closing) {
                return;
            }
            if (!batch.isEmpty() && !keepUntilDone(batch)) {
                return;
            }
            try {
                maintain();
            } catch (IOException | RuntimeException e) {
                counters.journalErrors.increment();
                log.warn("upkeep", "journal upkeep failed, it is tried again: " + e);
            }
        }
    }

    /** Ends the thread after what is in the queue is journaled, or at once while the journal is paused. */
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

    private long waitNanos() {
        return config.sync() == IngestConfig.Sync.INTERVAL
                ? Math.min(POLL_NANOS, config.syncInterval().toNanos())
                : POLL_NANOS;
    }

    /**
     * Tries until the batch is kept; false if the ingest closes before. A batch is never given up for the next one: its
     * agents would see a later frame acknowledged, and forget these.
     */
    private boolean keepUntilDone(List<Received> batch) {
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
            }
            paused(problem);
            if (closing) {
                return false;
            }
            LockSupport.parkNanos(this, RETRY_NANOS);
        }
    }

    private String shortage() {
        long free;
        try {
            free = freeBytes.getAsLong();
        } catch (RuntimeException e) {
            return "the free space of " + config.dataDir() + " is not known: " + e;
        }
        return free >= config.minFreeBytes()
                ? ""
                : "only " + (free >> 20) + " MiB are free in " + config.dataDir() + " (needs "
                        + (config.minFreeBytes() >> 20) + "); free some space";
    }

    private void keep(List<Received> batch) throws IOException {
        List<Received> fresh = new ArrayList<>(batch.size());
        Map<UUID, Long> newest = new HashMap<>();
        long gaps = 0;
        for (Received frame : batch) {
            long last = newest.computeIfAbsent(frame.agentId(), index::last);
            if (frame.sequence() > last) {
                // of an agent not known, the first frames may be in a journal that is gone
                gaps += last > 0 ? frame.sequence() - last - 1 : 0;
                newest.put(frame.agentId(), frame.sequence());
                fresh.add(frame);
            }
        }
        long position = lastPosition;
        for (Received frame : fresh) {
            position = journal.append(frame.bytes());
        }
        if (config.sync() == IngestConfig.Sync.ALWAYS && !fresh.isEmpty()) {
            sync();
        }
        lastPosition = position;
        for (Received frame : fresh) {
            index.note(frame.agentId(), frame.sequence(), position);
            counters.frames.increment();
            counters.frameBytes.add(frame.bytes().length);
        }
        counters.batches.add(fresh.isEmpty() ? 0 : 1);
        counters.duplicates.add(batch.size() - fresh.size());
        counters.gaps.add(gaps);
        reader.readableUpTo(position);
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

    /** One message for each connection and agent, with the newest number that came. */
    private static void acknowledge(List<Received> batch) {
        Map<AckTarget, Map<UUID, Long>> newest = new HashMap<>();
        for (Received frame : batch) {
            newest.computeIfAbsent(frame.from(), any -> new HashMap<>())
                    .merge(frame.agentId(), frame.sequence(), Math::max);
        }
        newest.forEach((target, sequences) -> sequences.forEach(target::ack));
    }

    private void maintain() throws IOException {
        long now = nanos.getAsLong();
        if (config.sync() == IngestConfig.Sync.INTERVAL
                && now - syncedAtNanos >= config.syncInterval().toNanos()) {
            syncedAtNanos = now;
            sync();
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
        List<Journal.Segment> old =
                retention.removable(journal.segments(), journal.segmentOf(reader.processed()), clock.millis());
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
