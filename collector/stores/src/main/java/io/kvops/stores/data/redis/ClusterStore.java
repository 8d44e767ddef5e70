package io.kvops.stores.data.redis;

import io.kvops.stores.StoreAddress;
import io.kvops.stores.StoreAddress.HostPort;
import io.kvops.stores.StoreDescription;
import io.kvops.stores.StoreException;
import io.kvops.stores.StoreException.Kind;
import io.kvops.stores.data.Capabilities;
import io.kvops.stores.data.ChangeFeed;
import io.kvops.stores.data.DataSize;
import io.kvops.stores.data.DataStore;
import io.kvops.stores.data.FeedOptions;
import io.kvops.stores.data.OpenOptions;
import io.kvops.stores.data.ReadOptions;
import io.kvops.stores.data.RecordReader;
import io.kvops.stores.data.RecordWriter;
import io.kvops.stores.data.ScanPart;
import io.kvops.stores.data.Slice;
import io.kvops.stores.data.WriteOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** A whole cluster: its masters, each with its slots. */
final class ClusterStore implements DataStore {
    private static final byte[] UNLINK = RespConnection.ascii("UNLINK");
    private static final int DELETE_KEYS = 500;
    private static final String MEMORY_LIMIT = "memory.limit.bytes";

    private final Cluster cluster;
    private final OpenOptions opened;
    private final Capabilities capabilities;

    private ClusterStore(Cluster cluster, OpenOptions opened, Capabilities capabilities) {
        this.cluster = cluster;
        this.opened = opened;
        this.capabilities = capabilities;
    }

    static ClusterStore open(StoreAddress address, OpenOptions opened, RedisStore.Limits limits) throws StoreException {
        Cluster cluster = Cluster.open(address, opened, limits);
        try {
            return new ClusterStore(cluster, opened, nodes(cluster).get(0).capabilities());
        } catch (StoreException e) {
            cluster.close();
            throw e;
        }
    }

    private static List<RedisStore> nodes(Cluster cluster) throws StoreException {
        List<RedisStore> nodes = new ArrayList<>();
        for (Topology.Node node : cluster.refresh().masters()) {
            nodes.add(cluster.node(node.at()));
        }
        return nodes;
    }

    @Override
    public StoreDescription describe() throws StoreException {
        List<StoreDescription> all = new ArrayList<>();
        for (RedisStore node : nodes(cluster)) {
            all.add(node.describe());
        }
        StoreDescription one = all.get(0);
        Map<String, Double> limits = new HashMap<>();
        if (all.stream().allMatch(node -> node.limits().containsKey(MEMORY_LIMIT))) {
            limits.put(
                    MEMORY_LIMIT,
                    all.stream()
                            .mapToDouble(node -> node.limits().getOrDefault(MEMORY_LIMIT, 0.0))
                            .sum());
        }
        Map<String, String> details = new TreeMap<>(one.details());
        details.remove("runId");
        details.put("masters", Integer.toString(all.size()));
        return new StoreDescription(one.kind(), one.product(), one.version(), "", "cluster", limits, details);
    }

    @Override
    public Capabilities capabilities() {
        return capabilities;
    }

    @Override
    public DataSize size() throws StoreException {
        long records = 0;
        long bytes = 0;
        for (RedisStore node : nodes(cluster)) {
            DataSize size = node.size();
            records += size.records();
            bytes = bytes < 0 || size.bytes() < 0 ? -1 : bytes + size.bytes();
        }
        return new DataSize(records, bytes, true);
    }

    /** Of each master as many parts; the first of each, then the second of each, as several can answer at a time. */
    @Override
    public List<ScanPart> split(int wanted) throws StoreException {
        Topology topology = cluster.refresh();
        List<Topology.Node> masters = topology.masters();
        Map<Integer, List<ScanPart>> byTurn = new LinkedHashMap<>();
        for (Topology.Node node : masters) {
            BitSet slots = topology.slots(node);
            if (slots.isEmpty()) {
                continue;
            }
            List<ScanPart> parts = cluster.node(node.at()).split(Math.max(1, wanted / masters.size()));
            for (int i = 0; i < parts.size(); i++) {
                ClusterReader.Stretch stretch =
                        new ClusterReader.Stretch(node.id(), slots, parts.get(i).text());
                byTurn.computeIfAbsent(i, turn -> new ArrayList<>()).add(ClusterReader.part(List.of(stretch)));
            }
        }
        return byTurn.values().stream().flatMap(List::stream).toList();
    }

