package io.kvops.stores.redis;

import io.kvops.stores.Deadline;
import io.kvops.stores.Reading;
import io.kvops.stores.StoreEvent;
import io.kvops.stores.StoreEvent.Severity;
import io.kvops.stores.StoreException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The server's latency monitor (on if its {@code latency-monitor-threshold} is not 0): each spike an event once. LATENCY
 * LATEST says which kinds have news, LATENCY HISTORY which; the server keeps one spike a second of each kind, the longest.
 */
final class Spikes {
    private static final int MAX_KINDS = 32;

    private Spikes() {}

    static void put(List<Object> latest, RedisServer server, Memories.Memory memory, Reading into, Deadline deadline)
            throws StoreException {
        Map<String, Long> seen = memory.spikes;
        Map<String, Long> now = new HashMap<>();
        for (Object entry : latest) {
            if (now.size() >= MAX_KINDS
                    || !(entry instanceof List<?> e && e.size() >= 4 && e.get(1) instanceof Long second)) {
                continue;
            }
            String kind = String.valueOf(e.get(0));
            now.put(kind, second);
            if (e.get(3) instanceof Long most) {
                into.put("redis.latency." + Info.word(kind) + ".max.millis", most);
            }
            if (seen != null && second > seen.getOrDefault(kind, 0L)) {
                history(kind, seen.getOrDefault(kind, 0L), server, into, deadline);
            }
        }
        memory.spikes = now;
    }

    private static void history(String kind, long after, RedisServer server, Reading into, Deadline deadline)
            throws StoreException {
        for (Object entry : server.list("LATENCY", "HISTORY", kind).await(deadline)) {
            if (entry instanceof List<?> e
                    && e.size() >= 2
                    && e.get(0) instanceof Long second
                    && second > after
                    && e.get(1) instanceof Long millis) {
                into.event(new StoreEvent(
                        Instant.ofEpochSecond(second),
                        StoreEvent.Type.LATENCY_SPIKE,
                        Severity.WARNING,
                        SlowLog.printable(kind) + " paused the server for " + millis + " ms",
                        Map.of("event", SlowLog.printable(kind), "millis", Long.toString(millis))));
            }
        }
    }
}
