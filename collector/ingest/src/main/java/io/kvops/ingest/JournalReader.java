package io.kvops.ingest;

import io.kvops.wire.Frame;
import io.kvops.wire.WireCodec;
import io.kvops.wire.WireException;
import java.io.IOException;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread kvops-journal-reader: reads the journal from its start, then follows it, and hands each frame to the
 * consumer once, even where the journal holds it twice as an append was tried again. It reads only what is durable.
 */
final class JournalReader implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(JournalReader.class);
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Journal journal;
    private final FrameConsumer consumer;
    private final Counters counters;
    private final LogLimit log;
    private final LastSequences seen;
    private final long heldAtStart;
    private volatile long readable;
    private volatile long processed = Journal.START;
    private volatile boolean closing;
    private volatile Thread thread = Thread.currentThread();

    /** @param heldAtStart position of the last record of earlier runs */
    JournalReader(Journal journal, long heldAtStart, FrameConsumer consumer, Counters counters, LongSupplier nanos) {
        this.journal = journal;
        this.heldAtStart = heldAtStart;
        this.readable = heldAtStart;
        this.consumer = consumer;
        this.counters = counters;
        this.log = new LogLimit(LOG, nanos);
        this.seen = new LastSequences(AgentIndex.AGENTS_MAX);
    }

    /** Lets the reader read up to a position. From the journal's thread. */
    void readableUpTo(long position) {
        readable = position;
        LockSupport.unpark(thread);
    }

    /** Position of the last record that the consumer has taken, or that was skipped. */
    long processed() {
        return processed;
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

    @Override
    public void run() {
        thread = Thread.currentThread();
        while (!closing || processed < readable) {
            long before = processed;
            try (Journal.Cursor cursor = journal.read(before)) {
                follow(cursor);
            } catch (IOException e) {
                log.warn("journal", e.getMessage() + "; the reader tries again");
                counters.journalErrors.increment();
            } catch (RuntimeException | Error e) {
                LOG.error("journal reader failed, it tries again", e);
            }
            if (closing && processed == before) {
                return;
            }
            if (!closing) {
                LockSupport.parkNanos(this, RETRY_NANOS);
            }
        }
    }

    private void follow(Journal.Cursor cursor) throws IOException {
        long damaged = 0;
        while (true) {
            byte[] bytes = cursor.next(readable);
            if (cursor.damaged() > damaged) {
                counters.damagedRecords.add(cursor.damaged() - damaged);
                damaged = cursor.damaged();
                log.warn("damaged", "journal has a damaged record before " + cursor.position() + "; it is skipped");
            }
            if (bytes != null) {
                process(bytes, cursor.position());
            }
            // also past damaged records, for which nothing is returned
            processed = cursor.position();
            if (bytes == null) {
                if (closing) {
                    return;
                }
                LockSupport.parkNanos(this, POLL_NANOS);
            }
        }
    }

    private void process(byte[] bytes, long position) {
        Frame frame;
        try {
            if (!(WireCodec.decode(bytes) instanceof Frame decoded)) {
                return;
            }
            frame = decoded;
        } catch (WireException e) {
            counters.damagedRecords.increment();
            log.warn("damaged", "journal record " + position + " does not decode and is skipped: " + e.getMessage());
            return;
        }
        UUID agent = frame.source().agentId();
        long last = seen.last(agent);
        if (frame.sequence() <= last) {
            return;
        }
        if (position <= heldAtStart && last > 0) {
            // the writer counts what is skipped in this run; a restart must not forget what was skipped before
            counters.gaps.add(frame.sequence() - last - 1);
        }
        seen.note(agent, frame.sequence());
        counters.consumed.increment();
        counters.series.add(frame.series().size());
        if (position <= heldAtStart) {
            counters.replayed.increment();
        }
        try {
            consumer.accept(frame, position);
        } catch (RuntimeException | Error e) {
            counters.consumerErrors.increment();
            log.warn("consumer", "frame " + frame.sequence() + " of " + agent + " was not taken: " + e);
        }
    }
}
