package io.kvops.stores.data;

import io.kvops.stores.StoreException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Tells which keys of a store changed, each change at least once, in their order. Who copies all records after {@link #open}
 * and then reads each key that is told has the same records as soon as nothing changes any more.
 */
public interface ChangeFeed extends Following {
    /**
     * Begins, or goes on; once.
     *
     * @param position as {@link #position} said it before; empty for from now on
     * @throws ChangesLostException if changes since then are not known any more; it may be opened from now on then
     */
    void open(String position) throws StoreException, ChangesLostException;

    /**
     * The source as this feed has it: what was told can be read from it. Lent until the feed is closed.
     *
     * @return null if any other opened store of that address shows changes as well
     */
    default @Nullable DataStore records() {
        return null;
    }

    /** Behind all that was told. */
    String position();

    /**
     * Tells some changes.
     *
     * @param atMost how long to wait for the first
     * @return how many entries of the log were passed, 0 if none came in time
     * @throws ChangesLostException if changes are lost, or everything changed at once
     */
    int next(ChangeSink to, Duration atMost) throws StoreException, ChangesLostException;
}
