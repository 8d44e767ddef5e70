package io.kvops.stores.redis;

import io.kvops.stores.Deadline;
import io.kvops.stores.ProbeContext;
import io.kvops.stores.Reading;
import io.kvops.stores.StoreException;
import io.kvops.stores.StoreException.Kind;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Measures one server over one connection. Commands that a server refuses are missing and said; those that it does not
 * know are not asked again.
 */
final class ServerLook {
    private final ProbeContext context;
    private final Memories.Memory memory;
    private final Set<String> unknown = new HashSet<>();

    ServerLook(ProbeContext context, Memories.Memory memory) {
        this.context = context;
        this.memory = memory;
    }

    /** Measures, and gives what INFO says, which is empty if it is refused. */
    Info measure(RedisServer server, Reading into, Deadline deadline) throws StoreException {
        Info info = info(server, into, deadline);
        boolean few = info.number("connected_clients") <= ClientList.MAX_CLIENTS;
        RedisServer.Pending<List<Object>> slow = server.list("SLOWLOG", "GET", Integer.toString(SlowLog.READ));
        RedisServer.Pending<List<Object>> spikes = server.list("LATENCY", "LATEST");
        RedisServer.Pending<List<Object>> stats = server.list("MEMORY", "STATS");
        RedisServer.Pending<String> doctor = server.text("MEMORY", "DOCTOR");
        RedisServer.Pending<String> clients = few && asked("CLIENT LIST") ? server.text("CLIENT", "LIST") : null;
        RedisServer.Pending<List<Object>> hot = asked("HOTKEYS") ? server.list("HOTKEYS", "GET") : null;
        part("SLOWLOG", into, () -> SlowLog.put(slow.await(deadline), memory, context, into));
        part("LATENCY", into, () -> Spikes.put(spikes.await(deadline), server, memory, into, deadline));
        part("MEMORY STATS", into, () -> MemoryStats.put(stats.await(deadline), into));
        part(
                "MEMORY DOCTOR",
                into,
                () -> MemoryStats.advice(
                        doctor.await(deadline), memory, context.clock().instant(), into));
        if (clients != null) {
            part("CLIENT LIST", into, () -> ClientList.put(clients.await(deadline), into));
        } else if (!few) {
            into.missing("CLIENT LIST", "not asked with more than " + ClientList.MAX_CLIENTS + " clients");
        }
        if (hot != null) {
            part("HOTKEYS", into, () -> HotKeys.put(hot.await(deadline), memory, context, into));
        }
        if (info.number("cluster_enabled") > 0) {
            part(
                    "CLUSTER INFO",
                    into,
                    () -> clusterInfo(server.text("CLUSTER", "INFO").await(deadline), into));
        }
        return info;
    }

    private Info info(RedisServer server, Reading into, Deadline deadline) throws StoreException {
        try {
            Info info = Info.of(server.text("INFO", "all").await(deadline));
            if (!info.has("redis_version") && !info.has("valkey_version")) {
                throw new StoreException(
                        Kind.NONSENSE,
                        server.at() + " answers INFO without a version: not a Redis; check host and port");
            }
            memory.run(info.text("run_id"));
            into.run(info.text("run_id"), info.number("uptime_in_seconds"));
            into.role(Replication.role(info));
            InfoGauges.put(info, into);
            Replication.put(info, into);
            return info;
        } catch (StoreException e) {
            if (e.kind() != Kind.REFUSED || String.valueOf(e.getMessage()).contains("NOAUTH")) {
                throw e;
            }
            into.missing("INFO", String.valueOf(e.getMessage()));
            return Info.of("");
        }
    }

    private static void clusterInfo(String text, Reading into) {
        Info info = Info.of(text);
        into.put("redis.cluster.okay.ratio", info.text("cluster_state").equals("ok") ? 1 : 0);
        into.put("redis.cluster.slots.assigned.count", info.number("cluster_slots_assigned"));
        into.put("redis.cluster.slots.okay.count", info.number("cluster_slots_ok"));
        into.put("redis.cluster.slots.failed.count", info.number("cluster_slots_fail"));
        into.put("redis.cluster.nodes.count", info.number("cluster_known_nodes"));
        into.put("redis.cluster.masters.count", info.number("cluster_size"));
        if (!info.text("cluster_state").equals("ok")) {
            into.missing("cluster", "its state is " + info.text("cluster_state"));
        }
    }

    private boolean asked(String command) {
        return !unknown.contains(command);
    }

    private void part(String command, Reading into, Part part) throws StoreException {
        if (!asked(command)) {
            return;
        }
        try {
            part.run();
        } catch (StoreException e) {
            String message = String.valueOf(e.getMessage());
            if (e.kind() != Kind.REFUSED) {
                throw e;
            }
            if (message.toLowerCase(Locale.ROOT).contains("unknown")) {
                unknown.add(command);
            } else {
                into.missing(command, message);
            }
        }
    }

    private interface Part {
        void run() throws StoreException;
    }
}
