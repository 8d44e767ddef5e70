package io.kvops.migration;

import io.kvops.stores.StoreException;
import io.kvops.stores.data.RecordSink;

/** Writes what becomes of one part of the source. For one thread. */
interface PartWriter extends AutoCloseable {
    /** Takes records. */
    RecordSink sink();

    /** Takes records that are to be written whatever the target has. */
    RecordSink certain();

    /** Makes sure of all that ended so far. */
    void flush() throws StoreException;

    /** Whether a later run can go on behind the last {@link #flush}; else it has to begin the part again. */
    default boolean goesOn() {
        return true;
    }

    /** What a later run needs to go on behind the last {@link #flush}; empty for nothing. */
    default String kept() {
        return "";
    }

    /** Whether {@link #finish} has something to do. */
    default boolean finishes() {
        return false;
    }

    /** All was written, flushed, and kept in a checkpoint. */
    default void finish() throws StoreException {}

    /** What is sure, since it was opened. */
    Tally tally();

    @Override
    void close() throws StoreException;
}
