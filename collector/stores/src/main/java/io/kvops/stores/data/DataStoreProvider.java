package io.kvops.stores.data;

import io.kvops.stores.StoreAddress;
import io.kvops.stores.StoreException;
import java.util.Set;

/**
 * Opens one kind of store: found by {@link java.util.ServiceLoader} (a public class with a public constructor without
 * arguments, named in {@code META-INF/services/io.kvops.stores.data.DataStoreProvider}).
 */
public interface DataStoreProvider {
    /** The address schemes it serves, lower case, as {@code redis}; a scheme belongs to one provider. */
    Set<String> schemes();

    /**
     * Opens a store and looks at what it can do. The caller closes it.
     *
     * @throws StoreException if it can't be reached, refuses, or is none
     * @throws IllegalArgumentException if the address makes no sense to it: what was given and what is expected
     */
    DataStore open(StoreAddress address, OpenOptions options) throws StoreException;

    /**
     * Opens a store to plan what could be written to it, and changes nothing: one that {@link #open} would make is an {@link
     * AbsentStore}. This form is for stores that opening does not change.
     *
     * @param options as to write
     */
    default DataStore openToPlan(StoreAddress address, OpenOptions options) throws StoreException {
        return open(address, options);
    }
}
