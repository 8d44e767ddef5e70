package io.kvops.stores.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kvops.stores.Measurement;
import io.kvops.stores.Measurement.State;
import io.kvops.stores.StoreAddress;
import io.kvops.stores.StoreDescription;
import io.kvops.stores.StoreException;
import io.kvops.stores.Stores;
import io.kvops.stores.prometheus.PrometheusText;
import io.kvops.stores.testing.Addresses;
import io.kvops.stores.testing.Etcd;
import io.kvops.stores.testing.ServerProcess;
import io.kvops.stores.testing.TestCertificates;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
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
        try (ServerProcess server = Etcd.start(dir)) {
            String endpoint = "http://127.0.0.1:" + server.port();
            for (int i = 0; i < 20; i++) {
                Etcd.ctl(endpoint, "put", "key" + i, "value");
            }

            Measurement found = Addresses.measure("etcd://127.0.0.1:" + server.port());
            JsonNode status = new ObjectMapper()
                    .readTree(Etcd.ctl(endpoint, "endpoint", "status", "-w", "json"))
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
        try (ServerProcess server = Etcd.start(dir);
                Stores stores = Stores.load()) {
            StoreDescription is = stores.describe(
                    StoreAddress.parse("etcd://127.0.0.1:" + server.port()), Addresses.TIMEOUT, Clock.systemUTC());

            assertThat(ServerProcess.output(List.of("etcd", "--version"))).contains(is.version());
            assertThat(is.role()).isEqualTo("leader");
            assertThat(is.limits()).containsKey("storage.limit.bytes");
        }
    }

    @Test
    @DisplayName("over TLS, with a certificate of its own where the member wants one, as etcdctl does")
    void tls_mutual_isMeasuredAsEtcdctlDoes(@TempDir Path dir) throws Exception {
        TestCertificates made =
                TestCertificates.in(dir.resolve("tls")).sign("member").sign("collector");
        List<String> door = List.of(
                "--cert-file",
                made.certificate("member").toString(),
                "--key-file",
                made.key("member").toString(),
                "--trusted-ca-file",
                made.authority().toString(),
                "--client-cert-auth");
        String[] login = {
            "--cacert", made.authority().toString(),
            "--cert", made.certificate("collector").toString(),
            "--key", made.key("collector").toString()
        };
        try (ServerProcess server = Etcd.start(dir, "https", door, login)) {
            String endpoint = "https://127.0.0.1:" + server.port();
            for (int i = 0; i < 7; i++) {
                Etcd.ctl(endpoint, Etcd.concat(login, "put", "key" + i, "value"));
            }
            String address = "etcd://127.0.0.1:" + server.port() + "?tls=true&ca=" + made.authority();
            Measurement found = Addresses.measure(
                    address + "&cert=" + made.certificate("collector") + "&key=" + made.key("collector"));
            JsonNode status = new ObjectMapper()
                    .readTree(Etcd.ctl(endpoint, Etcd.concat(login, "endpoint", "status", "-w", "json")))
                    .get(0)
                    .get("Status");

            assertThat(found.state()).as(found.problem()).isEqualTo(State.UP);
            assertThat(found.subject()).isEqualTo("etcd://127.0.0.1:" + server.port());
            assertThat(found.values())
                    .containsEntry("storage.used.bytes", status.get("dbSize").asDouble())
                    .containsEntry("keys.count", 7.0)
                    .containsEntry(
                            "etcd.revision.count.total",
                            status.get("header").get("revision").asDouble());

            assertThatThrownBy(() -> Addresses.measure(address))
                    .as("without a certificate of its own")
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("127.0.0.1:" + server.port());
            assertThatThrownBy(() -> Addresses.measure("etcd://127.0.0.1:" + server.port() + "?tls=true"))
                    .as("an authority that nobody knows")
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("127.0.0.1:" + server.port());
            assertThatThrownBy(() -> Addresses.measure("etcd://127.0.0.1:" + server.port()))
                    .as("without TLS")
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("127.0.0.1:" + server.port());
        }
    }
}
