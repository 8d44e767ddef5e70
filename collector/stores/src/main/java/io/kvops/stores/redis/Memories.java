package io.kvops.stores.redis;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was said of each server already, so that it is said once: it outlives connections, and lasts as long as the
 * prober. Of more than 4 096 servers the least recently seen are forgotten.
 */
final class Memories {
    private static final int MAX_SERVERS = 4_096;

    private final Map<String, Memory> servers = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Memory> eldest) {
            return size() > MAX_SERVERS;
        }
    };

    synchronized Memory of(String server) {
        return servers.computeIfAbsent(server, s -> new Memory());
    }

    /** Of one server; for one thread at a time. */
    static final class Memory {
        static final long NOTHING = -2;

        String runId = "";
        /** Identity of the newest slow operation that was seen; {@link #NOTHING} until the log was read once. */
        long slowest = NOTHING;
        /** Slow operations that fell out of the server's log unseen. */
        long missed;
        /** Event of the latency monitor to the second of its last spike that was seen; null until it was read once. */
        @Nullable
        Map<String, Long> spikes;
        /** The advice that was given last. */
        String advice = "";
        /** When the hot-key session that was told last began, in epoch milliseconds. */
        long hotKeysSession = NOTHING;

        /** Another run of the server counts its slow operations from 0, and all of them are new. */
        void run(String id) {
            if (!runId.isEmpty() && !runId.equals(id)) {
                slowest = -1;
                spikes = new HashMap<>();
                advice = "";
                hotKeysSession = -1;
            }
            runId = id;
        }
    }
}
