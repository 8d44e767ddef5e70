package io.kvops.stores.data;

import io.kvops.stores.StoreException;

/**
 * Writes records in batches. Readers of the store see a record as a whole or not at all, also one that was written in parts.
 * After an exception it can only be closed; {@link #counts} say what is surely written. For one thread.
 */
public interface RecordWriter extends RecordSink, AutoCloseable {
    /** Sends what waits and returns when the store has acknowledged all records that ended. */
    void flush() throws StoreException;

    /** What the store has acknowledged so far. */
    WriteCounts counts();

    /** Gives back what it holds. What was not flushed may or may not be written; a record that was begun is not. */
    @Override
    void close() throws StoreException;
}
