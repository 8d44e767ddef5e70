package io.kvops.stores.format;

import io.kvops.stores.StoreException;
import io.kvops.stores.StoreException.Kind;
import io.kvops.stores.data.ReadOptions;
import io.kvops.stores.data.RecordReader;
import io.kvops.stores.data.RecordSink;
import io.kvops.stores.data.ScanPart;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Reads the records of a file from one number to another. */
final class FileScan implements RecordReader {
    private final Source source;
    private final Range range;
    private final ReadOptions options;
    private final Consumer<Problem> to;
    private long at;
    private long problems;
    private int listed;
    private long leftOut;

    /** Where records come from, one after the other. */
    record Source(Next next, Supplier<Problems> problems, Close close) {}

    /**
     * Which records.
     *
     * @param file its number, from 0
     * @param expected how many records the file has, -1 if that is not known
     * @param first the number of the source's first record
     * @param from the first one that is wanted
     * @param until the one behind the last
     */
    record Range(int file, long expected, long first, long from, long until) {}

    /** The next record; false if there is none. */
    interface Next {
        boolean next(RecordSink sink) throws StoreException;
    }

    /** Gives it back. */
    interface Close {
        void close() throws StoreException;
    }

    /** @param to is told what is left out */
    FileScan(Source source, Range range, ReadOptions options, Consumer<Problem> to) {
        this.source = source;
        this.range = range;
        this.options = options;
        this.to = to;
        this.at = range.first();
    }

    @Override
    public boolean next(RecordSink sink) throws StoreException {
        ChosenSink passed = new ChosenSink(options, sink, false);
        while (at < range.from()) {
            if (!more(passed)) {
                return false;
            }
        }
        ChosenSink chosen = new ChosenSink(options, sink, true);
        while (at < range.until() && more(chosen)) {
            if (chosen.chosen()) {
                return true;
            }
        }
        return false;
    }

    private boolean more(RecordSink sink) throws StoreException {
        boolean told = source.next().next(sink);
        problems();
        if (told) {
            at++;
            return true;
        }
        long expected = range.expected();
        if (expected >= 0 && at < Math.min(expected, range.until())) {
            throw new StoreException(
                    Kind.DAMAGED,
                    "file " + (range.file() + 1) + " has " + at + " records, not " + expected + "; use a sound copy");
        }
        return false;
    }

    /** Those before the first record that is wanted were said when that was reached the first time. */
    private void problems() {
        Problems now = source.problems().get();
        if (now.count() == problems) {
            return;
        }
        List<Problem> found = now.listed();
        if (at >= range.from()) {
            leftOut += now.count() - problems;
            found.subList(listed, found.size()).forEach(to);
        }
        problems = now.count();
        listed = found.size();
    }

    @Override
    public long leftOut() {
        return leftOut;
    }

    @Override
    public ScanPart rest() {
        String until = range.until() == Long.MAX_VALUE ? "" : Long.toString(range.until());
        return new ScanPart(range.file() + ":" + Math.max(at, range.from()) + "-" + until);
    }

    @Override
    public void close() throws StoreException {
        source.close().close();
    }
}
