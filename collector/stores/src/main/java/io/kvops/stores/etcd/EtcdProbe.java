package io.kvops.stores.etcd;

import io.kvops.stores.ProbeContext;
import io.kvops.stores.StoreAddress;
import io.kvops.stores.StoreConnection;
import io.kvops.stores.StoreException;
import io.kvops.stores.StoreProbe;
import io.kvops.stores.http.HttpStore;
import java.net.http.HttpClient;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Measures one member of etcd: {@code etcd://host:2379}, with {@code ?tls=true&ca=FILE} over TLS. */
public final class EtcdProbe implements StoreProbe {
    private @Nullable HttpClient client;

    @Override
    public Set<String> schemes() {
        return Set.of("etcd");
    }

    @Override
    public StoreConnection open(StoreAddress address, ProbeContext context) throws StoreException {
        return new EtcdConnection(address, context, HttpStore.of(address, client(), context.timeout()));
    }

    /** Made with the first target: it has a thread. */
    private synchronized HttpClient client() {
        HttpClient known = client;
        if (known == null) {
            known = HttpStore.shared();
            client = known;
        }
        return known;
    }
}
