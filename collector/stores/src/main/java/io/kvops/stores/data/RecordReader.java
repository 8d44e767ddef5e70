package io.kvops.stores.data;

import io.kvops.stores.StoreException;

/**
 * Reads records one after the other. A record that vanishes while it is read is aborted in the sink and not returned: the
 * call goes on to the next. For one thread.
 */
public interface RecordReader extends AutoCloseable {
    /**
     * Tells the next record to a sink.
     *
     * @return false if there is no more; nothing was told then
     */
    boolean next(RecordSink sink) throws StoreException;

    /**
     * What is left after the records so far, to go on from later, in another process too. It may give some records again,
     * and leaves none out.
     */
    ScanPart rest();

    /** Damaged places that were left out so far, as whoever opened the store wanted it. */
    default long leftOut() {
        return 0;
    }

    @Override
    void close() throws StoreException;
}
