package io.kvops.stores.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kvops.stores.Measurement;
import io.kvops.stores.Measurement.State;
import io.kvops.stores.ProbeTarget;
import io.kvops.stores.Prober;
import io.kvops.stores.ProberConfig;
import io.kvops.stores.StoreAddress;
import io.kvops.stores.StoreEvent;
import io.kvops.stores.testing.Addresses;
import io.kvops.stores.testing.ServerProcess;
import io.kvops.stores.testing.Sink;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real sentinel, which makes the replica the master when that one dies. */
class SentinelIT {
    private final Sink sink = new Sink();

    @Test
    @DisplayName(
            "the master that the sentinel names is measured; when it dies: down, never zeros, then the next master")
    void failover_isReportedAndTheNextMasterMeasured(@TempDir Path dir) throws Exception {
        // each is told apart by its limit of memory
        try (ServerProcess master = ServerProcess.redis(dir.resolve("one"), "--maxmemory", "101mb");
                ServerProcess replica = ServerProcess.redis(
                        dir.resolve("two"), "--maxmemory", "202mb", "--replicaof", "127.0.0.1 " + master.port());
                ServerProcess sentinel = sentinel(dir, master.port())) {
            // a sentinel looks for replicas every ten seconds, and the first copy waits five
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> sentinel.cli("SENTINEL", "REPLICAS", "shop").contains("127.0.0.1:" + replica.port())
                            && replica.cli("INFO", "replication").contains("master_link_status:up"));
            master.cli("SET", "key", "value");
            await().atMost(Addresses.TIMEOUT)
                    .until(() -> replica.cli("GET", "key").contains("value"));
            String subject = "redis-sentinel://127.0.0.1:" + sentinel.port() + "/shop";
            try (Prober prober = prober(subject)) {
                await().atMost(Duration.ofSeconds(60)).until(() -> up(101));
                checkSays(master, last());
                assertThat(last().subject()).isEqualTo(subject);

                master.kill();
                await().atMost(Duration.ofSeconds(60)).until(() -> up(202));
                checkSays(replica, last());
                assertThat(prober.status().get(0).state()).isEqualTo(State.UP);

                assertThat(sink.events(subject, StoreEvent.Type.DOWN)).isNotEmpty();
                assertThat(sink.events(subject, StoreEvent.Type.UP)).isNotEmpty();
                // another server's counters are no continuation of the first one's
                assertThat(sink.events(subject, StoreEvent.Type.RESTARTED)).hasSize(1);
                assertThat(sink.of(subject)).allSatisfy(m -> {
                    if (m.state() == State.DOWN) {
                        assertThat(m.values()).isEmpty();
                        assertThat(m.problem()).isNotEmpty();
                    } else {
                        assertThat(m.values().get("memory.used.bytes")).isPositive();
                        assertThat(m.values()).containsEntry("keys.count", 1.0);
                    }
                });
            }
        }
    }

    @Test
    void sentinel_thatKnowsNoSuchMaster_saysSo(@TempDir Path dir) throws Exception {
        try (ServerProcess master = ServerProcess.redis(dir.resolve("one"));
                ServerProcess sentinel = sentinel(dir, master.port())) {
            org.assertj.core.api.Assertions.assertThatThrownBy(
                            () -> Addresses.measure("redis-sentinel://127.0.0.1:" + sentinel.port() + "/shpo"))
                    .hasMessageContaining("127.0.0.1:" + sentinel.port() + " knows no master shpo");
        }
    }

    private static void checkSays(ServerProcess server, Measurement found) throws Exception {
        Info info = Info.of(server.cli("INFO", "all"));
        Map<String, Double> values = found.values();
        assertThat(values)
                .containsEntry("memory.limit.bytes", info.number("maxmemory"))
                .containsEntry("connections.limit.count", info.number("maxclients"))
                .containsEntry("keys.count", 1.0)
                .containsEntry("replication.replicas.count", info.number("connected_slaves"));
        assertThat(values.get("operations.count.total"))
                .isPositive()
                .isLessThanOrEqualTo(info.number("total_commands_processed"));
        assertThat(values.get("connections.accepted.count.total"))
                .isPositive()
                .isLessThanOrEqualTo(info.number("total_connections_received"));
    }

    private static ServerProcess sentinel(Path dir, int master) throws Exception {
        int port = ServerProcess.freePort();
        Path config = Files.writeString(
                Files.createDirectories(dir.resolve("sentinel")).resolve("sentinel.conf"),
                String.join(
                        "\n",
                        "port " + port,
                        "bind 127.0.0.1",
                        "dir " + dir.resolve("sentinel"),
                        "sentinel monitor shop 127.0.0.1 " + master + " 1",
                        "sentinel down-after-milliseconds shop 1000",
                        "sentinel failover-timeout shop 5000",
                        ""));
        return ServerProcess.start(
                List.of("redis-server", config.toString(), "--sentinel"), dir.resolve("sentinel.log"), port);
    }

    private boolean up(int megabytes) {
        Measurement last = last();
        return last.state() == State.UP
                && last.values().get("memory.limit.bytes") == megabytes * 1024.0 * 1024
                && last.values().getOrDefault("replication.replicas.count", 9.0) == (megabytes == 101 ? 1 : 0);
    }

    private Measurement last() {
        await().atMost(Addresses.TIMEOUT).until(() -> !sink.all().isEmpty());
        return sink.all().get(sink.all().size() - 1);
    }

    private Prober prober(String address) {
        ProbeTarget target = new ProbeTarget(
                StoreAddress.parse(address), "", Duration.ofSeconds(1), Duration.ofSeconds(1), Map.of());
        Prober prober = Prober.open(
                new ProberConfig(List.of(target), 4, Duration.ofMillis(300), true), sink, Clock.systemUTC());
        prober.start();
        return prober;
    }
}
