package io.kvops.stores.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.kvops.stores.Measurement;
import io.kvops.stores.Measurement.State;
import io.kvops.stores.ProbeTarget;
import io.kvops.stores.Prober;
import io.kvops.stores.ProberConfig;
import io.kvops.stores.StoreAddress;
import io.kvops.stores.StoreEvent;
import io.kvops.stores.StoreException;
import io.kvops.stores.testing.Addresses;
import io.kvops.stores.testing.RedisCluster;
import io.kvops.stores.testing.ServerProcess;
import io.kvops.stores.testing.Sink;
import io.kvops.stores.testing.TestCertificates;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a Redis tells once, and how it refuses. */
class RedisStatesIT {
    private final Sink sink = new Sink();

    @Test
    @DisplayName("each entry of SLOWLOG is an event once, with its key and never a value; old entries are not told")
    void slowlog_eachEntry_isAnEventOnce(@TempDir Path dir) throws Exception {
        try (ServerProcess server = ServerProcess.redis(dir, "--slowlog-log-slower-than", "1000000")) {
            String subject = "redis://127.0.0.1:" + server.port();
            server.cli("CONFIG", "SET", "slowlog-log-slower-than", "0");
            server.cli("SET", "before", "hidden");
            server.cli("CONFIG", "SET", "slowlog-log-slower-than", "1000000");
            try (Prober prober = prober(subject)) {
                await().atMost(Addresses.TIMEOUT).until(() -> sink.of(subject).size() >= 2);
                server.cli("CONFIG", "SET", "slowlog-log-slower-than", "0");
                server.cli("SET", "user:1", "hidden");
                server.cli("CONFIG", "SET", "slowlog-log-slower-than", "1000000");
                await().atMost(Addresses.TIMEOUT)
                        .until(() -> slow(subject).stream()
                                .anyMatch(e -> "SET".equals(e.details().get("command"))));
                int size = sink.of(subject).size();
                await().atMost(Addresses.TIMEOUT).until(() -> sink.of(subject).size() > size + 3);

                List<StoreEvent> sets = slow(subject).stream()
                        .filter(e -> "SET".equals(e.details().get("command")))
                        .toList();
                assertThat(sets).singleElement().satisfies(e -> {
                    assertThat(e.details()).containsEntry("key", "user:1").containsEntry("words", "3");
                    assertThat(e.title()).startsWith("SET user:1 took");
                });
                assertThat(slow(subject).stream().map(e -> e.details().get("id")))
                        .doesNotHaveDuplicates();
                assertThat(sink.of(subject).toString()).doesNotContain("hidden").doesNotContain("before");
                Measurement last = sink.of(subject).get(sink.of(subject).size() - 1);
                assertThat(last.values().get("redis.slowlog.missed.count.total"))
                        .isZero();
                assertThat(prober.stats().failures()).isZero();
            }
        }
    }

    private List<StoreEvent> slow(String subject) {
        return sink.events(subject, StoreEvent.Type.SLOW_OPERATION);
    }

    @Test
    @DisplayName("a user who may not do all: the rest is measured, and what is missing is said")
    void acl_withoutSomeCommands_isDegraded(@TempDir Path dir) throws Exception {
        try (ServerProcess server = ServerProcess.redis(dir)) {
            server.cli("ACL", "SETUSER", "watch", "on", ">pw", "+info", "+slowlog", "+memory|stats");
            Measurement found = Addresses.measure("redis://watch:pw@127.0.0.1:" + server.port());

            assertThat(found.state()).isEqualTo(State.DEGRADED);
            assertThat(found.problem())
                    .contains("LATENCY")
                    .contains("CLIENT LIST")
                    .contains("MEMORY DOCTOR")
                    .doesNotContain("SLOWLOG")
                    .doesNotContain("pw");
            assertThat(found.values()).containsKeys("memory.used.bytes", "redis.allocator.active.bytes");

            server.cli("ACL", "SETUSER", "blind", "on", ">pw", "+slowlog");
            Measurement less = Addresses.measure("redis://blind:pw@127.0.0.1:" + server.port());
            assertThat(less.state()).isEqualTo(State.DEGRADED);
            assertThat(less.problem()).contains("INFO").doesNotContain("more than");
            assertThat(less.values())
                    .containsKey("redis.slowlog.entries.count.total")
                    .doesNotContainKey("keys.count");
        }
    }

