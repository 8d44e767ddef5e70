package io.kvops.stores.data.rdb;

import io.kvops.stores.StoreAddress;
import io.kvops.stores.StoreException;
import io.kvops.stores.data.DataStore;
import io.kvops.stores.data.DataStoreProvider;
import io.kvops.stores.data.OpenOptions;
import java.util.Set;

/** Opens {@code rdb:/file[?db=0]}: the records of a Redis' snapshot, to be read. Without {@code db} those of all databases. */
public final class RdbStores implements DataStoreProvider {
    @Override
    public Set<String> schemes() {
        return Set.of("rdb");
    }

    @Override
    public DataStore open(StoreAddress address, OpenOptions options) throws StoreException {
        return RdbStore.open(address, options);
    }

    /**
     * The same of bytes that may still be coming; returns when it is known what they are.
     *
     * @param address whose option {@code db} says which database is wanted
     */
    public static DataStore open(StoreAddress address, RdbBytes bytes, OpenOptions options) throws StoreException {
        return RdbStore.open(address, bytes, options);
    }
}
