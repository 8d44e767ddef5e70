package io.kvops.stores.redis;

import io.kvops.stores.Reading;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Which field of INFO is which gauge. The table in README.md says the same, and a test compares the two. */
final class InfoGauges {
    private static final int MAX_COMMANDS = 64;
    private static final int MAX_ERRORS = 32;
    private static final int MAX_DATABASES = 64;
    private static final double MICRO = 1e-6;

    /** @param scale from the field's unit to the gauge's */
    record Field(String name, String gauge, double scale) {}

    static final List<Field> FIELDS = List.of(
            f("uptime_in_seconds", "uptime.seconds"),
            f("used_memory", "memory.used.bytes"),
            f("used_memory_rss", "memory.resident.bytes"),
            f("used_memory_peak", "memory.peak.bytes"),
            f("total_system_memory", "memory.system.bytes"),
            f("connected_clients", "connections.open.count"),
            f("maxclients", "connections.limit.count"),
            f("blocked_clients", "connections.blocked.count"),
            f("total_connections_received", "connections.accepted.count.total"),
            f("rejected_connections", "connections.rejected.count.total"),
            f("total_commands_processed", "operations.count.total"),
            f("total_error_replies", "errors.count.total"),
            f("keyspace_hits", "hits.count.total"),
            f("keyspace_misses", "misses.count.total"),
            f("evicted_keys", "evictions.count.total"),
            f("expired_keys", "expirations.count.total"),
            f("total_net_input_bytes", "network.in.bytes.total"),
            f("total_net_output_bytes", "network.out.bytes.total"),
            f("connected_slaves", "replication.replicas.count"),
            f("used_memory_overhead", "redis.memory.overhead.bytes"),
            f("used_memory_dataset", "redis.memory.dataset.bytes"),
            f("used_memory_startup", "redis.memory.startup.bytes"),
            f("used_memory_scripts", "redis.memory.scripts.bytes"),
            f("mem_fragmentation_ratio", "redis.fragmentation.ratio"),
            f("mem_fragmentation_bytes", "redis.fragmentation.bytes"),
            f("allocator_frag_ratio", "redis.allocator.fragmentation.ratio"),
            f("mem_clients_normal", "redis.memory.clients.bytes"),
            f("mem_clients_slaves", "redis.memory.replicas.bytes"),
            f("mem_replication_backlog", "redis.memory.backlog.bytes"),
            f("mem_aof_buffer", "redis.memory.aof.bytes"),
            f("mem_not_counted_for_evict", "redis.memory.unevictable.bytes"),
            f("lazyfree_pending_objects", "redis.lazyfree.pending.count"),
            f("active_defrag_running", "redis.defragmentation.running.ratio", 0.01),
            f("loading", "redis.loading.ratio"),
            f("rdb_changes_since_last_save", "redis.rdb.changes.count"),
            f("rdb_last_save_time", "redis.rdb.saved.at.seconds"),
            f("rdb_bgsave_in_progress", "redis.rdb.saving.ratio"),
            f("rdb_last_cow_size", "redis.rdb.copied.bytes"),
            f("aof_current_size", "redis.aof.size.bytes"),
            f("aof_base_size", "redis.aof.base.bytes"),
            f("aof_rewrite_in_progress", "redis.aof.rewriting.ratio"),
            f("aof_delayed_fsync", "redis.aof.delayed.fsyncs.count.total"),
            f("latest_fork_usec", "redis.fork.last.seconds", MICRO),
            f("total_forks", "redis.forks.count.total"),
            f("instantaneous_ops_per_sec", "redis.operations.each.second.count"),
            f("expired_stale_perc", "redis.expired.stale.ratio", 0.01),
            f("evicted_clients", "redis.evicted.clients.count.total"),
            f("tracking_clients", "redis.tracking.clients.count"),
            f("pubsub_channels", "redis.pubsub.channels.count"),
            f("pubsub_patterns", "redis.pubsub.patterns.count"),
            f("sync_full", "redis.sync.full.count.total"),
            f("sync_partial_ok", "redis.sync.partial.count.total"),
            f("sync_partial_err", "redis.sync.refused.count.total"),
            f("total_net_repl_input_bytes", "redis.replication.in.bytes.total"),
            f("total_net_repl_output_bytes", "redis.replication.out.bytes.total"),
            f("repl_backlog_size", "redis.replication.backlog.bytes"),
            f("repl_backlog_histlen", "redis.replication.backlog.used.bytes"),
            f("used_cpu_sys", "redis.cpu.system.seconds.total"),
            f("used_cpu_user", "redis.cpu.user.seconds.total"),
            f("used_cpu_sys_children", "redis.cpu.children.system.seconds.total"),
            f("used_cpu_user_children", "redis.cpu.children.user.seconds.total"),
            f("used_cpu_sys_main_thread", "redis.cpu.main.system.seconds.total"),
            f("used_cpu_user_main_thread", "redis.cpu.main.user.seconds.total"));

