package io.kvops.stores.data.redis;

import io.kvops.stores.StoreAddress.HostPort;
import io.kvops.stores.StoreException;
import io.kvops.stores.StoreException.Kind;
import io.kvops.stores.data.ForwardingSink;
import io.kvops.stores.data.RecordHeader;
import io.kvops.stores.data.RecordWriter;
import io.kvops.stores.data.WriteCounts;
import io.kvops.stores.data.WriteOptions;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Hands each record to a writer of the node that serves its key; each of them sends batches on its own. */
final class ClusterWriter extends ForwardingSink implements RecordWriter {
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
        super.begin(header);
    }

    @Override
    protected RedisWriter to() {
        RedisWriter writer = current;
        if (writer == null) {
            throw new IllegalStateException("no record has begun");
        }
        return writer;
    }

    @Override
    public void end() throws StoreException {
        super.end();
        current = null;
    }

    @Override
    public void abort() throws StoreException {
        super.abort();
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
