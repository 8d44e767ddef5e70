package io.kvops.stores.data.etcd;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kvops.stores.StoreException;
import io.kvops.stores.data.Envelope;
import io.kvops.stores.data.KeyRange;
import io.kvops.stores.data.ReadOptions;
import io.kvops.stores.data.RecordReader;
import io.kvops.stores.data.RecordSink;
import io.kvops.stores.data.ScanPart;
import io.kvops.stores.data.Slice;
import java.time.Clock;
import java.util.List;
import java.util.Map;

/** Reads keys one by one. */
final class EtcdNamed implements RecordReader {
    private final Gateway gateway;
    private final List<Slice> keys;
    private final ReadOptions options;
    private final Leases leases;
    private int at;

    EtcdNamed(Gateway gateway, List<Slice> keys, ReadOptions options, Clock clock) {
        this.gateway = gateway;
        this.keys = keys;
        this.options = options;
        this.leases = new Leases(gateway, clock);
    }

    @Override
    public boolean next(RecordSink sink) throws StoreException {
        while (at < keys.size()) {
            Slice key = keys.get(at++);
            if (!gateway.fits(key) || !options.keys().test(key)) {
                continue;
            }
            ObjectNode request = Gateway.JSON.createObjectNode().put("key", gateway.key(key));
            JsonNode record = gateway.post("/v3/kv/range", request).path("kvs").path(0);
            if (!record.isMissingNode()) {
                Slice value = Slice.of(gateway.bytes(record, "value"));
                long expiresAt = leases.expiry(record.path("lease").asLong());
                Envelope.tell(key, value, expiresAt, Map.of(), options.chunkBytes(), sink);
                return true;
            }
        }
        return false;
    }

    @Override
    public ScanPart rest() {
        return KeyRange.ALL.part(EtcdStore.NAME);
    }

    @Override
    public void close() {}
}
