package io.kvops.stores.data.etcd;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kvops.stores.StoreAddress;
import io.kvops.stores.StoreDescription;
import io.kvops.stores.StoreException;
import io.kvops.stores.StoreException.Kind;
import io.kvops.stores.data.Capabilities;
import io.kvops.stores.data.ChangeFeed;
import io.kvops.stores.data.DataSize;
import io.kvops.stores.data.DataStore;
import io.kvops.stores.data.FeedOptions;
import io.kvops.stores.data.KeyRange;
import io.kvops.stores.data.OpenOptions;
import io.kvops.stores.data.ReadOptions;
import io.kvops.stores.data.RecordReader;
import io.kvops.stores.data.RecordType;
import io.kvops.stores.data.RecordWriter;
import io.kvops.stores.data.ScanPart;
import io.kvops.stores.data.Slice;
import io.kvops.stores.data.WriteOptions;
import java.util.List;
import java.util.Set;

/** Keys under a prefix. Expiries are leases, of whole seconds. */
final class EtcdStore implements DataStore {
    static final String NAME = "etcd";
    /** The default of --max-txn-ops. */
    static final int TRANSACTION_KEYS = 128;

    private static final long MAX_KEY_BYTES = 32 << 10;
    /** Below the default of --max-request-bytes, 1.5 MiB. */
    private static final long MAX_VALUE_BYTES = 1_400_000;

    private final StoreAddress address;
    private final OpenOptions opened;
    private final Gateway gateway;
    private final Capabilities capabilities;

    private EtcdStore(StoreAddress address, OpenOptions opened, Gateway gateway) {
        this.address = address;
        this.opened = opened;
        this.gateway = gateway;
        this.capabilities = new Capabilities(
                Set.of(RecordType.STRING),
                true,
                1_000,
                false,
                Set.of(),
                true,
                MAX_KEY_BYTES,
                MAX_VALUE_BYTES,
                "",
                0,
                Capabilities.Changes.LOG,
                false,
                true,
                !opened.readOnly());
    }

    static EtcdStore open(StoreAddress address, OpenOptions opened) throws StoreException {
        EtcdStore store = new EtcdStore(address, opened, new Gateway(address, opened));
        if (store.status().path("version").asText().isEmpty()) {
            throw new StoreException(Kind.NONSENSE, address + " is no etcd: its status has no version");
        }
        return store;
    }

    private JsonNode status() throws StoreException {
        return gateway.post("/v3/maintenance/status", Gateway.JSON.createObjectNode());
    }

    OpenOptions opened() {
        return opened;
    }

    @Override
    public StoreDescription describe() {
        return StoreDescription.of(NAME);
    }

    @Override
    public Capabilities capabilities() {
        return capabilities;
    }

    @Override
    public DataSize size() throws StoreException {
        ObjectNode request = all().put("count_only", true);
        long count = gateway.post("/v3/kv/range", request).path("count").asLong();
        return new DataSize(count, status().path("dbSizeInUse").asLong(-1), true);
    }

    private ObjectNode all() {
        return Gateway.JSON.createObjectNode().put("key", gateway.first()).put("range_end", gateway.end());
    }

    /** In even steps between the first and the last key. */
    @Override
    public List<ScanPart> split(int wanted) throws StoreException {
        List<Slice> bounds = List.of();
        JsonNode first = end("ASCEND");
        JsonNode last = end("DESCEND");
        if (!first.isMissingNode() && !last.isMissingNode()) {
            bounds = KeyRange.steps(gateway.key(first), gateway.key(last), wanted);
        }
        return KeyRange.between(bounds).stream().map(r -> r.part(NAME)).toList();
    }

    private JsonNode end(String order) throws StoreException {
        ObjectNode request = all().put("limit", 1).put("keys_only", true);
        request.put("sort_order", order).put("sort_target", "KEY");
        return gateway.post("/v3/kv/range", request).path("kvs").path(0);
    }

    @Override
    public RecordReader scan(ScanPart part, ReadOptions options) {
        return new EtcdReader(gateway, KeyRange.parse(NAME, part), options, opened.clock());
    }

    @Override
    public RecordReader read(List<Slice> keys, ReadOptions options) {
        return new EtcdNamed(gateway, keys, options, opened.clock());
    }

    @Override
    public RecordWriter writer(WriteOptions options) throws StoreException {
        checkWritable();
        return new EtcdWriter(this, gateway, options);
    }

    @Override
    public long delete(List<Slice> keys) throws StoreException {
        checkWritable();
        long deleted = 0;
        List<Slice> once = keys.stream().filter(gateway::fits).distinct().toList();
        for (int from = 0; from < once.size(); from += TRANSACTION_KEYS) {
            ObjectNode request = Gateway.JSON.createObjectNode();
            ArrayNode all = request.putArray("success");
            for (Slice key : once.subList(from, Math.min(once.size(), from + TRANSACTION_KEYS))) {
                all.addObject().putObject("request_delete_range").put("key", gateway.key(key));
            }
            for (JsonNode answer : gateway.post("/v3/kv/txn", request).path("responses")) {
                deleted += answer.path("response_delete_range").path("deleted").asLong();
            }
        }
        return deleted;
    }

    private void checkWritable() throws StoreException {
        if (opened.readOnly()) {
            throw new StoreException(Kind.REFUSED, address + " was opened to be read; open it to be written");
        }
    }

    @Override
    public ChangeFeed changes(FeedOptions options) throws StoreException {
        return new EtcdFeed(
                new Gateway(address, opened), new EtcdWatch(new Gateway(address, opened), options), options);
    }

    @Override
    public List<String> followingAdvice(FeedOptions options) {
        return List.of(
                "etcd keeps changes until it compacts its revisions (--auto-compaction-retention): a copy or a pause"
                        + " that takes longer means a new full copy");
    }

    @Override
    public void close() {}
}