    @Test
    @DisplayName("symptom: a command that a server does not know was an error of that server at each look")
    void command_thatIsNotKnown_isAskedOnce(@TempDir Path dir) throws Exception {
        try (ServerProcess server = ServerProcess.redis(
                dir,
                "--rename-command",
                "SLOWLOG",
                "",
                "--rename-command",
                "LATENCY",
                "",
                "--rename-command",
                "MEMORY",
                "")) {
            String subject = "redis://127.0.0.1:" + server.port();
            try (Prober prober = prober(subject)) {
                await().until(() -> sink.of(subject).size() >= 5);
                assertThat(prober.stats().failures()).isZero();
            }
            assertThat(sink.of(subject)).allMatch(m -> m.state() == State.UP);
            assertThat(sink.of(subject).stream()
                            .skip(1)
                            .map(m -> m.values().get("errors.count.total"))
                            .distinct())
                    .hasSize(1);
        }
    }

    @Test
    @DisplayName(
            "a wrong password: the server is there, nothing of it is measured, and it is said without the password")
    void password_wrong_isRefusedNotDown(@TempDir Path dir) throws Exception {
        try (ServerProcess server = ServerProcess.redis(dir, "--requirepass", "right")) {
            String subject = "redis://127.0.0.1:" + server.port();
            for (String login : List.of("default:wr0ng@", "")) {
                assertThatThrownBy(() -> Addresses.measure("redis://" + login + "127.0.0.1:" + server.port()))
                        .isInstanceOfSatisfying(
                                StoreException.class, e -> assertThat(e.kind()).isEqualTo(StoreException.Kind.REFUSED))
                        .hasMessageContaining("127.0.0.1:" + server.port())
                        .message()
                        .doesNotContain("wr0ng");
            }
            assertThat(Addresses.measure("redis://:right@127.0.0.1:" + server.port())
                            .state())
                    .isEqualTo(State.UP);
            try (Prober prober = prober("redis://:wr0ng@127.0.0.1:" + server.port())) {
                await().atMost(Addresses.TIMEOUT).until(() -> sink.of(subject).size() >= 2);
                assertThat(prober.status().get(0).state()).isEqualTo(State.DEGRADED);
                assertThat(sink.of(subject)).allMatch(m -> m.values().isEmpty());
                assertThat(sink.events(subject, StoreEvent.Type.DEGRADED)).hasSize(1);
                assertThat(sink.events(subject, StoreEvent.Type.DOWN)).isEmpty();
            }
        }
    }

    @Test
    @DisplayName("a master knows its replica's lag; a replica whose master is gone says how long")
    void replicas_lag_isMeasured(@TempDir Path dir) throws Exception {
        try (ServerProcess master = ServerProcess.redis(dir.resolve("m"), "--repl-diskless-sync-delay", "0");
                ServerProcess replica =
                        ServerProcess.redis(dir.resolve("r"), "--replicaof", "127.0.0.1 " + master.port())) {
            await().atMost(Addresses.TIMEOUT)
                    .until(() -> replica.cli("INFO", "replication").contains("master_link_status:up"));
            await().atMost(Addresses.TIMEOUT)
                    .until(() -> master.cli("INFO", "replication").contains("state=online"));
            master.cli("SET", "key", "value");

            Measurement one = Addresses.measure("redis://127.0.0.1:" + master.port());
            Measurement two = Addresses.measure("redis://127.0.0.1:" + replica.port());
            assertThat(one.values())
                    .containsEntry("replication.replicas.count", 1.0)
                    .containsEntry("redis.replication.online.count", 1.0)
                    .containsKeys("replication.lag.bytes", "replication.lag.seconds");
            assertThat(two.values()).containsEntry("replication.linked.ratio", 1.0);

            // stopped, it acknowledges nothing more: the master sees it fall behind
            signal("-STOP", replica);
            try {
                master.cli("SET", "big", "x".repeat(50_000));
                assertThat(Addresses.measure("redis://127.0.0.1:" + master.port())
                                .values()
                                .get("replication.lag.bytes"))
                        .isGreaterThan(50_000);
            } finally {
                signal("-CONT", replica);
            }
            master.kill();
            await().atMost(Addresses.TIMEOUT)
                    .untilAsserted(() -> assertThat(Addresses.measure("redis://127.0.0.1:" + replica.port())
                                    .values())
                            .containsEntry("replication.linked.ratio", 0.0)
                            .hasEntrySatisfying(
                                    "replication.lag.seconds",
                                    s -> assertThat(s).isNotNegative()));
        }
    }

    private static void signal(String signal, ServerProcess to) throws Exception {
        ServerProcess.output(List.of("kill", signal, Long.toString(to.pid())));
    }

