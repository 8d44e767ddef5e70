package io.kvops.stores.format;

import io.kvops.stores.StoreException;
import io.kvops.stores.data.RecordSink;
import java.io.Closeable;

/** Reads records from one stream. For one thread. */
public interface FormatReader extends Closeable {
    /**
     * Tells the next record to a sink. A record that turns out to be damaged after it was begun is aborted there.
     *
     * @return false if there is no more; nothing was told then
     * @throws StoreException of kind DAMAGED, saying where and what to do, unless what is damaged is left out
     */
    boolean next(RecordSink sink) throws StoreException;

    /** What was left out so far. */
    Problems problems();
}
