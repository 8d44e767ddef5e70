package io.kvops.stores.data.redis;

import io.kvops.stores.StoreAddress.HostPort;
import io.kvops.stores.StoreException;
import io.kvops.stores.StoreException.Kind;
import io.kvops.stores.data.RecordHeader;
import io.kvops.stores.data.RecordWriter;
import io.kvops.stores.data.Slice;
import io.kvops.stores.data.StreamId;
import io.kvops.stores.data.WriteCounts;
import io.kvops.stores.data.WriteOptions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Hands each record to a writer of the node that serves its key; each of them sends batches on its own. */
final class ClusterWriter implements RecordWriter {
    private final Cluster cluster;
    private final WriteOptions options;
    private final Map<HostPort, RedisWriter> writers = new LinkedHashMap<>();
    private Topology topology;
    private @Nullable RedisWriter current;

    ClusterWriter(Cluster cluster, WriteOptions options) throws StoreException {
        this.cluster = cluster;
        this.options = options;
        this.topology = cluster.refresh();
    }

    @Override
    public void begin(RecordHeader header) throws StoreException {
        Topology now = cluster.topology();
        if (now != topology) {
            // a key that comes twice must not overtake itself on another way
            flush();
            topology = now;
        }
        int slot = Slots.of(header.key());
        Topology.Node owner = topology.owner(slot);
        if (owner == null) {
            throw new StoreException(
                    Kind.UNREACHABLE,
                    cluster.address() + ": no node serves slot " + slot + "; look at redis-cli --cluster check");
        }
        RedisWriter writer = writers.get(owner.at());
        if (writer == null) {
            writer = new RedisWriter(cluster.node(owner.at()), options);
            writers.put(owner.at(), writer);
        }
        current = writer;
        writer.begin(header);
    }

    private RedisWriter current() {
        RedisWriter writer = current;
        if (writer == null) {
            throw new IllegalStateException("no record has begun");
        }
        return writer;
    }

    @Override
    public void chunk(Slice bytes) throws StoreException {
        current().chunk(bytes);
    }

    @Override
    public void field(Slice name, Slice value, long expiresAtMillis) throws StoreException {
        current().field(name, value, expiresAtMillis);
    }

    @Override
    public void item(Slice value) throws StoreException {
        current().item(value);
    }

    @Override
    public void member(Slice member) throws StoreException {
        current().member(member);
    }

    @Override
    public void scored(Slice member, double score) throws StoreException {
        current().scored(member, score);
    }

    @Override
    public void entry(StreamId id, List<Slice> namesAndValues) throws StoreException {
        current().entry(id, namesAndValues);
    }

    @Override
    public void state(StreamId lastId, long entriesAdded, StreamId maxDeletedId) throws StoreException {
        current().state(lastId, entriesAdded, maxDeletedId);
    }

    @Override
    public void group(Slice name, StreamId lastDelivered, long entriesRead) throws StoreException {
        current().group(name, lastDelivered, entriesRead);
    }

    @Override
    public void consumer(Slice name) throws StoreException {
        current().consumer(name);
    }

    @Override
    public void pending(StreamId id, Slice consumer, long deliveredAtMillis, long deliveries) throws StoreException {
        current().pending(id, consumer, deliveredAtMillis, deliveries);
    }

    @Override
    public void end() throws StoreException {
        current().end();
        current = null;
    }

    @Override
    public void abort() throws StoreException {
        current().abort();
        current = null;
    }

    @Override
    public void flush() throws StoreException {
        for (RedisWriter writer : writers.values()) {
            writer.push();
        }
        for (RedisWriter writer : writers.values()) {
            writer.flush();
        }
    }

    @Override
    public WriteCounts counts() {
        WriteCounts sum = WriteCounts.NONE;
        for (RedisWriter writer : writers.values()) {
            sum = sum.plus(writer.counts());
        }
        return sum;
    }

    @Override
    public void close() throws StoreException {
        StoreException failed = null;
        for (RedisWriter writer : writers.values()) {
            try {
                writer.close();
            } catch (StoreException e) {
                failed = e;
            }
        }
        if (failed != null) {
            throw failed;
        }
    }
}
