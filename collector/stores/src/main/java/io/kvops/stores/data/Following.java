package io.kvops.stores.data;

import io.kvops.stores.StoreException;
import java.time.Duration;
import java.util.List;

/** What feeds and replays have in common: where they stand, and where the source is. For one thread. */
public interface Following extends AutoCloseable {
    /** The source's own position at this moment, to be waited for by {@link #reached}. */
    String end() throws StoreException;

    /** Whether all changes up to what {@link #end} said were told, or applied. */
    boolean reached(String end);

    /** How far behind it is. Asks the source, but for one that can't be reached just now. */
    Lag lag() throws StoreException;

    /**
     * Lets the source hold back writes of all its clients.
     *
     * @param atMost after which they go on by themselves
     * @return false if such a source can't do that
     */
    default boolean holdWrites(Duration atMost) throws StoreException {
        return false;
    }

    /** Lets them go on. */
    default void letWrite() throws StoreException {}

    /** What happened since it was asked last, as a lost connection: lines for a log. */
    default List<String> news() {
        return List.of();
    }

    @Override
    void close() throws StoreException;
}
