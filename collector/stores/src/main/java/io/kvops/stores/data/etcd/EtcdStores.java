package io.kvops.stores.data.etcd;

import io.kvops.stores.StoreAddress;
import io.kvops.stores.StoreException;
import io.kvops.stores.data.DataStore;
import io.kvops.stores.data.DataStoreProvider;
import io.kvops.stores.data.OpenOptions;
import java.util.Set;

/**
 * Opens {@code etcd://host:2379[/prefix]} by etcd's HTTP gateway. A prefix is a space of names: it is taken from keys that are
 * read, and put before those that are written.
 */
public final class EtcdStores implements DataStoreProvider {
    @Override
    public Set<String> schemes() {
        return Set.of("etcd");
    }

    @Override
    public DataStore open(StoreAddress address, OpenOptions options) throws StoreException {
        return EtcdStore.open(address, options);
    }
}
