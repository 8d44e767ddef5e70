package io.kvops.agent.core;

import io.kvops.agent.boot.AgentLog;
import io.kvops.agent.core.Endpoints.Endpoint;
import io.kvops.agent.core.FrameCutter.Content;
import io.kvops.wire.HotKeyDelta;
import io.kvops.wire.SlowOp;
import io.kvops.wire.Source;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Turns what was recorded into frames. Each {@link #tick} empties the stripes into the frame that is growing and keeps that
 * in the spool's tail, so that no more than one tick is lost when the process is killed; once an interval the frame is
 * closed, and may be sent. While the spool is full, or the collector does not take what waits ({@link Flow}), no frame is
 * closed: it goes on growing. One thread at a time.
 */
final class Frames {
    private static final long HEARTBEAT_NANOS = 10_000_000_000L;
    private static final long EPOCH_NANOS = 300_000_000_000L;

    private final OpRecorder recorder;
    private final Accumulator accumulator;
    private final HotKeys hotKeys;
    private final SlowOps slowOps;
    private final Names names;
    private final Privacy privacy;
    private final FrameCutter cutter;
    private final Spool spool;
    private final AgentLog log;
    private final LongSupplier nanos;
    private final LongSupplier clockMillis;
    private final Gauges gauges;
    private final Flow flow;
    /** By reason, since the last closed frame. */
    private final Map<String, Long> dropped = new HashMap<>();

    private long sequence = 1;
    private long startMillis;
    private long startNanos;
    private long closedNanos;
    private long epochNanos;
    private long operationsOfTail;
    private long lastFrameBytes = 4_096;
    private boolean full;

    Frames(Parts parts, Flow flow) {
        recorder = parts.recorder;
        accumulator = new Accumulator(parts.names, parts.memory);
        hotKeys = parts.hotKeys;
        slowOps = parts.slowOps;
        names = parts.names;
        privacy = parts.privacy;
        cutter = new FrameCutter(parts.source, Spool.FRAME_BYTES_MAX);
        spool = parts.spool;
        log = parts.log;
        nanos = parts.nanos;
        clockMillis = parts.clockMillis;
        gauges = parts.gauges;
        this.flow = flow;
        startMillis = clockMillis.getAsLong();
        startNanos = nanos.getAsLong();
        closedNanos = startNanos;
        epochNanos = startNanos;
    }

    /**
     * Empties the stripes, and closes the frame if its interval is over.
     *
     * @return true if something was recorded since the last call
     */
    boolean tick() {
        long before = accumulator.operations();
        recorder.drain(accumulator);
        long now = nanos.getAsLong();
        boolean any = accumulator.operations() != before;
        if (flow.isDue(now - startNanos, spool.size())) {
            close(now);
        } else if (any) {
            keepTail();
        }
        return any;
    }

    /** Closes the frame now, if it holds anything. */
    void closeNow() {
        recorder.drain(accumulator);
        if (!accumulator.isEmpty()) {
            close(nanos.getAsLong());
        }
    }

    private void keepTail() {
        operationsOfTail = accumulator.operations();
        Content content = new Content(
                startMillis,
                Math.max(startMillis, clockMillis.getAsLong()),
                accumulator.toDeltas(),
                new ArrayList<HotKeyDelta>(),
                slowOps.peek(),
                new HashMap<String, Double>(),
                new HashMap<String, Long>());
        byte[] frame = cutter.encode(sequence, content);
        if (frame.length <= Spool.FRAME_BYTES_MAX) {
            spool.putTail(sequence, frame);
        } else {
            close(nanos.getAsLong());
        }
    }

    private void close(long now) {
        boolean heartbeat = now - closedNanos >= HEARTBEAT_NANOS;
        if (accumulator.isEmpty() && !heartbeat) {
            startNanos = now;
            startMillis = clockMillis.getAsLong();
            return;
        }
        if (!hasRoom()) {
            if (accumulator.operations() != operationsOfTail) {
                keepGrowingTail();
            }
            return;
        }
        collectDropped();
        Content content = new Content(
                startMillis,
                Math.max(startMillis, clockMillis.getAsLong()),
                accumulator.toDeltas(),
                takeHotKeys(now),
                slowOps.take(),
                gauges.read(spool),
                new HashMap<>(dropped));
        long bytes = 0;
        for (byte[] frame : cutter.cut(sequence, content)) {
            if (!spool.append(sequence, frame)) {
                // room was checked, so the disk is full: what is lost is counted by the next frame that gets through
                Dropped.add(dropped, "frames.unspooled", 1);
                continue;
            }
            sequence++;
            bytes += frame.length;
        }
        lastFrameBytes = Math.max(4_096, bytes);
        accumulator.clear();
        dropped.clear();
        operationsOfTail = 0;
        startNanos = now;
        closedNanos = now;
        startMillis = content.endMillis;
    }

    private boolean hasRoom() {
        boolean room = spool.hasRoom(Math.max(2 * lastFrameBytes, 2L * Spool.FRAME_BYTES_MAX));
        if (room == full) {
            full = !room;
            log.line(
                    room
                            ? "spool " + spool.place() + " has room again"
                            : "spool " + spool.place() + " is full (spool.max): no frame is closed until the"
                                    + " collector acks some; counts go on, their resolution in time does not");
        }
        return room;
    }

    private void keepGrowingTail() {
        operationsOfTail = accumulator.operations();
        byte[] frame = cutter.encode(
                sequence,
                new Content(
                        startMillis,
                        Math.max(startMillis, clockMillis.getAsLong()),
                        accumulator.toDeltas(),
                        new ArrayList<HotKeyDelta>(),
                        new ArrayList<SlowOp>(),
                        new HashMap<String, Double>(),
                        new HashMap<String, Long>()));
        spool.putTail(sequence, frame);
    }

    private void collectDropped() {
        Dropped.add(dropped, "ops", recorder.takeNotRecorded());
        Dropped.add(dropped, "probe.failures", recorder.takeFailures());
        Dropped.add(dropped, "slowops", slowOps.takeNotKept());
        Dropped.add(dropped, "hotkeys.ops", hotKeys.takeLost());
        accumulator.addDropped(dropped);
    }

    private List<HotKeyDelta> takeHotKeys(long now) {
        List<HotKeyDelta> deltas = new ArrayList<>();
        if (privacy.keepsKeys()) {
            recorder.flushKeys();
            hotKeys.drain((scope, key, count, error, reads, writes, bytes) -> {
                Endpoint endpoint = names.endpoints.get(scope);
                deltas.add(new HotKeyDelta(
                        endpoint.store,
                        endpoint.where,
                        privacy.key(key),
                        privacy.hashes(),
                        count,
                        error,
                        reads,
                        writes,
                        bytes));
            });
            if (now - epochNanos >= EPOCH_NANOS) {
                epochNanos = now;
                hotKeys.restart();
            }
        }
        return deltas;
    }

    /** Counts something that was dropped elsewhere; reported by the next frame. */
    void addDropped(String reason, long count) {
        Dropped.add(dropped, reason, count);
    }

    /** What frames are made from, and of whom they speak. */
    static final class Parts {
        final OpRecorder recorder;
        final HotKeys hotKeys;
        final SlowOps slowOps;
        final Names names;
        final Privacy privacy;
        final MemoryBudget memory;
        final Source source;
        final Spool spool;
        final AgentLog log;
        final LongSupplier nanos;
        final LongSupplier clockMillis;
        final Gauges gauges;

        Parts(
                OpRecorder recorder,
                HotKeys hotKeys,
                SlowOps slowOps,
                Names names,
                Privacy privacy,
                MemoryBudget memory,
                Source source,
                Spool spool,
                AgentLog log,
                LongSupplier nanos,
                LongSupplier clockMillis,
                Gauges gauges) {
            this.recorder = recorder;
            this.hotKeys = hotKeys;
            this.slowOps = slowOps;
            this.names = names;
            this.privacy = privacy;
            this.memory = memory;
            this.source = source;
            this.spool = spool;
            this.log = log;
            this.nanos = nanos;
            this.clockMillis = clockMillis;
            this.gauges = gauges;
        }
    }
}