    private InfoGauges() {}

    private static Field f(String name, String gauge) {
        return f(name, gauge, 1);
    }

    private static Field f(String name, String gauge, double scale) {
        return new Field(name, gauge, scale);
    }

    static void put(Info info, Reading into) {
        for (Field field : FIELDS) {
            into.put(field.gauge(), info.number(field.name()) * field.scale());
        }
        into.put("cpu.used.seconds.total", info.number("used_cpu_sys") + info.number("used_cpu_user"));
        if (info.number("maxmemory") > 0) {
            into.put("memory.limit.bytes", info.number("maxmemory"));
        }
        if (info.number("aof_enabled") > 0) {
            into.put("storage.used.bytes", info.number("aof_current_size"));
        }
        okay(info, "rdb_last_bgsave_status", "redis.rdb.okay.ratio", into);
        okay(info, "aof_last_write_status", "redis.aof.okay.ratio", into);
        keys(info, into);
        commands(info, into);
        errors(info, into);
    }

    private static void okay(Info info, String field, String gauge, Reading into) {
        if (info.has(field)) {
            into.put(gauge, info.text(field).equals("ok") ? 1 : 0);
        }
    }

    private static void keys(Info info, Reading into) {
        if (!info.has("uptime_in_seconds")) {
            return;
        }
        double keys = 0;
        double expiring = 0;
        int databases = 0;
        for (Map.Entry<String, Map<String, String>> db : info.lists("db").entrySet()) {
            if (!db.getKey().matches("\\d+")) {
                continue;
            }
            double here = Info.number(db.getValue().get("keys"), 0);
            keys += here;
            expiring += Info.number(db.getValue().get("expires"), 0);
            if (databases++ < MAX_DATABASES) {
                into.put("redis.db" + db.getKey() + ".keys.count", here);
            }
        }
        into.put("keys.count", keys);
        into.put("redis.keys.expiring.count", expiring);
    }

    private static void commands(Info info, Reading into) {
        Map<String, Map<String, String>> latencies = info.lists("latency_percentiles_usec_");
        info.lists("cmdstat_").entrySet().stream()
                .sorted(Comparator.comparingDouble((Map.Entry<String, Map<String, String>> c) ->
                        -Info.number(c.getValue().get("usec"), 0)))
                .limit(MAX_COMMANDS)
                .forEach(command -> {
                    String gauge = "redis.command." + Info.word(command.getKey()) + ".";
                    Map<String, String> stats = command.getValue();
                    into.put(gauge + "calls.count.total", Info.number(stats.get("calls"), Double.NaN));
                    into.put(gauge + "time.seconds.total", Info.number(stats.get("usec"), Double.NaN) * MICRO);
                    into.put(gauge + "failed.count.total", Info.number(stats.get("failed_calls"), Double.NaN));
                    into.put(gauge + "rejected.count.total", Info.number(stats.get("rejected_calls"), Double.NaN));
                    latencies
                            .getOrDefault(command.getKey(), Map.of())
                            .forEach((percentile, micros) -> into.put(
                                    gauge + Info.word(percentile.replace(".", "")) + ".seconds",
                                    Info.number(micros, Double.NaN) * MICRO));
                });
    }

    private static void errors(Info info, Reading into) {
        info.lists("errorstat_").entrySet().stream()
                .sorted(Comparator.comparingDouble((Map.Entry<String, Map<String, String>> e) ->
                        -Info.number(e.getValue().get("count"), 0)))
                .limit(MAX_ERRORS)
                .forEach(error -> into.put(
                        "redis.error." + Info.word(error.getKey()) + ".count.total",
                        Info.number(error.getValue().get("count"), Double.NaN)));
    }
}
