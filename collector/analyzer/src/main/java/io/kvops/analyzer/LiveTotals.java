package io.kvops.analyzer;

import java.util.HashMap;
import java.util.Map;

/** Exact counts since the analyzer was opened, by store and op; they outlive the cells. Guarded by the analyzer's lock. */
final class LiveTotals {
    static final int MAX_OPS = 2_000;

    private final Map<Op, long[]> byOp = new HashMap<>();
    private long ops;
    private long errors;
    private long misses;

    /** One operation of one store. */
    record Op(String store, String op, String opClass) {
        static Op of(SeriesId id) {
            return new Op(id.key.store(), id.key.op(), Report.lower(id.key.opClass()));
        }
    }

    void add(SeriesCount c) {
        long failures = c.failures();
        ops += c.count;
        errors += failures;
        misses += c.misses;
        Op op = Op.of(c.id);
        if (byOp.size() >= MAX_OPS && !byOp.containsKey(op)) {
            op = new Op(SeriesRegistry.OTHER, "OTHER", SeriesRegistry.OTHER);
        }
        long[] counts = byOp.computeIfAbsent(op, o -> new long[3]);
        counts[0] += c.count;
        counts[1] += failures;
        counts[2] += c.misses;
    }

    long ops() {
        return ops;
    }

    long errors() {
        return errors;
    }

    long misses() {
        return misses;
    }

    /** Count, errors and misses by op. */
    Map<Op, long[]> copy() {
        Map<Op, long[]> copy = new HashMap<>();
        byOp.forEach((op, counts) -> copy.put(op, counts.clone()));
        return copy;
    }
}