    @Test
    void tls_withItsCa_isMeasuredAndWithoutRefused(@TempDir Path dir) throws Exception {
        ServerProcess.require("redis-server", "redis-server");
        TestCertificates made = TestCertificates.in(dir).sign("server");
        int port = ServerProcess.freePort();
        List<String> command = new ArrayList<>(List.of(
                "redis-server",
                "--port",
                "0",
                "--tls-port",
                Integer.toString(port),
                "--bind",
                "127.0.0.1",
                "--tls-cert-file",
                made.certificate("server").toString(),
                "--tls-key-file",
                made.key("server").toString(),
                "--tls-ca-cert-file",
                made.authority().toString(),
                "--tls-auth-clients",
                "no",
                "--save",
                "",
                "--dir",
                dir.toString()));
        try (ServerProcess server = ServerProcess.start(command, dir.resolve("log"), port)) {
            String address = "rediss://127.0.0.1:" + server.port();
            Measurement found = Addresses.measure(address + "?ca=" + made.authority());
            assertThat(found.state()).as(found.problem()).isEqualTo(State.UP);
            assertThat(found.subject()).isEqualTo(address);
            assertThat(Addresses.measure(address + "?verify=none").state()).isEqualTo(State.UP);
            assertThatThrownBy(() -> Addresses.measure(address))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("127.0.0.1");
        }
    }

    @Test
    @DisplayName("a spike that the server's latency monitor saw is an event once")
    void latency_spike_isAnEventOnce(@TempDir Path dir) throws Exception {
        try (ServerProcess server =
                ServerProcess.redis(dir, "--latency-monitor-threshold", "20", "--enable-debug-command", "yes")) {
            String subject = "redis://127.0.0.1:" + server.port();
            try (Prober prober = prober(subject)) {
                await().atMost(Addresses.TIMEOUT).until(() -> sink.of(subject).size() >= 2);
                server.cli("DEBUG", "SLEEP", "0.05");
                await().atMost(Addresses.TIMEOUT)
                        .until(() -> !sink.events(subject, StoreEvent.Type.LATENCY_SPIKE)
                                .isEmpty());
                int size = sink.of(subject).size();
                await().atMost(Addresses.TIMEOUT).until(() -> sink.of(subject).size() > size + 2);
                assertThat(sink.events(subject, StoreEvent.Type.LATENCY_SPIKE).stream()
                                .filter(e -> "command".equals(e.details().get("event"))))
                        .hasSize(1);
                assertThat(prober.stats().sinkFailures()).isZero();
            }
        }
    }

    @Test
    @DisplayName("a cluster of three: each node for itself, the sums for all, and a dead node as down")
    void cluster_ofThree_isMeasuredByNode(@TempDir Path dir) throws Exception {
        try (RedisCluster cluster = RedisCluster.start(dir, 3)) {
            List<ServerProcess> nodes = cluster.nodes();
            for (int i = 0; i < 30; i++) {
                cluster.cli("SET", "key" + i, "v");
            }
            String address = cluster.address();
            try (Prober prober = prober(address)) {
                await().atMost(Addresses.TIMEOUT).until(() -> prober.stats().up() == 1);
                Measurement whole = last(address);
                assertThat(whole.values())
                        .containsEntry("keys.count", 30.0)
                        .containsEntry("redis.cluster.slots.assigned.count", 16_384.0)
                        .containsEntry("redis.cluster.nodes.count", 3.0);
                double keys = 0;
                for (ServerProcess node : nodes) {
                    Measurement one = last("redis://127.0.0.1:" + node.port());
                    assertThat(one.state()).isEqualTo(State.UP);
                    keys += one.values().get("keys.count");
                }
                assertThat(keys).isEqualTo(30);

                nodes.get(2).kill();
                String dead = "redis://127.0.0.1:" + nodes.get(2).port();
                await().atMost(Addresses.TIMEOUT).until(() -> last(dead).state() == State.DOWN);
                await().atMost(Addresses.TIMEOUT).until(() -> last(address).state() == State.DEGRADED);
                assertThat(last(address).values()).doesNotContainKey("keys.count");
                assertThat(sink.events(dead, StoreEvent.Type.DOWN)).isNotEmpty();
            }
        }
    }

    private Measurement last(String subject) {
        List<Measurement> all = sink.of(subject);
        return all.get(all.size() - 1);
    }

    /** A second for an answer, and to the next question: a machine that is busy takes its time. */
    private Prober prober(String address) {
        Duration each = Duration.ofSeconds(1);
        ProbeTarget target = new ProbeTarget(StoreAddress.parse(address), "", each, each, Map.of());
        Prober prober = Prober.open(
                new ProberConfig(List.of(target), 4, Duration.ofMillis(300), true), sink, Clock.systemUTC());
        prober.start();
        return prober;
    }
}
