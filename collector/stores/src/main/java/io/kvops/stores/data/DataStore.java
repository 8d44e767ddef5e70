package io.kvops.stores.data;

import io.kvops.stores.StoreDescription;
import io.kvops.stores.StoreException;
import java.util.List;

/**
 * One store's records. Its methods may be called from any thread, one at a time; each reader and writer belongs to one
 * thread, and several may be used side by side.
 */
public interface DataStore extends AutoCloseable {
    /** What it is. */
    StoreDescription describe() throws StoreException;

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

    @Override
    void close() throws StoreException;
}
