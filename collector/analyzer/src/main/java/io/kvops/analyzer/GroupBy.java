package io.kvops.analyzer;

import io.kvops.history.Dimension;
import io.kvops.history.SeriesId;
import org.jspecify.annotations.Nullable;

/** What operations can be grouped and selected by. */
public enum GroupBy {
    SERVICE(Dimension.SERVICE),
    INSTANCE(Dimension.INSTANCE),
    /** Kind of store: redis, rocksdb, ... */
    STORE(Dimension.STORE),
    ENDPOINT(Dimension.ENDPOINT),
    OP(Dimension.OP),
    /** Lower case: read, write, delete, ... */
    OP_CLASS(Dimension.OP_CLASS),
    /** Template of the keys; empty for operations without a key. */
    PATTERN(Dimension.PATTERN),
    /**
     * Lower case: ok, miss, error, timeout, cancelled. Operations are counted by outcome, not timed by it: rows of one outcome
     * have no latencies.
     */
    OUTCOME(null);

    private final @Nullable Dimension dimension;

    GroupBy(@Nullable Dimension dimension) {
        this.dimension = dimension;
    }

    /** What the history calls it; null for the outcome, which it counts within each series. */
    @Nullable
    Dimension dimension() {
        return dimension;
    }

    String of(SeriesId id) {
        return switch (this) {
            case SERVICE -> id.service();
            case INSTANCE -> id.instance();
            case STORE -> id.store();
            case ENDPOINT -> id.endpoint();
            case OP -> id.op();
            case OP_CLASS -> Report.lower(id.opClass());
            case PATTERN -> id.pattern();
            case OUTCOME -> "";
        };
    }
}