    @Override
    public RecordReader scan(ScanPart part, ReadOptions options) throws StoreException {
        return new ClusterReader(cluster, part, options);
    }

    @Override
    public RecordReader read(List<Slice> keys, ReadOptions options) throws StoreException {
        return new ClusterReader.Named(cluster, keys, options);
    }

    @Override
    public String againstSnapshot() {
        return "each node of a cluster sends one of its own slots alone";
    }

    @Override
    public RecordWriter writer(WriteOptions options) throws StoreException {
        checkWritable();
        return new ClusterWriter(cluster, options);
    }

    private void checkWritable() throws StoreException {
        if (opened.readOnly()) {
            throw new StoreException(Kind.REFUSED, cluster.address() + " was opened to be read; open it to be written");
        }
    }

    /** One by one, in batches to each node: keys of one command must be in one slot. */
    @Override
    public long delete(List<Slice> keys) throws StoreException {
        checkWritable();
        long deleted = 0;
        Map<HostPort, RespConnection> connections = new HashMap<>();
        try (Detours detours = new Detours(cluster, opened.timeout().toMillis())) {
            for (int from = 0; from < keys.size(); from += DELETE_KEYS) {
                List<Slice> some = keys.subList(from, Math.min(keys.size(), from + DELETE_KEYS));
                deleted += delete(some, connections, detours);
            }
            return deleted;
        } finally {
            for (RespConnection connection : connections.values()) {
                connection.close();
            }
        }
    }

    private long delete(List<Slice> keys, Map<HostPort, RespConnection> connections, Detours detours)
            throws StoreException {
        Topology topology = cluster.refresh();
        Map<RespConnection, List<Slice>> asked = new LinkedHashMap<>();
        for (Slice key : keys) {
            Topology.Node owner = topology.owner(Slots.of(key));
            HostPort at = owner == null ? cluster.address().host() : owner.at();
            RespConnection connection = connections.get(at);
            if (connection == null) {
                connection = cluster.node(at).connect();
                connections.put(at, connection);
            }
            asked.computeIfAbsent(connection, c -> new ArrayList<>()).add(key);
        }
        for (Map.Entry<RespConnection, List<Slice>> entry : asked.entrySet()) {
            send(entry.getKey(), entry.getValue());
        }
        long deleted = 0;
        for (Map.Entry<RespConnection, List<Slice>> entry : asked.entrySet()) {
            for (Slice key : entry.getValue()) {
                deleted += deleted(entry.getKey(), key, detours);
            }
        }
        return deleted;
    }

    private static void send(RespConnection connection, List<Slice> keys) throws StoreException {
        try {
            for (Slice key : keys) {
                connection.command(UNLINK, 1).arg(key);
            }
            connection.sent();
        } catch (IOException e) {
            throw connection.broken(e);
        }
    }

    private static long deleted(RespConnection connection, Slice key, Detours detours) throws StoreException {
        try {
            try {
                return connection.in().integer();
            } catch (ErrorReply e) {
                return detours.follow(Slots.of(key), e, connection.at(), at -> {
                    at.command(UNLINK, 1).arg(key);
                    return at.sent().integer();
                });
            }
        } catch (IOException e) {
            throw connection.broken(e);
        } catch (ErrorReply e) {
            throw connection.refused(e);
        }
    }

    @Override
    public ChangeFeed changes(FeedOptions options) {
        return new ClusterFeed(cluster, options);
    }

    @Override
    public List<String> followingAdvice(FeedOptions options) throws StoreException {
        Set<String> lines = new LinkedHashSet<>();
        for (RedisStore node : nodes(cluster)) {
            lines.addAll(node.followingAdvice(options));
        }
        return List.copyOf(lines);
    }

    @Override
    public void close() {
        cluster.close();
    }
}
