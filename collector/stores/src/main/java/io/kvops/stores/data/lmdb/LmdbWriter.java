package io.kvops.stores.data.lmdb;

import io.kvops.stores.StoreException;
import io.kvops.stores.data.Slice;
import io.kvops.stores.data.ValueWriter;
import io.kvops.stores.data.WriteOptions;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.lmdbjava.Env;
import org.lmdbjava.Txn;

/** One transaction a batch, which is written again with a larger map when that is full. */
final class LmdbWriter extends ValueWriter {
    private static final int MAX_DOUBLINGS = 20;

    private final LmdbStore store;
    /** What waits to be written; empty to be removed. */
    private final Map<Slice, Optional<byte[]>> waiting = new LinkedHashMap<>();

    LmdbWriter(LmdbStore store, WriteOptions options) {
        super(store.capabilities(), options, store.opened().clock());
        this.store = store;
    }

    @Override
    protected @Nullable String unfit(Slice key) {
        return key.length() == 0 ? "an empty key" : null;
    }

    @Override
    protected boolean has(Slice key) throws StoreException {
        Optional<byte[]> put = waiting.get(key);
        if (put != null) {
            return put.isPresent();
        }
        return store.value(key) != null;
    }

    @Override
    protected void put(Slice key, Slice bytes, long expiresAtMillis, Map<String, String> metadata) {
        waiting.put(key.copy(), Optional.of(bytes.toBytes()));
    }

    @Override
    protected void remove(Slice key) {
        if (store.fits(key)) {
            waiting.put(key.copy(), Optional.empty());
        }
    }

    @Override
    protected void commit() throws StoreException {
        for (int doublings = 0; !waiting.isEmpty(); doublings++) {
            Optional<Env.MapFullException> full = store.use(this::write);
            if (full.isEmpty()) {
                waiting.clear();
            } else if (doublings == MAX_DOUBLINGS) {
                throw store.failed(full.get());
            } else {
                store.grow(full.get());
            }
        }
    }

    private Optional<Env.MapFullException> write() {
        try (Txn<byte[]> txn = store.env().txnWrite()) {
            for (Map.Entry<Slice, Optional<byte[]>> entry : waiting.entrySet()) {
                byte[] key = entry.getKey().toBytes();
                if (entry.getValue().isPresent()) {
                    store.dbi().put(txn, key, entry.getValue().get());
                } else {
                    store.dbi().delete(txn, key);
                }
            }
            txn.commit();
            return Optional.empty();
        } catch (Env.MapFullException e) {
            return Optional.of(e);
        }
    }

    @Override
    public void close() {
        waiting.clear();
    }
}
