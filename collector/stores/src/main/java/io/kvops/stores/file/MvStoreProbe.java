package io.kvops.stores.file;

import io.kvops.stores.ProbeContext;
import io.kvops.stores.StoreAddress;
import io.kvops.stores.StoreConnection;
import io.kvops.stores.StoreProbe;
import java.nio.file.Path;
import java.util.Set;

/** Measures a file of H2's MVStore, also an H2 database: {@code mvstore:/file.mv.db}. */
public final class MvStoreProbe implements StoreProbe {
    @Override
    public Set<String> schemes() {
        return Set.of("mvstore");
    }

    @Override
    public StoreConnection open(StoreAddress address, ProbeContext context) {
        return new MvStoreFile(Path.of(address.path()));
    }
}
