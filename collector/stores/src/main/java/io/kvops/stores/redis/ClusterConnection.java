package io.kvops.stores.redis;

import io.kvops.stores.Deadline;
import io.kvops.stores.Reading;
import io.kvops.stores.StoreAddress.HostPort;
import io.kvops.stores.StoreConnection;
import io.kvops.stores.StoreDescription;
import io.kvops.stores.StoreException;
import io.kvops.stores.StoreException.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A cluster: every node that CLUSTER NODES names is measured for itself, one after the other over kept connections; the
 * cluster's own values are the sums over its masters.
 */
final class ClusterConnection implements StoreConnection {
    /** What adds up over masters. */
    private static final List<String> SUMS = List.of(
            "memory.used.bytes",
            "memory.limit.bytes",
            "memory.resident.bytes",
            "storage.used.bytes",
            "keys.count",
            "connections.open.count",
            "connections.limit.count",
            "connections.accepted.count.total",
            "operations.count.total",
            "hits.count.total",
            "misses.count.total",
            "evictions.count.total",
            "expirations.count.total",
            "network.in.bytes.total",
            "network.out.bytes.total",
            "cpu.used.seconds.total");

    /** The worst of them counts. */
    private static final List<String> WORST = List.of("replication.lag.bytes", "replication.lag.seconds");

    private static final List<String> VIEW = List.of(
            "redis.cluster.okay.ratio",
            "redis.cluster.slots.assigned.count",
            "redis.cluster.slots.okay.count",
            "redis.cluster.slots.failed.count",
            "redis.cluster.nodes.count",
            "redis.cluster.masters.count");

    private final RedisClients clients;
    private final Map<HostPort, Node> nodes = new LinkedHashMap<>();
    /** Did not answer the last time: asked last, so that they do not take the time of the others. */
    private final Set<HostPort> silent = new LinkedHashSet<>();

    ClusterConnection(RedisClients clients) {
        this.clients = clients;
    }

    @Override
    public void measure(Reading into) throws StoreException {
        Deadline deadline = clients.context().deadline();
        Set<HostPort> members = members(deadline);
        nodes.entrySet().removeIf(e -> {
            boolean gone = !members.contains(e.getKey());
            if (gone) {
                e.getValue().server.close();
            }
            return gone;
        });
        Reading view = null;
        boolean whole = true;
        Map<String, Double> sums = new LinkedHashMap<>();
        List<HostPort> order = new ArrayList<>(members);
        order.sort(Comparator.comparing(silent::contains));
        for (HostPort member : order) {
            if (deadline.leftNanos() == 0) {
                into.missing(member.toString(), "not asked, other nodes took all the time");
                whole = false;
                continue;
            }
            Reading part = into.part("redis://" + member);
            try {
                Node node = node(member, deadline);
                Info info = node.look.measure(node.server, part, deadline);
                silent.remove(member);
                if (Replication.role(info).equals("master")) {
                    SUMS.forEach(g -> add(sums, g, part.value(g)));
                    WORST.forEach(g -> worst(sums, g, part.value(g)));
                }
                view = view == null ? part : view;
            } catch (StoreException e) {
                drop(member);
                silent.add(member);
                part.down(String.valueOf(e.getMessage()));
                whole = false;
            }
        }
        silent.retainAll(members);
        if (view == null) {
            throw new StoreException(Kind.UNREACHABLE, "no node of " + clients.address() + " answers");
        }
        for (String gauge : VIEW) {
            into.put(gauge, view.value(gauge));
        }
        // a sum without some of its parts would look like a fall
        if (whole) {
            sums.forEach(into::put);
        }
    }

    private static void add(Map<String, Double> sums, String gauge, double value) {
        if (!Double.isNaN(value)) {
            sums.merge(gauge, value, Double::sum);
        }
    }

    private static void worst(Map<String, Double> sums, String gauge, double value) {
        if (!Double.isNaN(value)) {
            sums.merge(gauge, value, Math::max);
        }
    }

    /** Asks known nodes, then those of the address, until one answers. */
    private Set<HostPort> members(Deadline deadline) throws StoreException {
        Set<HostPort> askable = new LinkedHashSet<>(nodes.keySet());
        askable.addAll(clients.address().hosts());
        StoreException last = null;
        for (HostPort at : askable) {
            try {
                return parse(node(at, deadline).server.text("CLUSTER", "NODES").await(deadline), at);
            } catch (StoreException e) {
                drop(at);
                last = e;
            }
        }
        throw last == null ? new StoreException(Kind.CONFIGURATION, clients.address() + " names no host") : last;
    }

    /** Lines as {@code id host:port@bus,name flags ...}. */
    static Set<HostPort> parse(String text, HostPort asked) {
        Set<HostPort> members = new LinkedHashSet<>();
        text.lines().limit(Reading.MAX_PARTS).forEach(line -> {
            String[] words = line.split(" ", 4);
            if (words.length < 4 || words[2].contains("noaddr") || words[2].contains("handshake")) {
                return;
            }
            String place = words[1].split("[@,]", 2)[0];
            int colon = place.lastIndexOf(':');
            double port = colon < 0 ? 0 : Info.number(place.substring(colon + 1), 0);
            if (port >= 1 && port <= 65_535) {
                // a node that never talked to another one does not know its own address
                String host = colon == 0 ? asked.host() : place.substring(0, colon);
                members.add(new HostPort(host, (int) port));
            }
        });
        return members;
    }

    private Node node(HostPort at, Deadline deadline) throws StoreException {
        Node node = nodes.get(at);
        if (node == null) {
            node = new Node(clients.connect(at, deadline), new ServerLook(clients.context(), clients.memory(at)));
            nodes.put(at, node);
        }
        return node;
    }

    private void drop(HostPort at) {
        Node node = nodes.remove(at);
        if (node != null) {
            node.server.close();
        }
    }

    @Override
    public StoreDescription describe() throws StoreException {
        Deadline deadline = clients.context().deadline();
        Set<HostPort> members = members(deadline);
        StoreDescription one = Description.of(
                node(
                                members.isEmpty()
                                        ? clients.address().host()
                                        : members.iterator().next(),
                                deadline)
                        .server,
                deadline);
        Map<String, String> details = new LinkedHashMap<>(one.details());
        details.put(
                "nodes",
                String.join(",", members.stream().map(HostPort::toString).toList()));
        return new StoreDescription("redis", one.product(), one.version(), "", "cluster", Map.of(), details);
    }

    @Override
    public void close() {
        nodes.values().forEach(n -> n.server.close());
        nodes.clear();
        clients.close();
    }

    private record Node(RedisServer server, ServerLook look) {}
}
