package io.kvops.stores;

import java.util.Set;

/**
 * Knows one kind of store, or measures anything else that the user has: found by {@link java.util.ServiceLoader} (a public
 * class with a public constructor without arguments, named in {@code META-INF/services/io.kvops.stores.StoreProbe}). One
 * object serves all targets of a prober, from many threads.
 */
public interface StoreProbe extends AutoCloseable {
    /** The address schemes it serves, lower case, as {@code redis}; a scheme belongs to one probe. */
    Set<String> schemes();

    /**
     * A connection, kept for many measurements and used by one thread at a time. It may connect here or at the first
     * measurement.
     *
     * @throws StoreException if it can't; tried again later
     * @throws IllegalArgumentException if the address makes no sense to it: what was given and what is expected
     */
    StoreConnection open(StoreAddress address, ProbeContext context) throws StoreException;

    /** What the thing is called in measurements. */
    default String subject(StoreAddress address) {
        return address.subject();
    }

    /** Gives back what all connections share. They are closed before. */
    @Override
    default void close() {}
}
