package io.kvops.stores.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.kvops.stores.Measurement;
import io.kvops.stores.Measurement.State;
import io.kvops.stores.StoreAddress;
import io.kvops.stores.StoreDescription;
import io.kvops.stores.Stores;
import io.kvops.stores.testing.ServerProcess;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RedisIT {
    /** What moves between two looks, and how far. */
    private static final Map<String, Double> MOVING = Map.ofEntries(
            Map.entry("used_memory", 200_000.0),
            Map.entry("used_memory_rss", 4e6),
            Map.entry("used_memory_peak", 200_000.0),
            Map.entry("used_memory_overhead", 200_000.0),
            Map.entry("used_memory_dataset", 200_000.0),
            Map.entry("mem_fragmentation_ratio", 5.0),
            Map.entry("mem_fragmentation_bytes", 4e6),
            Map.entry("allocator_frag_ratio", 1.0),
            Map.entry("mem_clients_normal", 200_000.0),
            Map.entry("connected_clients", 1.0),
            Map.entry("total_connections_received", 1.0),
            Map.entry("total_commands_processed", 20.0),
            Map.entry("total_error_replies", 2.0),
            Map.entry("instantaneous_ops_per_sec", 50.0),
            Map.entry("total_net_input_bytes", 2_000.0),
            Map.entry("total_net_output_bytes", 100_000.0),
            Map.entry("uptime_in_seconds", 1.0),
            Map.entry("used_cpu_sys", 0.5),
            Map.entry("used_cpu_user", 0.5),
            Map.entry("used_cpu_sys_main_thread", 0.5),
            Map.entry("used_cpu_user_main_thread", 0.5));

    private final Clock clock = Clock.systemUTC();

    /** Valkey where it is installed: Debian has it since 13. */
    static List<String> programs() {
        return ServerProcess.isThere("valkey-server")
                ? List.of("redis-server", "valkey-server")
                : List.of("redis-server");
    }

    @ParameterizedTest
    @MethodSource("programs")
    @DisplayName("every gauge is the field of INFO that redis-cli, or valkey-cli, prints")
    void measure_everyField_equalsTheServersOwnTool(String program, @TempDir Path dir) throws Exception {
        try (ServerProcess server = start(program, dir, "--appendonly", "yes", "--maxmemory", "100mb");
                Stores stores = Stores.load()) {
            work(server);

            Measurement found = stores.measure(address(server, ""), Duration.ofSeconds(10), clock);
            Info info = Info.of(server.cli("INFO", "all"));

            assertThat(found.state()).as(found.problem()).isEqualTo(State.UP);
            for (InfoGauges.Field field : InfoGauges.FIELDS) {
                if (!info.has(field.name())) {
                    assertThat(found.values()).doesNotContainKey(field.gauge());
                    continue;
                }
                assertThat(found.values())
                        .as(field.name())
                        .hasEntrySatisfying(
                                field.gauge(),
                                v -> assertThat(v)
                                        .isCloseTo(
                                                info.number(field.name()) * field.scale(),
                                                within(MOVING.getOrDefault(field.name(), 1e-9) + 1e-9)));
            }
            assertThat(found.values())
                    .containsEntry("keys.count", 101.0)
                    .containsEntry("redis.db0.keys.count", 100.0)
                    .containsEntry("redis.db3.keys.count", 1.0)
                    .containsEntry("redis.keys.expiring.count", 1.0)
                    .containsEntry("memory.limit.bytes", 100.0 * 1024 * 1024)
                    .containsEntry("storage.used.bytes", info.number("aof_current_size"))
                    .containsEntry("hits.count.total", 1.0)
                    .containsEntry("misses.count.total", 1.0)
                    .containsEntry("redis.command.get.calls.count.total", 2.0)
                    .containsKeys("redis.command.get.p99.seconds", "redis.clients.idle.max.seconds")
                    .containsKeys("redis.allocator.active.bytes");
            assertThat(found.values().get("redis.command.set.time.seconds.total"))
                    .isEqualTo(Info.number(info.lists("cmdstat_").get("set").get("usec"), -1) * 1e-6);
        }
    }

    private static void work(ServerProcess server) throws Exception {
        for (int i = 0; i < 99; i++) {
            server.cli("SET", "key:" + i, "value");
        }
        server.cli("SET", "short", "value", "EX", "1000");
        server.cli("-n", "3", "SET", "other", "value");
        server.cli("GET", "key:1");
        server.cli("GET", "nothing");
    }

    @ParameterizedTest
    @MethodSource("programs")
    void describe_aServer_saysWhatItIs(String program, @TempDir Path dir) throws Exception {
        try (ServerProcess server = start(program, dir, "--maxmemory", "50mb");
                Stores stores = Stores.load()) {
            StoreDescription is = stores.describe(address(server, ""), Duration.ofSeconds(10), clock);

            String product = program.replace("-server", "");
            assertThat(is.product()).isEqualTo(product);
            assertThat(is.version())
                    .isEqualTo(Info.of(server.cli("INFO", "server")).text(product + "_version"));
            assertThat(is.role()).isEqualTo("master");
            assertThat(is.topology()).isEqualTo("standalone");
            assertThat(is.limits())
                    .containsEntry("memory.limit.bytes", 50.0 * 1024 * 1024)
                    .containsEntry("connections.limit.count", 10_000.0);
        }
    }

    private static ServerProcess start(String program, Path dir, String... options) throws Exception {
        ServerProcess.require("redis-server", "redis-server");
        ServerProcess.require("redis-cli", "redis-tools");
        return ServerProcess.redisLike(program, dir, ServerProcess.freePort(), options);
    }

    private static StoreAddress address(ServerProcess server, String credentials) {
        return StoreAddress.parse("redis://" + credentials + "127.0.0.1:" + server.port());
    }
}
