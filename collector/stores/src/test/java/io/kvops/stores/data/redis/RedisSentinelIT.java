package io.kvops.stores.data.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvops.stores.StoreAddress;
import io.kvops.stores.StoreException;
import io.kvops.stores.data.DataStore;
import io.kvops.stores.data.DataStores;
import io.kvops.stores.data.OpenOptions;
import io.kvops.stores.data.RecordWriter;
import io.kvops.stores.data.Slice;
import io.kvops.stores.data.WholeRecord;
import io.kvops.stores.data.WriteOptions;
import io.kvops.stores.testing.ServerProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RedisSentinelIT {
    @TempDir
    Path dir;

    @Test
    void theMasterThatASentinelNamesIsWritten() throws Exception {
        try (ServerProcess master = ServerProcess.redis(dir, "--requirepass", "secret");
                ServerProcess sentinel = sentinel(master.port())) {
            // the first one is not there
            String address = "redis-sentinel://:secret@127.0.0.1:" + ServerProcess.freePort() + ",127.0.0.1:"
                    + sentinel.port() + "/";
            DataStores stores = DataStores.load();
            try (DataStore store = stores.open(StoreAddress.parse(address + "shop"), OpenOptions.toWrite());
                    RecordWriter writer = store.writer(WriteOptions.REPLACE)) {
                WholeRecord.string(Slice.of("key"), Slice.of("value")).writeTo(writer);
                writer.flush();
            }
            assertThat(master.cli("-a", "secret", "--no-auth-warning", "GET", "key")
                            .strip())
                    .isEqualTo("value");
            assertThatThrownBy(() -> stores.open(StoreAddress.parse(address + "shpo"), OpenOptions.toRead()))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("knows no master shpo");
        }
    }

    private ServerProcess sentinel(int master) throws Exception {
        int port = ServerProcess.freePort();
        Path config = dir.resolve("sentinel.conf");
        Files.writeString(
                config,
                "port " + port + "\nbind 127.0.0.1\ndir " + dir + "\nsentinel monitor shop 127.0.0.1 " + master
                        + " 1\nsentinel auth-pass shop secret\n");
        return ServerProcess.start(
                List.of("redis-server", config.toString(), "--sentinel"), dir.resolve("sentinel.log"), port);
    }
}
