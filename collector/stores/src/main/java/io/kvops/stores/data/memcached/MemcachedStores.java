package io.kvops.stores.data.memcached;

import io.kvops.stores.StoreAddress;
import io.kvops.stores.StoreException;
import io.kvops.stores.data.DataStore;
import io.kvops.stores.data.DataStoreProvider;
import io.kvops.stores.data.OpenOptions;
import java.util.Set;

/**
 * Opens {@code memcached://[user:password@]host:port}, from 1.6 on. What a scan sees is best effort: the server walks its lists of items,
 * which change meanwhile. It evicts what it has no room for, and tells nobody.
 */
public final class MemcachedStores implements DataStoreProvider {
    @Override
    public Set<String> schemes() {
        return Set.of("memcached");
    }

    @Override
    public DataStore open(StoreAddress address, OpenOptions options) throws StoreException {
        return MemcachedStore.open(address, options);
    }
}
