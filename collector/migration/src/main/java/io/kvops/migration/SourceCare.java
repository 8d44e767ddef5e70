package io.kvops.migration;

import io.kvops.stores.StoreException;
import io.kvops.stores.data.DataStore;
import java.util.function.LongSupplier;

/**
 * Slows a copy down while the source answers slowly: the rate is halved, and grows by a quarter while it answers in time, as TCP
 * does with its window (additive and multiplicative, RFC 5681, here both multiplicative as rates span decades).
 */
final class SourceCare {
    private static final double LEAST_PER_SECOND = 50;

    private final DataStore source;
    private final Pace pace;
    private final RateLimit records;
    private final LongSupplier nanos;
    private long before;
    private boolean slowed;

    SourceCare(DataStore source, Pace pace, RateLimit records, LongSupplier nanos) {
        this.source = source;
        this.pace = pace;
        this.records = records;
        this.nanos = nanos;
    }

    /** @param scanned keys so far; called each second */
    void look(long scanned) throws StoreException {
        long rate = Math.max(0, scanned - before);
        before = scanned;
        if (pace.maxLatencyMillis() == 0) {
            return;
        }
        long from = nanos.getAsLong();
        try {
            source.size();
        } catch (StoreException e) {
            if (e.kind() != StoreException.Kind.UNREACHABLE) {
                throw e;
            }
            return; // who copies tries it again, for as long as is wanted
        }
        adapt((nanos.getAsLong() - from) / 1_000_000, rate);
    }

    void adapt(long latencyMillis, long rate) {
        if (latencyMillis > pace.maxLatencyMillis()) {
            double now = slowed ? records.perSecond() : rate;
            records.set(Math.max(LEAST_PER_SECOND, now / 2));
            slowed = true;
        } else if (slowed) {
            double more = records.perSecond() * 1.25;
            boolean enough =
                    pace.maxOps() > 0 ? more >= pace.maxOps() : more > 4.0 * Math.max((double) rate, LEAST_PER_SECOND);
            records.set(enough ? pace.maxOps() : more);
            slowed = !enough;
        }
    }
}
