package io.kvops.stores.data.rdb;

import io.kvops.stores.data.Slice;
import java.io.IOException;
import java.io.InputStream;

/** Where the bytes of a snapshot come from: a file that is whole, or one that is still being received. Any thread. */
public interface RdbBytes {
    /** For {@link #length} while it is not known; more than any file has. */
    long UNKNOWN = Long.MAX_VALUE / 4;

    /** How many bytes there are. */
    long length();

    /** Tells it from other snapshots in the same place: 1 to 80 digits and letters. */
    String id();

    /** The bytes from an offset on, as they come; the caller closes it. */
    InputStream from(long offset) throws IOException;

    /** Whether a key is that of a record, and not one that kvops itself keeps there. */
    default boolean isRecord(Slice key) {
        return true;
    }

    /** What it is called in errors. */
    @Override
    String toString();
}
