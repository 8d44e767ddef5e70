package io.kvops.stores.data.lmdb;

import io.kvops.stores.StoreAddress;
import io.kvops.stores.StoreException;
import io.kvops.stores.data.DataStore;
import io.kvops.stores.data.DataStoreProvider;
import io.kvops.stores.data.OpenOptions;
import java.util.Set;

/**
 * Opens {@code lmdb:/path[?db=name]}: a folder, or a file that was made without one; the unnamed database if none is named. A
 * map that is full is made twice as large. Several processes may have it open.
 */
public final class LmdbStores implements DataStoreProvider {
    @Override
    public Set<String> schemes() {
        return Set.of("lmdb");
    }

    @Override
    public DataStore open(StoreAddress address, OpenOptions options) throws StoreException {
        return LmdbStore.open(address, options);
    }

    @Override
    public DataStore openToPlan(StoreAddress address, OpenOptions options) throws StoreException {
        return LmdbStore.openToPlan(address, options);
    }
}
