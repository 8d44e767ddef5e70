package io.kvops.analyzer;

import io.kvops.history.SeriesId;
import io.kvops.op.OpClass;
import io.kvops.wire.SeriesKey;
import org.jspecify.annotations.Nullable;

/** A series that is counted apart, and where its next frame is added. Compared by identity. Guarded by the analyzer's lock. */
final class TrackedSeries {
    final SeriesId id;

    /** As agents name it; shared by all series of the same name. */
    final SeriesKey key;

    /** It asks the store to change data: counts towards TPS. */
    final boolean transactional;

    /** It waits by design, see {@link LatencySum}. */
    final boolean blocking;

    /** Where the live view counts it. */
    final LiveOp op;

    final LivePlace place;

    long seenMillis;

    /** No longer in the registry; who still refers to it must ask again. */
    boolean expired;

    @Nullable
    Bucket bucket;

    @Nullable
    OpsSum sum;

    TrackedSeries(SeriesId id, SeriesKey key, LiveOp op, LivePlace place) {
        this.id = id;
        this.key = key;
        this.op = op;
        this.place = place;
        OpClass c = id.opClass();
        transactional = c == OpClass.WRITE || c == OpClass.DELETE || c == OpClass.TRANSACTION;
        blocking = c == OpClass.BLOCKING;
    }
}
