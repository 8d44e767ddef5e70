package io.kvops.stores.data.memory;

import io.kvops.stores.StoreAddress;
import io.kvops.stores.data.DataStore;
import io.kvops.stores.data.DataStoreProvider;
import io.kvops.stores.data.OpenOptions;
import io.kvops.stores.data.Slice;
import io.kvops.stores.data.WholeRecord;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;

/** Opens {@code mem:name}: the same records under the same name, as long as this object lives. */
public final class MemoryStores implements DataStoreProvider {
    private static final int MAX_STORES = 1_000;

    private final Map<String, ConcurrentSkipListMap<Slice, WholeRecord>> stores = new ConcurrentHashMap<>();

    @Override
    public Set<String> schemes() {
        return Set.of("mem");
    }

    @Override
    public DataStore open(StoreAddress address, OpenOptions options) {
        if (stores.size() >= MAX_STORES && !stores.containsKey(address.path())) {
            throw new IllegalArgumentException(
                    "address " + address + ": there are " + MAX_STORES + " stores in memory (expected fewer)");
        }
        return new MemoryStore(stores.computeIfAbsent(address.path(), n -> new ConcurrentSkipListMap<>()), options);
    }
}
