package io.kvops.stores.data.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.kvops.stores.StoreAddress;
import io.kvops.stores.StoreException;
import io.kvops.stores.data.DataStore;
import io.kvops.stores.data.DataStores;
import io.kvops.stores.data.OpenOptions;
import io.kvops.stores.data.ReadOptions;
import io.kvops.stores.data.RecordCollector;
import io.kvops.stores.data.RecordReader;
import io.kvops.stores.data.RecordWriter;
import io.kvops.stores.data.Slice;
import io.kvops.stores.data.WholeRecord;
import io.kvops.stores.data.WriteOptions;
import io.kvops.stores.testing.ServerProcess;
import io.kvops.stores.testing.TestCertificates;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RedisTlsIT {
    private static final List<String> VERIFYING = List.of("&verify=full", "&verify=ca", "");

    @TempDir
    Path dir;

    @Test
    void recordsGoOverTlsWithATrustedCertificateAlone() throws Exception {
        ServerProcess.require("redis-server", "redis-server");
        TestCertificates made = TestCertificates.in(dir).sign("server").sign("client");
        int port = ServerProcess.freePort();
        List<String> command = new ArrayList<>(List.of("redis-server", "--port", "0", "--bind", "127.0.0.1"));
        command.addAll(List.of("--tls-port", Integer.toString(port), "--save", "", "--dir", dir.toString()));
        command.addAll(List.of("--tls-cert-file", made.certificate("server").toString()));
        command.addAll(List.of("--tls-key-file", made.key("server").toString()));
        command.addAll(List.of("--tls-ca-cert-file", made.authority().toString()));
        try (ServerProcess server = ServerProcess.start(command, dir.resolve("log"), port)) {
            String address = "rediss://127.0.0.1:" + server.port();
            String client = "cert=" + made.certificate("client") + "&key=" + made.key("client");
            byte[] large = new byte[3_000_000];
            for (String verify : VERIFYING) {
                WholeRecord record = WholeRecord.string(Slice.of("key" + verify), Slice.of(large));
                copy(address + "?ca=" + made.authority() + "&" + client + verify, record);
            }
            copy(address + "?verify=none&" + client, WholeRecord.string(Slice.of("key"), Slice.of("")));
            for (String refused : List.of("?" + client, "?ca=" + made.authority())) {
                assertThatThrownBy(() ->
                                DataStores.load().open(StoreAddress.parse(address + refused), OpenOptions.toRead()))
                        .isInstanceOf(StoreException.class)
                        .hasMessageContaining("127.0.0.1:" + port);
            }
        }
    }

    @Test
    void recordsOfAClusterGoOverTls() throws Exception {
        ServerProcess.require("redis-server", "redis-server");
        TestCertificates made = TestCertificates.in(dir).sign("server").sign("client");
        int port = ServerProcess.freePort() % 20_000 + 20_000;
        List<String> command = new ArrayList<>(List.of("redis-server", "--port", "0", "--bind", "127.0.0.1"));
        command.addAll(List.of("--tls-port", Integer.toString(port), "--save", "", "--dir", dir.toString()));
        command.addAll(List.of("--tls-cert-file", made.certificate("server").toString()));
        command.addAll(List.of("--tls-key-file", made.key("server").toString()));
        command.addAll(List.of("--tls-ca-cert-file", made.authority().toString()));
        command.addAll(List.of("--cluster-enabled", "yes", "--tls-cluster", "yes"));
        try (ServerProcess server = ServerProcess.start(command, dir.resolve("log"), port)) {
            List<String> cli = new ArrayList<>(List.of("redis-cli", "--tls", "-p", Integer.toString(port)));
            cli.addAll(List.of("--cacert", made.authority().toString()));
            cli.addAll(List.of("--cert", made.certificate("client").toString()));
            cli.addAll(List.of("--key", made.key("client").toString()));
            List<String> slots = new ArrayList<>(cli);
            slots.addAll(List.of("CLUSTER", "ADDSLOTSRANGE", "0", "16383"));
            assertThat(ServerProcess.output(slots).strip()).isEqualTo("OK");
            cli.addAll(List.of("CLUSTER", "INFO"));
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> ServerProcess.output(cli).contains("cluster_state:ok"));
            copy(
                    "redis-cluster://127.0.0.1:" + server.port() + "?tls=true&ca=" + made.authority() + "&cert="
                            + made.certificate("client") + "&key=" + made.key("client"),
                    WholeRecord.string(Slice.of("key"), Slice.of("value")));
        }
    }

    private static void copy(String address, WholeRecord record) throws Exception {
        List<WholeRecord> found = new ArrayList<>();
        try (DataStore store = DataStores.load().open(StoreAddress.parse(address), OpenOptions.toWrite())) {
            try (RecordWriter writer = store.writer(WriteOptions.REPLACE)) {
                record.writeTo(writer);
                writer.flush();
            }
            try (RecordReader reader = store.read(List.of(record.key()), ReadOptions.ALL)) {
                while (reader.next(new RecordCollector(64 << 20, found::add))) {
                    // collected
                }
            }
        }
        assertThat(found).containsExactly(record);
    }
}
