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
        this.lastPosition = index.position();
    }

    @Override
    public void run() {
        thread = Thread.currentThread();
        syncedAtNanos = savedAtNanos = retainedAtNanos = nanos.getAsLong();
        List<Received> batch = List.of();
        while (!closing || !batch.isEmpty()) {
            batch = intake.take(BATCH_FRAMES, BATCH_BYTES, waitNanos());
            try {
                if (!batch.isEmpty()) {
                    keep(batch);
                }
                maintain();
            } catch (RuntimeException | Error e) {
                // it must go on: the frames are not acknowledged, so their agents send them again
                counters.journalErrors.increment();
                LOG.error("journal thread failed on {} frames, which are not acknowledged", batch.size(), e);
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

    private void keep(List<Received> batch) {
        List<Received> fresh = new ArrayList<>(batch.size());
        Map<UUID, Long> newest = new HashMap<>();
        for (Received frame : batch) {
            long last = newest.computeIfAbsent(frame.agentId(), index::last);
            if (frame.sequence() <= last) {
                counters.duplicates.increment();
                continue;
            }
            // an agent that is not known may have sent its first frames to a journal that is gone
            if (last > 0) {
                counters.gaps.add(frame.sequence() - last - 1);
            }
            newest.put(frame.agentId(), frame.sequence());
            fresh.add(frame);
        }
        if (!fresh.isEmpty() && !appendUntilDone(fresh)) {
            return;
        }
        for (Received frame : fresh) {
            index.note(frame.agentId(), frame.sequence(), lastPosition);
            counters.frames.increment();
            counters.frameBytes.add(frame.bytes().length);
        }
        reader.readableUpTo(lastPosition);
        acknowledge(batch);
    }

    /** Appends and syncs, again and again until it is done; false if the ingest closes before. */
    private boolean appendUntilDone(List<Received> fresh) {
        while (true) {
            String problem = null;
            long free = freeBytes.getAsLong();
            if (free < config.minFreeBytes()) {
                problem = "only " + (free >> 20) + " MiB are free in " + config.dataDir() + " (needs "
                        + (config.minFreeBytes() >> 20) + "); free some space";
            } else {
                try {
                    lastPosition = append(fresh);
                    resumed();
                    return true;
                } catch (IOException e) {
                    counters.journalErrors.increment();
                    problem = e.getMessage() + "; check the disk";
                }
            }
            paused(problem);
            if (closing) {
                return false;
            }
            LockSupport.parkNanos(this, RETRY_NANOS);
        }
    }

    private long append(List<Received> fresh) throws IOException {
        long position = lastPosition;
        for (Received frame : fresh) {
            position = journal.append(frame.bytes());
        }
        if (config.sync() == IngestConfig.Sync.ALWAYS) {
            sync();
        }
        counters.batches.increment();
        return position;
    }

    private void sync() throws IOException {
        long begin = nanos.getAsLong();
        journal.sync();
        counters.synced(nanos.getAsLong() - begin);
    }

    private void paused(@org.jspecify.annotations.Nullable String problem) {
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

    private void maintain() {
        long now = nanos.getAsLong();
        try {
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
        } catch (IOException e) {
            counters.journalErrors.increment();
            LOG.warn("journal upkeep failed, it is tried again: {}", e.getMessage());
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
