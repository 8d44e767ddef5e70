package io.kvops.stores.data.mvstore;

import io.kvops.stores.StoreAddress;
import io.kvops.stores.StoreException;
import io.kvops.stores.data.DataStore;
import io.kvops.stores.data.DataStoreProvider;
import io.kvops.stores.data.OpenOptions;
import java.util.Set;

/**
 * Opens {@code mvstore:/file[?map=name]}: one map, {@code data} if none is named, with keys and values that are bytes or text.
 * Text is read as its UTF-8 bytes; what is written to a map of texts must be such. A file can be open in one process alone.
 */
public final class MvStores implements DataStoreProvider {
    @Override
    public Set<String> schemes() {
        return Set.of("mvstore");
    }

    @Override
    public DataStore open(StoreAddress address, OpenOptions options) throws StoreException {
        return MvDataStore.open(address, options);
    }

    @Override
    public DataStore openToPlan(StoreAddress address, OpenOptions options) throws StoreException {
        return MvDataStore.openToPlan(address, options);
    }
}
