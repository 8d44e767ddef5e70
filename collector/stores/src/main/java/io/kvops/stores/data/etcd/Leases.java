package io.kvops.stores.data.etcd;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kvops.stores.StoreException;
import io.kvops.stores.StoreException.Kind;
import io.kvops.stores.data.RecordHeader;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;

/** Leases and the instants when they end, in whole seconds: those of the last keys are remembered. For one thread. */
final class Leases {
    private static final int MAX_KNOWN = 10_000;
    /** What etcd takes at most. */
    private static final long MAX_SECONDS = 9_000_000_000L;

    private final Gateway gateway;
    private final Clock clock;
    private final Map<Long, Long> known = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Long> eldest) {
            return size() > MAX_KNOWN;
        }
    };

    Leases(Gateway gateway, Clock clock) {
        this.gateway = gateway;
        this.clock = clock;
    }

    /** When a lease ends: NO_EXPIRY for none. */
    long expiry(long lease) throws StoreException {
        if (lease == 0) {
            return RecordHeader.NO_EXPIRY;
        }
        Long at = known.get(lease);
        if (at == null) {
            ObjectNode request = Gateway.JSON.createObjectNode().put("ID", Long.toString(lease));
            long seconds =
                    gateway.post("/v3/lease/timetolive", request).path("TTL").asLong();
            at = clock.millis() + Math.max(0, seconds) * 1_000;
            known.put(lease, at);
        }
        return at;
    }

    /** All that is known may have ended. */
    void forget() {
        known.clear();
    }

    /** A lease that ends at an instant, rounded up to seconds; records that end together share one. */
    long ending(long expiresAtMillis) throws StoreException {
        long second = Math.floorDiv(expiresAtMillis + 999, 1_000L);
        Long lease = known.get(second);
        if (lease == null) {
            long seconds = Math.max(1, second - Math.floorDiv(clock.millis(), 1_000L));
            if (seconds > MAX_SECONDS) {
                throw new StoreException(
                        Kind.UNSUPPORTED, "etcd has no leases over " + MAX_SECONDS + " seconds; change that expiry");
            }
            ObjectNode request = Gateway.JSON.createObjectNode().put("TTL", Long.toString(seconds));
            lease = gateway.post("/v3/lease/grant", request).path("ID").asLong();
            known.put(second, lease);
        }
        return lease;
    }
}
