package io.kvops.ingest;

import io.kvops.wire.Refusal;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** What the threads of one ingest count. Any thread adds, any thread reads. */
final class Counters {
    final LongAdder frames = new LongAdder();
    final LongAdder frameBytes = new LongAdder();
    final LongAdder series = new LongAdder();
    final LongAdder duplicates = new LongAdder();
    final LongAdder gaps = new LongAdder();
    final LongAdder unknownMessages = new LongAdder();
    final LongAdder consumed = new LongAdder();
    final LongAdder replayed = new LongAdder();
    final LongAdder consumerErrors = new LongAdder();
    final LongAdder damagedRecords = new LongAdder();
    final AtomicInteger connections = new AtomicInteger();
    final LongAdder connectionsTotal = new LongAdder();
    final LongAdder idleClosed = new LongAdder();
    final LongAdder slowClosed = new LongAdder();
    final LongAdder laggingClosed = new LongAdder();
    final LongAdder brokenConnections = new LongAdder();
    final LongAdder queueFull = new LongAdder();
    final LongAdder batches = new LongAdder();
    final LongAdder fsyncs = new LongAdder();
    final LongAdder fsyncNanos = new LongAdder();
    final LongAdder journalErrors = new LongAdder();
    final LongAdder removedSegments = new LongAdder();
    volatile long lastFsyncNanos;
    final LongAdder heldBackNanos = new LongAdder();
    volatile boolean paused;
    volatile long foldedSeries;
    final LongAdder foreignFrames = new LongAdder();
    final LongAdder quotaWaits = new LongAdder();
    final LongAdder pacesSent = new LongAdder();
    final LongAdder configurationsRefused = new LongAdder();
    final LongAdder tlsFailures = new LongAdder();
    final LongAdder tlsReloads = new LongAdder();
    private final Map<Refusal.Kind, LongAdder> refusals = new EnumMap<>(Refusal.Kind.class);

    Counters() {
        for (Refusal.Kind kind : Refusal.Kind.values()) {
            refusals.put(kind, new LongAdder());
        }
    }

    void refused(Refusal.Kind kind) {
        LongAdder adder = refusals.get(kind);
        if (adder != null) {
            adder.increment();
        }
    }

    Map<Refusal.Kind, Long> refusals() {
        Map<Refusal.Kind, Long> counts = new EnumMap<>(Refusal.Kind.class);
        refusals.forEach((kind, adder) -> counts.put(kind, adder.sum()));
        return counts;
    }

    void synced(long nanos) {
        fsyncs.increment();
        fsyncNanos.add(nanos);
        lastFsyncNanos = nanos;
    }
}
