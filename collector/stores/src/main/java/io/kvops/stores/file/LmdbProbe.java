package io.kvops.stores.file;

import io.kvops.stores.ProbeContext;
import io.kvops.stores.StoreAddress;
import io.kvops.stores.StoreConnection;
import io.kvops.stores.StoreProbe;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/** Measures an LMDB environment: {@code lmdb:/folder}, or the data file itself. */
public final class LmdbProbe implements StoreProbe {
    @Override
    public Set<String> schemes() {
        return Set.of("lmdb");
    }

    @Override
    public StoreConnection open(StoreAddress address, ProbeContext context) {
        Path path = Path.of(address.path());
        boolean folder = Files.isDirectory(path);
        Path data = folder ? path.resolve("data.mdb") : path;
        Path lock = folder ? path.resolve("lock.mdb") : Path.of(path + "-lock");
        return new LmdbFile(data, lock);
    }
}
