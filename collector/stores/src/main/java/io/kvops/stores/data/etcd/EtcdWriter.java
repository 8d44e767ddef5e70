package io.kvops.stores.data.etcd;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kvops.stores.StoreException;
import io.kvops.stores.data.RecordHeader;
import io.kvops.stores.data.Slice;
import io.kvops.stores.data.ValueWriter;
import io.kvops.stores.data.WriteOptions;
import java.time.Clock;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Transactions of as many keys as etcd takes at once. */
final class EtcdWriter extends ValueWriter {
    private static final long TRANSACTION_BYTES = 1 << 20;

    /** So often a lease may end between its question and the transaction. */
    private static final int ATTEMPTS = 3;

    private final Gateway gateway;
    private final Clock clock;
    private final Leases leases;
    private final Map<Slice, Change> waiting = new LinkedHashMap<>();

    /** What becomes of a key: a value, or none. */
    private record Change(@Nullable Slice value, long expiresAtMillis) {
        long bytes(Slice key) {
            return (long) key.length() + (value == null ? 0 : value.length());
        }
    }

    EtcdWriter(EtcdStore store, Gateway gateway, WriteOptions options) {
        super(store.capabilities(), options, store.opened().clock());
        this.gateway = gateway;
        this.clock = store.opened().clock();
        this.leases = new Leases(gateway, clock);
    }

    @Override
    protected @Nullable String unfit(Slice key) {
        return gateway.fits(key) ? null : "an empty key";
    }

    @Override
    protected boolean has(Slice key) throws StoreException {
        Change change = waiting.get(key);
        if (change != null) {
            return change.value != null;
        }
        ObjectNode request =
                Gateway.JSON.createObjectNode().put("key", gateway.key(key)).put("count_only", true);
        return gateway.fits(key)
                && gateway.post("/v3/kv/range", request).path("count").asLong() > 0;
    }

    @Override
    protected void put(Slice key, Slice bytes, long expiresAtMillis, Map<String, String> metadata)
            throws StoreException {
        waiting.put(key.copy(), new Change(bytes.copy(), expiresAtMillis));
    }

    @Override
    protected void remove(Slice key) {
        if (gateway.fits(key)) {
            waiting.put(key.copy(), new Change(null, RecordHeader.NO_EXPIRY));
        }
    }

    @Override
    protected void commit() throws StoreException {
        for (int attempt = 1; !waiting.isEmpty(); attempt++) {
            try {
                send();
                waiting.clear();
            } catch (StoreException e) {
                boolean ended = String.valueOf(e.getMessage()).contains("lease not found");
                if (!ended || attempt == ATTEMPTS) {
                    throw e;
                }
                leases.forget();
            }
        }
    }

    private void send() throws StoreException {
        Iterator<Map.Entry<Slice, Change>> left = waiting.entrySet().iterator();
        ObjectNode request = Gateway.JSON.createObjectNode();
        ArrayNode all = request.putArray("success");
        long bytes = 0;
        while (left.hasNext()) {
            Map.Entry<Slice, Change> entry = left.next();
            long own = entry.getValue().bytes(entry.getKey());
            if (!all.isEmpty() && (all.size() == EtcdStore.TRANSACTION_KEYS || bytes + own > TRANSACTION_BYTES)) {
                gateway.post("/v3/kv/txn", request);
                all.removeAll();
                bytes = 0;
            }
            bytes += own;
            add(entry.getKey(), entry.getValue(), all);
        }
        if (!all.isEmpty()) {
            gateway.post("/v3/kv/txn", request);
        }
    }

    private void add(Slice key, Change change, ArrayNode to) throws StoreException {
        Slice value = change.value;
        boolean expires = change.expiresAtMillis != RecordHeader.NO_EXPIRY;
        if (value == null || (expires && change.expiresAtMillis <= clock.millis())) {
            to.addObject().putObject("request_delete_range").put("key", gateway.key(key));
            return;
        }
        ObjectNode put = to.addObject().putObject("request_put");
        put.put("key", gateway.key(key)).put("value", Gateway.base64(value));
        if (expires) {
            put.put("lease", Long.toString(leases.ending(change.expiresAtMillis)));
        }
    }

    @Override
    public void close() {
        waiting.clear();
    }
}
