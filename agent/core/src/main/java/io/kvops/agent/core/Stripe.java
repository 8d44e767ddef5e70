package io.kvops.agent.core;

import io.kvops.agent.boot.Op;
import io.kvops.agent.boot.Recorder;
import io.kvops.agent.core.OpNames.OpName;
import io.kvops.op.OpClass;

/**
 * A part of the recorder that one thread at a time writes, behind its lock. There are as many as threads that record at the
 * same instant, so a thread finds a free one by one CAS.
 */
final class Stripe extends SpinLock {
    /** One op in so many is timed by itself, see {@link Breaker}. */
    private static final int COST_SAMPLE = 512;

    final SeriesTable series;
    final LongCounts errors = new LongCounts(1_024);
    private final KeyCache keys;
    private final KeyReader key = new KeyReader(0);
    private final OpNames ops;
    private final Endpoints endpoints;
    private final ErrorNames errorNames;
    private boolean keepsKeys;
    private int untilSample = COST_SAMPLE;

    /** True since something was recorded that is not drained. */
    private boolean dirty;

    Stripe(Names names, HotKeys hotKeys, MemoryBudget memory, int keyCapacity, boolean keepsKeys) {
        ops = names.ops;
        endpoints = names.endpoints;
        errorNames = names.errors;
        series = new SeriesTable(memory);
        keys = new KeyCache(keyCapacity, hotKeys, names.patterns);
        this.keepsKeys = keepsKeys;
    }

    /** Whether counts by key are kept, from now on; the lock is held. */
    void keepKeys(boolean keep) {
        keepsKeys = keep;
    }

    /** True if this op's cost is to be measured. */
    boolean isSampled() {
        if (--untilSample > 0) {
            return false;
        }
        untilSample = COST_SAMPLE;
        return true;
    }

    /**
     * Counts an op; the lock is held. In one piece of more than 325 bytes of code, which HotSpot does not inline: so what an
     * application's compiled code takes in is small, and the client's methods are still inlined into their callers, whose
     * short-lived objects then need no allocation.
     */
    void record(Op op, long latencyNanos) {
        OpName name = ops.of(op.command);
        boolean hasKey = key.read(op.key, op.keyOffset, op.keyLength);
        int entry = hasKey ? keys.entry(key, op.endpoint) : -1;
        int pattern = hasKey ? keys.pattern(entry) : Patterns.NONE;
        long id = SeriesIds.of(op.endpoint, name.id, pattern, op.internal);
        int row;
        if (hasKey && keys.get(entry, KeyCache.SERIES) == id) {
            row = (int) keys.get(entry, KeyCache.ROW);
        } else {
            row = row(id);
            if (hasKey) {
                keys.set(entry, KeyCache.SERIES, id);
                keys.set(entry, KeyCache.ROW, row);
            }
        }
        dirty = true;
        int count = op.count;
        series.add(row, SeriesTable.COUNT, count);
        if (latencyNanos != Recorder.UNTIMED) {
            series.time(row, latencyNanos, count);
        }
        series.add(row, SeriesTable.BYTES_IN, op.bytesIn);
        series.add(row, SeriesTable.BYTES_OUT, op.bytesOut);
        if (op.outcome != Op.OK) {
            recordOutcome(op, name, row);
        }
        if (hasKey) {
            series.add(row, SeriesTable.KEY_BYTES, (long) key.length * count);
            if (keepsKeys && !op.internal) {
                OpClass opClass = name.opClass(endpoints.get(op.endpoint));
                keys.add(entry, KeyCache.COUNT, count);
                if (opClass == OpClass.READ || opClass == OpClass.SCAN) {
                    keys.add(entry, KeyCache.READS, count);
                } else if (opClass == OpClass.WRITE || opClass == OpClass.DELETE) {
                    keys.add(entry, KeyCache.WRITES, count);
                }
                keys.add(entry, KeyCache.BYTES, op.bytesIn + op.bytesOut);
            }
        }
    }

    /** The row of a series, or of its endpoint's "other" pattern, or of "other". */
    private int row(long id) {
        int row = series.row(id);
        return row != 0 ? row : series.row(SeriesIds.withPattern(id, Patterns.OTHER));
    }

    private void recordOutcome(Op op, OpName name, int row) {
        switch (op.outcome) {
            case Op.MISS:
                // a DEL that deleted nothing is no miss
                OpClass opClass = name.opClass(endpoints.get(op.endpoint));
                if (opClass == OpClass.READ || opClass == OpClass.OTHER) {
                    series.add(row, SeriesTable.MISSES, op.count);
                }
                break;
            case Op.TIMEOUT:
                series.add(row, SeriesTable.TIMEOUTS, op.count);
                break;
            case Op.CANCELLED:
                series.add(row, SeriesTable.CANCELLED, op.count);
                break;
            default:
                errors.add(SeriesIds.withError(series.id(row), errorNames.id(op.error)), op.count);
                break;
        }
    }

    /** Moves all counts to the sink; the lock is held. */
    void drain(Accumulator sink) {
        if (!dirty) {
            return;
        }
        dirty = false;
        boolean crowded = series.isCrowded();
        series.drain(sink);
        sink.addErrors(errors);
        if (crowded) {
            series.clear();
            keys.forgetRows();
        }
    }

    /** Hands the counts of keys to the sketch; the lock is held. */
    void flushKeys() {
        keys.flush();
    }
}
