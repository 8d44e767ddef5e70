package io.kvops.stores.data.redis;

import io.kvops.stores.StoreAddress;
import io.kvops.stores.StoreException;
import io.kvops.stores.data.DataStore;
import io.kvops.stores.data.DataStoreProvider;
import io.kvops.stores.data.OpenOptions;
import java.util.Set;

/**
 * Opens {@code redis://} and {@code rediss://}, one database of one server, and {@code redis-sentinel://h1:p1,h2:p2/master},
 * database 0 of the master that the first sentinel names who answers, and {@code redis-cluster://h1:p1,h2:p2} (with {@code
 * ?tls=true} over TLS), all masters of a cluster that one of these nodes knows.
 */
public final class RedisStores implements DataStoreProvider {
    @Override
    public Set<String> schemes() {
        return Set.of("redis", "rediss", Sentinels.SCHEME, Cluster.SCHEME);
    }

    @Override
    public DataStore open(StoreAddress address, OpenOptions options) throws StoreException {
        return address.scheme().equals(Cluster.SCHEME)
                ? ClusterStore.open(address, options, RedisStore.Limits.DEFAULT)
                : RedisStore.open(address, options, RedisStore.Limits.DEFAULT);
    }
}
