package io.kvops.migration;

import io.kvops.stores.StoreDescription;
import io.kvops.stores.StoreException;
import io.kvops.stores.data.Capabilities;
import io.kvops.stores.data.DataSize;
import io.kvops.stores.data.DataStore;
import java.util.List;

/** Where a copy goes to: a store, or files. Any thread. */
interface CopyTarget extends AutoCloseable {
    /** Takes the record that is being read, to be read and written once more, whatever the target has. */
    interface Revisit {
        void again() throws StoreException;
    }

    /** What it can hold. */
    Capabilities capabilities();

    StoreDescription describe() throws StoreException;

    /** How much it holds. */
    DataSize size() throws StoreException;

    /** What may go wrong, found out without a write, a line each. */
    List<String> warnings(DataSize source);

    /** What is left to be read at the beginning, a text for each part. */
    List<String> parts(DataStore source) throws StoreException;

    /** Records between two flushes; more of them may pass if the last one is not long ago. */
    int batch();

    /** How long a flush may be ago. */
    long flushNanos();

    /**
     * Writes a part, or goes on with it.
     *
     * @param index of the part
     * @param state how far it is
     * @param again whether records may come that were written before, by a run that was interrupted
     */
    PartWriter writer(int index, PartState state, boolean again, Revisit revisit) throws StoreException;

    /** All parts are done. */
    void finish(List<PartState> parts) throws StoreException;

    @Override
    void close() throws StoreException;
}
