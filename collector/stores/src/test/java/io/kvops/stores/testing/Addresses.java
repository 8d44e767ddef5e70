package io.kvops.stores.testing;

import io.kvops.stores.Measurement;
import io.kvops.stores.StoreAddress;
import io.kvops.stores.StoreException;
import io.kvops.stores.Stores;
import java.time.Clock;
import java.time.Duration;

/** One look, with time enough for a busy machine. */
public final class Addresses {
    public static final Duration TIMEOUT = Duration.ofSeconds(20);

    private Addresses() {}

    public static Measurement measure(String address) throws StoreException {
        try (Stores stores = Stores.load()) {
            return stores.measure(StoreAddress.parse(address), TIMEOUT, Clock.systemUTC());
        }
    }
}
