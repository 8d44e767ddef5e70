package io.kvops.stores.data.redis;

import io.kvops.stores.StoreAddress;
import io.kvops.stores.StoreException;
import io.kvops.stores.data.DataStore;
import io.kvops.stores.data.DataStoreProvider;
import io.kvops.stores.data.OpenOptions;
import java.util.Set;

/**
 * Opens {@code redis://} and {@code rediss://}, one database of one server, and {@code redis-sentinel://h1:p1,h2:p2/master},
 * database 0 of the master that the first sentinel names who answers.
 */
public final class RedisStores implements DataStoreProvider {
    @Override
    public Set<String> schemes() {
        return Set.of("redis", "rediss", Sentinels.SCHEME);
    }

    @Override
    public DataStore open(StoreAddress address, OpenOptions options) throws StoreException {
        return RedisStore.open(address, options, RedisStore.Limits.DEFAULT);
    }
}
