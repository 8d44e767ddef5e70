package io.kvops.stores.data.redis;

import io.kvops.stores.StoreAddress;
import io.kvops.stores.StoreAddress.HostPort;
import io.kvops.stores.StoreException;
import io.kvops.stores.StoreException.Kind;
import io.kvops.stores.data.OpenOptions;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** The nodes of a cluster, and what is known of who serves what. Any thread. */
final class Cluster implements AutoCloseable {
    static final String SCHEME = "redis-cluster";

    private final StoreAddress address;
    private final OpenOptions opened;
    private final RedisStore.Limits limits;
    private final Map<HostPort, RedisStore> nodes = new HashMap<>();
    private Topology topology;

    private Cluster(StoreAddress address, OpenOptions opened, RedisStore.Limits limits) {
        this.address = address;
        this.opened = opened;
        this.limits = limits;
        this.topology = Topology.parse("", address.host(), false);
    }

    static Cluster open(StoreAddress address, OpenOptions opened, RedisStore.Limits limits) throws StoreException {
        Cluster cluster = new Cluster(address, opened, limits);
        try {
            if (cluster.refresh().masters().isEmpty()) {
                throw new StoreException(Kind.CONFIGURATION, address + " has no master");
            }
            return cluster;
        } catch (StoreException e) {
            cluster.close();
            throw e;
        }
    }

    StoreAddress address() {
        return address;
    }

    /** Asks a node that answers who serves what now. */
    synchronized Topology refresh() throws StoreException {
        Set<HostPort> askable = new LinkedHashSet<>();
        topology.masters().forEach(n -> askable.add(n.at()));
        askable.addAll(address.hosts());
        StoreException last = null;
        for (HostPort at : askable) {
            try {
                topology = look(at);
                return topology;
            } catch (StoreException e) {
                if (e.kind() != Kind.UNREACHABLE) {
                    throw e;
                }
                last = e;
            }
        }
        throw last == null ? new StoreException(Kind.CONFIGURATION, address + " names no host") : last;
    }

    /** What one node sees. */
    synchronized Topology look(HostPort at) throws StoreException {
        RedisStore node = node(at);
        try {
            return Topology.parse(node.clusterNodes(), at, address.tls());
        } catch (StoreException e) {
            drop(at);
            throw e;
        }
    }

    synchronized Topology topology() {
        return topology;
    }

    /** A node said that a slot is another's. */
    synchronized void moved(int slot, HostPort to) throws StoreException {
        Topology.Node known = topology.owner(slot);
        if (known == null || !known.at().equals(to)) {
            topology = look(to);
        }
    }

    /** One of its nodes. */
    synchronized RedisStore node(HostPort at) throws StoreException {
        RedisStore node = nodes.get(at);
        if (node == null) {
            node = RedisStore.ofCluster(this, at, opened, limits);
            nodes.put(at, node);
        }
        return node;
    }

    private void drop(HostPort at) {
        RedisStore node = nodes.remove(at);
        if (node != null) {
            try {
                node.close();
            } catch (StoreException e) {
                // it was dropped as it is of no use
            }
        }
    }

    @Override
    public synchronized void close() {
        Set.copyOf(nodes.keySet()).forEach(this::drop);
    }
}
