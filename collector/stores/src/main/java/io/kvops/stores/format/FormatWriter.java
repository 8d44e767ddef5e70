package io.kvops.stores.format;

import io.kvops.stores.StoreException;
import io.kvops.stores.data.RecordSink;
import java.io.Closeable;
import java.util.Optional;

/** Writes records to one stream. After an exception it can only be closed. For one thread. */
public interface FormatWriter extends RecordSink, Closeable {
    /**
     * Hands over all that was written so far, between two records.
     *
     * @return what {@link DataFormat#resume} needs to go on behind it, one line of at most 64 Ki characters; empty if the
     *     format can't
     */
    default Optional<String> checkpoint() throws StoreException {
        return Optional.empty();
    }

    /** Writes what belongs behind the last record, so that the file is whole. Nothing may follow but {@link #close}. */
    void finish() throws StoreException;
}
