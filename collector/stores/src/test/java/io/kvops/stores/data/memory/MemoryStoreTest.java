package io.kvops.stores.data.memory;

import io.kvops.stores.StoreAddress;
import io.kvops.stores.data.DataStore;
import io.kvops.stores.data.DataStoreContract;
import io.kvops.stores.data.DataStores;
import io.kvops.stores.data.OpenOptions;

class MemoryStoreTest extends DataStoreContract {
    private final DataStores stores = DataStores.load();

    @Override
    protected DataStore open(boolean readOnly) throws Exception {
        return stores.open(StoreAddress.parse("mem:test"), readOnly ? OpenOptions.toRead() : OpenOptions.toWrite());
    }
}
