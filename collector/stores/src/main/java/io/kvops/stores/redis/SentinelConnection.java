package io.kvops.stores.redis;

import io.kvops.stores.Deadline;
import io.kvops.stores.Reading;
import io.kvops.stores.StoreAddress.HostPort;
import io.kvops.stores.StoreConnection;
import io.kvops.stores.StoreDescription;
import io.kvops.stores.StoreException;
import io.kvops.stores.StoreException.Kind;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The master that sentinels name; after a failover, the next one. */
final class SentinelConnection implements StoreConnection {
    private final RedisClients clients;
    private @Nullable RedisServer sentinel;
    private @Nullable RedisServer master;
    private @Nullable ServerLook look;

    SentinelConnection(RedisClients clients) {
        this.clients = clients;
    }

    @Override
    public void measure(Reading into) throws StoreException {
        Deadline deadline = clients.context().deadline();
        RedisServer server = master(deadline);
        ServerLook known = look;
        if (known == null) {
            known = new ServerLook(clients.context(), clients.memory(server.at()));
            look = known;
        }
        known.measure(server, into, deadline);
    }

    @Override
    public StoreDescription describe() throws StoreException {
        Deadline deadline = clients.context().deadline();
        return Description.of(master(deadline), deadline);
    }

    /** Asked each time: it is one small command, and the only way to see a failover at once. */
    private RedisServer master(Deadline deadline) throws StoreException {
        HostPort named = named(deadline);
        RedisServer known = master;
        if (known == null || !known.at().equals(named)) {
            if (known != null) {
                known.close();
                look = null;
            }
            master = null;
            known = clients.connect(named, deadline);
            master = known;
        }
        return known;
    }

    private HostPort named(Deadline deadline) throws StoreException {
        StoreException last = null;
        if (sentinel != null) {
            try {
                return ask(sentinel, deadline);
            } catch (StoreException e) {
                sentinel.close();
                sentinel = null;
            }
        }
        for (HostPort at : clients.address().hosts()) {
            RedisServer tried = null;
            try {
                tried = clients.connectSentinel(at, deadline);
                HostPort named = ask(tried, deadline);
                sentinel = tried;
                return named;
            } catch (StoreException e) {
                last = e;
                if (tried != null) {
                    tried.close();
                }
            }
        }
        throw new StoreException(
                Kind.UNREACHABLE,
                "no sentinel names the master " + clients.address().path() + ": "
                        + (last == null ? "there is none" : last.getMessage()),
                last);
    }

    private HostPort ask(RedisServer server, Deadline deadline) throws StoreException {
        List<Object> answer = server.list(
                        "SENTINEL", "GET-MASTER-ADDR-BY-NAME", clients.address().path())
                .await(deadline);
        double port = answer.size() == 2 ? Info.number(String.valueOf(answer.get(1)), 0) : 0;
        if (port < 1 || port > 65_535) {
            throw new StoreException(
                    Kind.REFUSED,
                    server.at() + " knows no master " + clients.address().path());
        }
        return new HostPort(String.valueOf(answer.get(0)), (int) port);
    }

    @Override
    public void close() {
        if (master != null) {
            master.close();
        }
        if (sentinel != null) {
            sentinel.close();
        }
        clients.close();
    }
}
