package io.kvops.stores.format;

import io.kvops.stores.StoreException;
import io.kvops.stores.data.RecordSink;
import java.io.IOException;

/** Reads the records of one file. For one thread. */
public final class DataFileReader implements AutoCloseable {
    private final DataFormat format;
    private final Compression compression;
    private final FormatReader reader;
    private long records;

    DataFileReader(DataFormat format, Compression compression, FormatReader reader) {
        this.format = format;
        this.compression = compression;
        this.reader = reader;
    }

    /** What the file is. */
    public DataFormat format() {
        return format;
    }

    /** How the file as a whole is packed. */
    public Compression compression() {
        return compression;
    }

    /**
     * Tells the next record to a sink. One that turns out to be damaged after it was begun is aborted there.
     *
     * @return false if there is no more; nothing was told then
     * @throws StoreException of kind DAMAGED, saying where and what to do, unless what is damaged is left out
     */
    public boolean next(RecordSink sink) throws StoreException {
        boolean told = reader.next(sink);
        records += told ? 1 : 0;
        return told;
    }

    /** How many records were told. */
    public long records() {
        return records;
    }

    /** What was left out so far. */
    public Problems problems() {
        return reader.problems();
    }

    @Override
    public void close() throws StoreException {
        try {
            reader.close();
        } catch (IOException e) {
            throw FileFailure.reading(format.name() + " file", e);
        }
    }
}
