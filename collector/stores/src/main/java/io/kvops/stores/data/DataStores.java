package io.kvops.stores.data;

import io.kvops.stores.StoreAddress;
import io.kvops.stores.StoreException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;

/** The kinds of stores whose records can be read or written here. Immutable; any thread. */
public final class DataStores {
    private final Map<String, DataStoreProvider> byScheme = new HashMap<>();

    private DataStores(List<DataStoreProvider> providers) {
        for (DataStoreProvider provider : providers) {
            for (String scheme : provider.schemes()) {
                DataStoreProvider other = byScheme.putIfAbsent(scheme, provider);
                if (other != null) {
                    throw new IllegalArgumentException("scheme " + scheme + ": served by "
                            + other.getClass().getName() + " and "
                            + provider.getClass().getName() + " (expected one; remove one of the jars)");
                }
            }
        }
    }

    /** All that the class path has. */
    public static DataStores load() {
        List<DataStoreProvider> found = new ArrayList<>();
        ServiceLoader.load(DataStoreProvider.class, DataStores.class.getClassLoader())
                .forEach(found::add);
        return new DataStores(found);
    }

    /** These alone. */
    public static DataStores of(List<DataStoreProvider> providers) {
        return new DataStores(List.copyOf(providers));
    }

    /** The schemes there are. */
    public Set<String> schemes() {
        return new TreeSet<>(byScheme.keySet());
    }

    /**
     * Opens a store. The caller closes it.
     *
     * @throws StoreException if it can't be reached, refuses, or is none
     * @throws IllegalArgumentException if the address is of no known kind, or makes no sense to its kind
     */
    public DataStore open(StoreAddress address, OpenOptions options) throws StoreException {
        return provider(address).open(address, options);
    }

    /** As {@link #open}, to plan what could be written: see {@link DataStoreProvider#openToPlan}. */
    public DataStore openToPlan(StoreAddress address, OpenOptions options) throws StoreException {
        return provider(address).openToPlan(address, options);
    }

    private DataStoreProvider provider(StoreAddress address) {
        DataStoreProvider provider = byScheme.get(address.scheme());
        if (provider == null) {
            throw new IllegalArgumentException("address " + address
                    + ": its records can't be read here (expected one of " + String.join(", ", schemes()) + ")");
        }
        return provider;
    }
}
