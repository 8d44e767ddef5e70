package io.kvops.stores.data.redis;

import io.kvops.stores.StoreAddress.HostPort;
import io.kvops.stores.StoreException;
import io.kvops.stores.StoreException.Kind;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Goes where nodes of a cluster send one to: on connections of its own, one command, or what belongs together, after the other. It is for
 * slots that move; once that is known, others ask the right node at once. For one thread.
 */
final class Detours implements AutoCloseable {
    private static final long PAUSE_MILLIS = 50;
    /** Two nodes may send one to each other until both know. */
    private static final int HOPS_BETWEEN_PAUSES = 4;

    /** What is asked at another node. */
    interface Attempt<T> {
        T at(RespConnection connection) throws IOException, StoreException, ErrorReply;
    }

    private final Cluster cluster;
    private final long pauses;
    private final Map<HostPort, RespConnection> connections = new HashMap<>();

    /** @param timeoutMillis for how long it waits at most until a slot has arrived */
    Detours(Cluster cluster, long timeoutMillis) {
        this.cluster = cluster;
        this.pauses = Math.max(1, timeoutMillis / PAUSE_MILLIS);
    }

    /**
     * Follows an answer to where it leads in the end.
     *
     * @param from who gave it
     * @throws ErrorReply the answer, if it leads nowhere, or another one that does not
     */
    <T> T follow(int slot, ErrorReply reply, HostPort from, Attempt<T> attempt) throws StoreException, ErrorReply {
        ErrorReply last = reply;
        HostPort asked = from;
        int paused = 0;
        for (int hop = 1; paused < pauses; hop++) {
            Redirect redirect = Redirect.of(last, asked);
            if (redirect == null) {
                throw last;
            }
            HostPort to = redirect.to();
            if (to == null || hop % HOPS_BETWEEN_PAUSES == 0) {
                LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(PAUSE_MILLIS));
                paused++;
            }
            if (to == null) {
                to = owner(slot);
            } else if (!redirect.asking()) {
                cluster.moved(slot, to);
            }
            RespConnection connection = connection(to);
            connection.asking(redirect.asking());
            try {
                return attempt.at(connection);
            } catch (ErrorReply e) {
                last = e;
                asked = to;
            } catch (IOException e) {
                throw connection.broken(e);
            } finally {
                connection.asking(false);
            }
        }
        throw new StoreException(
                Kind.UNREACHABLE,
                cluster.address() + ": slot " + slot + " is on its way to another node, and did not arrive ("
                        + last.text() + "); try again when it has");
    }

    private HostPort owner(int slot) throws StoreException {
        Topology.Node owner = cluster.refresh().owner(slot);
        if (owner == null) {
            throw new StoreException(
                    Kind.UNREACHABLE,
                    cluster.address() + ": no node serves slot " + slot + "; look at redis-cli --cluster check");
        }
        return owner.at();
    }

    private RespConnection connection(HostPort at) throws StoreException {
        RespConnection connection = connections.get(at);
        if (connection == null) {
            connection = cluster.node(at).connect();
            connections.put(at, connection);
        }
        return connection;
    }

    @Override
    public void close() throws StoreException {
        for (RespConnection connection : connections.values()) {
            connection.close();
        }
        connections.clear();
    }
}
