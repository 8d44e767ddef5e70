package io.kvops.stores.data;

import io.kvops.stores.StoreException;
import java.util.Optional;

/**
 * A store's records as they were at one instant, received into a folder, and readable while they come. Any thread, one at a time;
 * closing it removes nothing that is whole, so that {@link DataStore#snapshotAgain} finds it, in another process too.
 */
public interface Snapshot extends AutoCloseable {
    /** The records; not asked for by key. Closed with the snapshot. */
    DataStore records();

    /** What broke it while it was received; empty if nothing did. It is of no use then, nor are parts of it that are left. */
    Optional<StoreException> lost();

    @Override
    void close() throws StoreException;
}
