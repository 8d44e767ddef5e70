package io.kvops.stores.memcached;

import io.kvops.stores.ProbeContext;
import io.kvops.stores.StoreAddress;
import io.kvops.stores.StoreConnection;
import io.kvops.stores.StoreProbe;
import java.util.Set;

/** Measures a memcached: {@code memcached://[user:password@]host:11211}. */
public final class MemcachedProbe implements StoreProbe {
    @Override
    public Set<String> schemes() {
        return Set.of("memcached");
    }

    @Override
    public StoreConnection open(StoreAddress address, ProbeContext context) {
        return new MemcachedConnection(address, context);
    }
}
