package io.kvops.stores.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kvops.stores.Measurement;
import io.kvops.stores.Measurement.State;
import io.kvops.stores.StoreAddress;
import io.kvops.stores.StoreDescription;
import io.kvops.stores.Stores;
import io.kvops.stores.prometheus.PrometheusText;
import io.kvops.stores.testing.Addresses;
import io.kvops.stores.testing.ServerProcess;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EtcdIT {
    /** Nothing but our own look moves between ours and the tool's, but for these. */
    private static final Set<String> MOVING = Set.of(
            "process_resident_memory_bytes",
            "process_cpu_seconds_total",
            "process_open_fds",
            "grpc_server_handled_total",
            "etcd_network_client_grpc_received_bytes_total",
            "etcd_network_client_grpc_sent_bytes_total",
            "etcd_disk_backend_commit_duration_seconds_sum",
            "etcd_disk_backend_commit_duration_seconds_count",
            "etcd_disk_wal_fsync_duration_seconds_sum",
            "etcd_disk_wal_fsync_duration_seconds_count",
            "etcd_server_slow_read_indexes_total");

    @Test
    void measure_everyGauge_equalsWhatEtcdctlAndItsMetricsSay(@TempDir Path dir) throws Exception {
        try (ServerProcess server = etcd(dir)) {
            String endpoint = "http://127.0.0.1:" + server.port();
            for (int i = 0; i < 20; i++) {
                ctl(endpoint, "put", "key" + i, "value");
            }

            Measurement found = Addresses.measure("etcd://127.0.0.1:" + server.port());
            JsonNode status = new ObjectMapper()
                    .readTree(ctl(endpoint, "endpoint", "status", "-w", "json"))
                    .get(0)
                    .get("Status");
            PrometheusText metrics = PrometheusText.parse(new String(
                    URI.create(endpoint + "/metrics").toURL().openStream().readAllBytes(), "UTF-8"));

            assertThat(found.state()).as(found.problem()).isEqualTo(State.UP);
            assertThat(found.values())
                    .containsEntry("storage.used.bytes", status.get("dbSize").asDouble())
                    .containsEntry("keys.count", 20.0)
                    .containsEntry(
                            "etcd.raft.term.count.total", status.get("raftTerm").asDouble())
                    .containsEntry(
                            "etcd.revision.count.total",
                            status.get("header").get("revision").asDouble())
                    .containsEntry("etcd.alarms.count", 0.0);
            for (EtcdGauges.Field field : EtcdGauges.FIELDS) {
                double own = metrics.sum(field.metric());
                assertThat(own).as(field.metric()).isNotNaN();
                double slack = MOVING.contains(field.metric()) ? Math.max(50_000, own / 2) : 1e-9;
                assertThat(found.values().get(field.gauge())).as(field.metric()).isCloseTo(own, within(slack));
            }
        }
    }

    @Test
    void describe_aMember_saysVersionRoleAndLimits(@TempDir Path dir) throws Exception {
        try (ServerProcess server = etcd(dir);
                Stores stores = Stores.load()) {
            StoreDescription is = stores.describe(
                    StoreAddress.parse("etcd://127.0.0.1:" + server.port()), Addresses.TIMEOUT, Clock.systemUTC());

            assertThat(ServerProcess.output(List.of("etcd", "--version"))).contains(is.version());
            assertThat(is.role()).isEqualTo("leader");
            assertThat(is.limits()).containsKey("storage.limit.bytes");
        }
    }

    private static String ctl(String endpoint, String... words) throws Exception {
        List<String> command =
                new java.util.ArrayList<>(List.of("env", "ETCDCTL_API=3", "etcdctl", "--endpoints", endpoint));
        command.addAll(List.of(words));
        return ServerProcess.output(command);
    }

    private static ServerProcess etcd(Path dir) throws Exception {
        ServerProcess.require("etcd", "etcd-server");
        ServerProcess.require("etcdctl", "etcd-client");
        int port = ServerProcess.freePort();
        String client = "http://127.0.0.1:" + port;
        String peer = "http://127.0.0.1:" + ServerProcess.freePort();
        ServerProcess server = ServerProcess.start(
                List.of(
                        "etcd",
                        "--name",
                        "m1",
                        "--data-dir",
                        dir.resolve("etcd").toString(),
                        "--listen-client-urls",
                        client,
                        "--advertise-client-urls",
                        client,
                        "--listen-peer-urls",
                        peer,
                        "--initial-advertise-peer-urls",
                        peer,
                        "--initial-cluster",
                        "m1=" + peer),
                dir.resolve("etcd.log"),
                port);
        org.awaitility.Awaitility.await()
                .atMost(Addresses.TIMEOUT)
                .until(() -> ctl(client, "endpoint", "health").contains("is healthy"));
        return server;
    }
}
