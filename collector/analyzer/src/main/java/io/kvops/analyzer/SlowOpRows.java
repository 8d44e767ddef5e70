package io.kvops.analyzer;

import io.kvops.history.SeriesId;
import io.kvops.history.SlowOpPoint;
import io.kvops.wire.SlowOp;
import java.time.Instant;
import java.util.Comparator;
import java.util.Locale;

/** Slow operations as reports show them. Pure. */
final class SlowOpRows {
    static final Comparator<Report.SlowOp> MOST_SEVERE = Comparator.comparingDouble(Report.SlowOp::severity)
            .thenComparingLong(Report.SlowOp::latencyNanos)
            .thenComparing(Report.SlowOp::at)
            .reversed();

    private SlowOpRows() {}

    @SuppressWarnings("NullAway") // the compiler keeps no annotation on the array of a record's constructor
    static SlowOpPoint point(SlowOp op, long atMillis, SeriesId series, double severity) {
        return new SlowOpPoint(
                atMillis,
                series,
                Math.max(severity, Double.MIN_NORMAL),
                op.key(),
                op.hashed(),
                op.latencyNanos(),
                op.outcome().name().toLowerCase(Locale.ROOT),
                op.stack());
    }

    static Report.SlowOp of(SlowOpPoint op) {
        SeriesId id = op.series();
        byte[] key = op.key();
        return new Report.SlowOp(
                Instant.ofEpochMilli(op.atMillis()),
                id.service(),
                id.store(),
                id.op(),
                key == null ? null : KeyText.of(key, op.hashed()),
                op.latencyNanos(),
                op.stack(),
                id.instance(),
                id.endpoint(),
                Report.lower(id.opClass()),
                id.pattern(),
                op.hashed(),
                op.outcome(),
                op.severity());
    }
}
