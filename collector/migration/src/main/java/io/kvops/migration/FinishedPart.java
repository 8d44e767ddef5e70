package io.kvops.migration;

import io.kvops.stores.data.RecordSink;
import io.kvops.stores.format.DataFile;

/** A file that an earlier run had finished as its process ended. */
final class FinishedPart implements PartWriter {
    private final DataFile file;

    FinishedPart(DataFile file) {
        this.file = file;
    }

    @Override
    public RecordSink sink() {
        return Nowhere.SINK; // nothing is left to be read
    }

    @Override
    public RecordSink certain() {
        return Nowhere.SINK;
    }

    @Override
    public void flush() {}

    @Override
    public String kept() {
        return FileText.encode(file);
    }

    @Override
    public Tally tally() {
        return Tally.NONE;
    }

    @Override
    public void close() {}
}
