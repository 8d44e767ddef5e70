package io.kvops.stores.format;

import io.kvops.stores.StoreException;
import io.kvops.stores.StoreException.Kind;
import io.kvops.stores.data.ReadOptions;
import io.kvops.stores.data.RecordReader;
import io.kvops.stores.data.RecordSink;
import io.kvops.stores.data.ScanPart;

/** Reads the records of a file from one number to another. */
final class FileScan implements RecordReader {
    private final Source source;
    private final long expected;
    private final int file;
    private final long from;
    private final long until;
    private final ReadOptions options;
    private long at;

    /** Where records come from, one after the other. */
    record Source(Next next, Close close) {}

    /** The next record; false if there is none. */
    interface Next {
        boolean next(RecordSink sink) throws StoreException;
    }

    /** Gives it back. */
    interface Close {
        void close() throws StoreException;
    }

    /**
     * @param expected how many records the file has, -1 if that is not known
     * @param at the number of the source's first record
     */
    FileScan(Source source, long expected, int file, long at, long from, long until, ReadOptions options) {
        this.source = source;
        this.expected = expected;
        this.file = file;
        this.at = at;
        this.from = from;
        this.until = until;
        this.options = options;
    }

    @Override
    public boolean next(RecordSink sink) throws StoreException {
        ChosenSink passed = new ChosenSink(options, sink, false);
        while (at < from) {
            if (!more(passed)) {
                return false;
            }
        }
        ChosenSink chosen = new ChosenSink(options, sink, true);
        while (at < until && more(chosen)) {
            if (chosen.chosen()) {
                return true;
            }
        }
        return false;
    }

    private boolean more(RecordSink sink) throws StoreException {
        if (source.next().next(sink)) {
            at++;
            return true;
        }
        if (expected >= 0 && at < Math.min(expected, until)) {
            throw new StoreException(
                    Kind.DAMAGED,
                    "file " + (file + 1) + " has " + at + " records, not " + expected + "; use a sound copy");
        }
        return false;
    }

    @Override
    public ScanPart rest() {
        return new ScanPart(file + ":" + Math.max(at, from) + "-" + (until == Long.MAX_VALUE ? "" : until));
    }

    @Override
    public void close() throws StoreException {
        source.close().close();
    }
}
