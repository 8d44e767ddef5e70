package io.kvops.stores.data;

import io.kvops.stores.StoreDescription;
import io.kvops.stores.StoreException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * One store's records. Its methods may be called from any thread, one at a time; each reader and writer belongs to one
 * thread, and several may be used side by side.
 */
public interface DataStore extends AutoCloseable {
    /** What it is. */
    StoreDescription describe() throws StoreException;

    /** What it is, by whatever name it was opened: stores that say the same are one. Empty if that is not known. */
    default String identity() {
        return "";
    }

    /** What it can hold, looked up when it was opened. */
    Capabilities capabilities();

    /** How much it holds. */
    DataSize size() throws StoreException;

    /**
     * All records in parts that can be read side by side.
     *
     * @param wanted how many parts are welcome, at least 1; there may be fewer
     */
    List<ScanPart> split(int wanted) throws StoreException;

    /**
     * Reads a part.
     *
     * @throws IllegalArgumentException if the part is none of such a store
     */
    RecordReader scan(ScanPart part, ReadOptions options) throws StoreException;

    /**
     * Reads the records of some keys, in that order; those that are not there are passed over. {@link RecordReader#rest} is
     * of no use here.
     *
     * @param keys kept until the reader is closed
     */
    RecordReader read(List<Slice> keys, ReadOptions options) throws StoreException;

    /** Whether {@link #read} finds records without reading all of the store, as it does where that is one file. */
    default boolean readsByKey() {
        return true;
    }

    /**
     * Why all of it had better be read by parts, and not from a {@link #snapshot}: one line; empty if nothing is against that.
     * Looks, and changes nothing.
     */
    default String againstSnapshot() throws StoreException {
        return "the source makes no snapshot of itself";
    }

    /**
     * Has the store send its records as they are at one instant, which costs it less than questions for keys. The caller closes it.
     *
     * @param folder of its own, made if need be; it needs room for all of the store
     * @param stop whether to wait no longer: what is being read fails then
     * @throws StoreException of kind UNSUPPORTED or REFUSED if it gives none
     */
    default Snapshot snapshot(Path folder, BooleanSupplier stop) throws StoreException {
        throw new StoreException(StoreException.Kind.UNSUPPORTED, againstSnapshot());
    }

    /** The snapshot that an earlier process received into that folder, if it is whole. The caller closes it. */
    default Optional<Snapshot> snapshotAgain(Path folder) throws StoreException {
        return Optional.empty();
    }

    /**
     * Writes.
     *
     * @throws StoreException of kind REFUSED if it was opened to be read
     */
    RecordWriter writer(WriteOptions options) throws StoreException;

    /**
     * Deletes.
     *
     * @return how many of the keys were there
     */
    long delete(List<Slice> keys) throws StoreException;

    /**
     * Follows its changes. Nothing is asked before the feed is opened; the caller closes it.
     *
     * @throws StoreException of kind UNSUPPORTED where {@link Capabilities#changes} says COMPARE
     */
    default ChangeFeed changes(FeedOptions options) throws StoreException {
        throw new StoreException(
                StoreException.Kind.UNSUPPORTED,
                "it has no log of changes that can be followed; compare and repair instead");
    }

    /**
     * Repeats the log of a source here. Nothing is asked before it is used; the caller closes it.
     *
     * @return empty if the two do not fit; changed records can be read from {@link #changes} then, and written as a whole
     */
    default Optional<Replay> replayOf(DataStore source, FeedOptions options) {
        return Optional.empty();
    }

    /**
     * Ends what a replay of this name left here, without its source, as {@link Replay#finish} does.
     *
     * @return false if there is none
     */
    default boolean endReplay(String name) throws StoreException {
        return false;
    }

    /** A text that is another one after each change of a record, whoever made it; empty if that can't be told. */
    default String lastChange() throws StoreException {
        return "";
    }

    /** Whether one that is opened to be written can hold back all other writers. */
    default boolean holdsWrites() {
        return false;
    }

    /**
     * Holds them back, changing nothing, until it is closed or the time is over.
     *
     * @return false if they could not be held in that time
     * @throws StoreException of kind REFUSED if it was opened to be read
     */
    default boolean holdWrites(Duration atMost) throws StoreException {
        return false;
    }

    /** What may go wrong when its changes are followed, a line each, with advice. Looks, and changes nothing. */
    default List<String> followingAdvice(FeedOptions options) throws StoreException {
        return List.of();
    }

    @Override
    void close() throws StoreException;
}
