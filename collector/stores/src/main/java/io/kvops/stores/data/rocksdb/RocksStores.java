package io.kvops.stores.data.rocksdb;

import io.kvops.stores.StoreAddress;
import io.kvops.stores.StoreException;
import io.kvops.stores.data.DataStore;
import io.kvops.stores.data.DataStoreProvider;
import io.kvops.stores.data.OpenOptions;
import java.util.Set;

/**
 * Opens {@code rocksdb:/path[?cf=name][&secondary=/folder]}: one column family, or, if none is named, the whole database, each of its
 * families a space of names ({@link Families}). To be read, it
 * is opened read-only, which a process that writes to it does not notice: what that has written since is not seen; with {@code
 * secondary}, a folder for its own log, up to the last entry of the write-ahead log. To be written, no other process may have it.
 */
public final class RocksStores implements DataStoreProvider {
    @Override
    public Set<String> schemes() {
        return Set.of("rocksdb");
    }

    @Override
    public DataStore open(StoreAddress address, OpenOptions options) throws StoreException {
        return RocksStore.open(address, options);
    }

    @Override
    public DataStore openToPlan(StoreAddress address, OpenOptions options) throws StoreException {
        return RocksStore.openToPlan(address, options);
    }
}
