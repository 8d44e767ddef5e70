package io.kvops.stores.testing;

import io.kvops.stores.ProbeContext;
import io.kvops.stores.StoreAddress;
import io.kvops.stores.StoreConnection;
import io.kvops.stores.StoreProbe;
import java.nio.file.Path;
import java.util.Set;

public final class TicketsProbe implements StoreProbe {
    @Override
    public Set<String> schemes() {
        return Set.of("tickets");
    }

    @Override
    public StoreConnection open(StoreAddress address, ProbeContext context) {
        String[] files = Path.of(address.path()).toFile().list();
        return into -> into.put("tickets.open.count", files == null ? Double.NaN : files.length);
    }
}
