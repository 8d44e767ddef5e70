package io.kvops.stores.redis;

import io.kvops.stores.Deadline;
import io.kvops.stores.ProbeContext;
import io.kvops.stores.Reading;
import io.kvops.stores.StoreException;
import io.kvops.stores.StoreException.Kind;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

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
        double connected = info.number("connected_clients");
        var slow = asked(() -> server.list("SLOWLOG", "GET", Integer.toString(SlowLog.READ)), "SLOWLOG");
        var spikes = asked(() -> server.list("LATENCY", "LATEST"), "LATENCY");
        var stats = asked(() -> server.list("MEMORY", "STATS"), "MEMORY STATS");
        var doctor = asked(() -> server.text("MEMORY", "DOCTOR"), "MEMORY DOCTOR");
        var clients =
                connected <= ClientList.MAX_CLIENTS ? asked(() -> server.text("CLIENT", "LIST"), "CLIENT LIST") : null;
        var hot = asked(() -> server.list("HOTKEYS", "GET"), "HOTKEYS");
        part("SLOWLOG", slow, into, deadline, answer -> SlowLog.put(answer, memory, context, into));
        part("LATENCY", spikes, into, deadline, answer -> Spikes.put(answer, server, memory, into, deadline));
        part("MEMORY STATS", stats, into, deadline, answer -> MemoryStats.put(answer, into));
        part(
                "MEMORY DOCTOR",
                doctor,
                into,
                deadline,
                answer -> MemoryStats.advice(answer, memory, context.clock().instant(), into));
        part("CLIENT LIST", clients, into, deadline, answer -> ClientList.put(answer, into));
        if (connected > ClientList.MAX_CLIENTS) {
            into.missing("CLIENT LIST", "not asked with more than " + ClientList.MAX_CLIENTS + " clients");
        }
        part("HOTKEYS", hot, into, deadline, answer -> HotKeys.put(answer, memory, context, into));
        if (info.number("cluster_enabled") > 0) {
            var cluster = asked(() -> server.text("CLUSTER", "INFO"), "CLUSTER INFO");
            part("CLUSTER INFO", cluster, into, deadline, answer -> clusterInfo(answer, into));
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

    /** Sends a command, unless the server is known not to know it. */
    private <T> RedisServer.@Nullable Pending<T> asked(Supplier<RedisServer.Pending<T>> send, String command) {
        return unknown.contains(command) ? null : send.get();
    }

    private <T> void part(
            String command, RedisServer.@Nullable Pending<T> asked, Reading into, Deadline deadline, Part<T> part)
            throws StoreException {
        if (asked == null) {
            return;
        }
        try {
            part.take(asked.await(deadline));
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

    private interface Part<T> {
        void take(T answer) throws StoreException;
    }
}
