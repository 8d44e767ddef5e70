package io.kvops.stores.data.redis;

import io.kvops.stores.StoreAddress;
import io.kvops.stores.data.DataStore;
import io.kvops.stores.data.DataStoreContract;
import io.kvops.stores.data.OpenOptions;
import io.kvops.stores.testing.ServerProcess;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The contract over a server of its own. */
abstract class RedisContract extends DataStoreContract {
    private static ServerProcess server;

    @BeforeAll
    static void startServer(@TempDir Path dir) throws Exception {
        server = ServerProcess.redis(dir);
    }

    @AfterAll
    static void stopServer() {
        if (server != null) {
            server.close();
        }
    }

    @BeforeEach
    void emptyServer() throws Exception {
        server.cli("FLUSHALL");
    }

    protected final ServerProcess server() {
        return server;
    }

    protected final StoreAddress address(int database) {
        return StoreAddress.parse("redis://127.0.0.1:" + server.port() + "/" + database);
    }

    protected RedisStore.Limits limits() {
        return RedisStore.Limits.DEFAULT;
    }

    @Override
    protected DataStore open(boolean readOnly) throws Exception {
        return RedisStore.open(address(0), readOnly ? OpenOptions.toRead() : OpenOptions.toWrite(), limits());
    }
}
