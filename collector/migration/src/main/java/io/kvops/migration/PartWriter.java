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

    /** What is sure, since it was opened. */
    Tally tally();

    @Override
    void close() throws StoreException;
}
