package io.kvops.stores.etcd;

import io.kvops.stores.ProbeContext;
import io.kvops.stores.StoreAddress;
import io.kvops.stores.StoreConnection;
import io.kvops.stores.StoreException;
import io.kvops.stores.StoreProbe;
import io.kvops.stores.http.HttpStore;
import java.net.http.HttpClient;
import java.util.Set;

/** Measures one member of etcd: {@code etcd://host:2379}, with {@code ?tls=true&ca=FILE} over TLS. */
public final class EtcdProbe implements StoreProbe {
    private final HttpClient client = HttpStore.shared();

    @Override
    public Set<String> schemes() {
        return Set.of("etcd");
    }

    @Override
    public StoreConnection open(StoreAddress address, ProbeContext context) throws StoreException {
        return new EtcdConnection(address, context, HttpStore.of(address, client, context.timeout()));
    }
}
