package io.kvops.stores.data.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvops.stores.StoreAddress;
import io.kvops.stores.data.DataStore;
import io.kvops.stores.data.DataStoreContract;
import io.kvops.stores.data.DataStores;
import io.kvops.stores.data.OpenOptions;
import io.kvops.stores.data.Slice;
import io.kvops.stores.data.WholeRecord;
import io.kvops.stores.data.WriteOptions;
import io.kvops.stores.testing.Etcd;
import io.kvops.stores.testing.ServerProcess;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EtcdStoreIT extends DataStoreContract {
    /** Leases count whole seconds from when they are granted. */
    private static final long TOLERATED_MILLIS = 120_000;

    private static ServerProcess server;

    @BeforeAll
    static void startServer(@TempDir Path dir) throws Exception {
        server = Etcd.start(dir, "http", List.of("--unsafe-no-fsync"));
    }

    @AfterAll
    static void stopServer() {
        if (server != null) {
            server.close();
        }
    }

    @BeforeEach
    void emptyServer() throws Exception {
        Etcd.ctl("http://127.0.0.1:" + server.port(), "del", "", "--prefix");
    }

    private static DataStore open(String prefix, boolean readOnly) throws Exception {
        return DataStores.load()
                .open(
                        StoreAddress.parse("etcd://127.0.0.1:" + server.port() + prefix),
                        readOnly ? OpenOptions.toRead() : OpenOptions.toWrite());
    }

    @Override
    protected DataStore open(boolean readOnly) throws Exception {
        return open("/test/", readOnly);
    }

    @Override
    protected boolean sameExpiry(long written, long read) {
        return Math.abs(written - read) < TOLERATED_MILLIS;
    }

    @Test
    void aPrefixIsASpaceOfNames() throws Exception {
        Map<Slice, WholeRecord> records = random().records(30);
        write(records.values(), WriteOptions.REPLACE);
        try (DataStore whole = open("", false)) {
            assertThat(whole.size().records()).isEqualTo(30);
            assertThat(readAll(whole, reading()).keySet())
                    .allMatch(k -> k.toText().startsWith("test/"));
        }
        try (DataStore other = open("/tesu", true)) {
            assertThat(readAll(other, reading())).isEmpty();
        }
    }
}
