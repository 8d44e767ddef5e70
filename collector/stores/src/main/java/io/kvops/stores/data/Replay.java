package io.kvops.stores.data;

import io.kvops.stores.StoreException;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes a target the same as a source by the source's own log: a full copy, then each change once and in order. How far it is
 * stands at the target, in the same transaction as the changes, so that a crash neither doubles nor loses one. Until {@link
 * #finish} records at the target do not expire by themselves; the source's own removals are repeated.
 */
public interface Replay extends Following {
    /**
     * Goes on where the target says that it is.
     *
     * @return false if it has no finished copy of this replay; {@link #begin} is next then
     * @throws ChangesLostException if the source has not kept the changes since; {@link #begin} is next then
     * @throws StoreException of kind REFUSED if another replay writes there
     */
    boolean resume() throws StoreException, ChangesLostException;

    /**
     * Receives a full copy of the source, and the changes since from then on.
     *
     * @param stop looked at while it is received
     * @return the copy, to be read and closed by the caller; null if it was to stop
     */
    @Nullable
    DataStore begin(BooleanSupplier stop) throws StoreException;

    /**
     * Receives the changes since a full copy that an earlier process received, if both are still there.
     *
     * @return the copy; null if there is none, or its changes are lost
     */
    @Nullable
    DataStore again() throws StoreException;

    /** The target, to take the records of the full copy; closed by the caller. */
    DataStore target() throws StoreException;

    /** All records of the full copy are at the target. */
    void copied() throws StoreException;

    /**
     * Applies some changes.
     *
     * @param atMost how long to wait for the first
     * @return how many entries of the log were passed, 0 if none came in time
     */
    int next(Duration atMost) throws StoreException, ChangesLostException;

    /**
     * Whether a cut-over that begins now would be a short one.
     *
     * @param lag as {@link #lag} said just now
     * @param nanos how far behind it may be for that
     */
    default boolean near(Lag lag, long nanos) {
        return lag.nanos() <= nanos;
    }

    /** Where it stands, for people. */
    String position();

    /** Lets the target be a store like any other: what should expire does, and nothing is left that tells of the replay. */
    void finish() throws StoreException;
}
