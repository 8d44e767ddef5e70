package io.kvops.stores.redis;

import io.kvops.stores.Deadline;
import io.kvops.stores.StoreDescription;
import io.kvops.stores.StoreException;
import java.util.HashMap;
import java.util.Map;

/** What INFO says a server is. */
public final class Description {
    private Description() {}

    static StoreDescription of(RedisServer server, Deadline deadline) throws StoreException {
        return of(server.text("INFO", "all").await(deadline));
    }

    /** From the answer to INFO. */
    public static StoreDescription of(String text) {
        Info info = Info.of(text);
        boolean valkey = info.text("server_name").equals("valkey") || info.has("valkey_version");
        String mode = info.text("redis_mode").isEmpty() ? info.text("server_mode") : info.text("redis_mode");
        boolean replicated =
                info.number("connected_slaves") > 0 || !info.text("master_host").isEmpty();
        Map<String, Double> limits = new HashMap<>();
        if (info.number("maxmemory") > 0) {
            limits.put("memory.limit.bytes", info.number("maxmemory"));
        }
        if (info.has("maxclients")) {
            limits.put("connections.limit.count", info.number("maxclients"));
        }
        Map<String, String> details = new HashMap<>();
        details.put("memory.policy", info.text("maxmemory_policy"));
        details.put("os", info.text("os"));
        details.put("runId", info.text("run_id"));
        details.put("aof", info.text("aof_enabled").equals("1") ? "on" : "off");
        if (!info.text("master_host").isEmpty()) {
            details.put("master", info.text("master_host") + ":" + info.text("master_port"));
        }
        details.values().removeIf(String::isEmpty);
        return new StoreDescription(
                "redis",
                valkey ? "valkey" : "redis",
                info.text(valkey && info.has("valkey_version") ? "valkey_version" : "redis_version"),
                Replication.role(info),
                mode.equals("standalone") && replicated ? "replicated" : mode,
                limits,
                details);
    }
}
