package io.kvops.stores.redis;

import io.kvops.stores.Deadline;
import io.kvops.stores.Reading;
import io.kvops.stores.StoreAddress.HostPort;
import io.kvops.stores.StoreConnection;
import io.kvops.stores.StoreDescription;
import io.kvops.stores.StoreException;
import org.jspecify.annotations.Nullable;

/** One server at a fixed place. */
final class ServerConnection implements StoreConnection {
    private final RedisClients clients;
    private final HostPort at;
    private final ServerLook look;
    private @Nullable RedisServer server;

    ServerConnection(RedisClients clients, HostPort at) {
        this.clients = clients;
        this.at = at;
        this.look = new ServerLook(clients.context(), clients.memory(at));
    }

    @Override
    public void measure(Reading into) throws StoreException {
        Deadline deadline = clients.context().deadline();
        look.measure(server(deadline), into, deadline);
    }

    @Override
    public StoreDescription describe() throws StoreException {
        Deadline deadline = clients.context().deadline();
        return Description.of(server(deadline), deadline);
    }

    private RedisServer server(Deadline deadline) throws StoreException {
        RedisServer known = server;
        if (known == null) {
            known = clients.connect(at, deadline);
            server = known;
        }
        return known;
    }

    @Override
    public void close() {
        RedisServer known = server;
        server = null;
        if (known != null) {
            known.close();
        }
        clients.close();
    }
}
