package io.kvops.migration;

import io.kvops.stores.StoreException;
import io.kvops.stores.data.RecordSink;
import io.kvops.stores.format.DataFile;
import io.kvops.stores.format.DataFileWriter;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Writes one file. */
final class FilePartWriter implements PartWriter {
    private final FileTarget target;
    private final DataFileWriter writer;
    private final long recordsBefore;
    private final long bytesBefore;
    private Optional<String> checkpoint;
    private long sureRecords;
    private @Nullable DataFile finished;

    FilePartWriter(FileTarget target, DataFileWriter writer) throws StoreException {
        this.target = target;
        this.writer = writer;
        this.recordsBefore = writer.records();
        this.bytesBefore = writer.bytes();
        this.sureRecords = writer.records();
        try {
            this.checkpoint = writer.checkpoint();
        } catch (StoreException e) {
            writer.close();
            throw e;
        }
    }

    @Override
    public RecordSink sink() {
        return writer;
    }

    @Override
    public RecordSink certain() {
        return writer;
    }

    @Override
    public void flush() throws StoreException {
        if (checkpoint.isPresent() && writer.records() > sureRecords) {
            checkpoint = writer.checkpoint();
            sureRecords = writer.records();
        }
    }

    @Override
    public boolean goesOn() {
        return checkpoint.isPresent();
    }

    @Override
    public String kept() {
        return finished == null ? checkpoint.orElse("") : FileText.encode(finished);
    }

    @Override
    public boolean finishes() {
        return finished == null;
    }

    @Override
    public void finish() throws StoreException {
        target.beforePublishing();
        finished = writer.finish();
    }

    @Override
    public Tally tally() {
        long bytes = finished == null ? writer.bytes() : finished.bytes();
        return Tally.one(Tally.Of.WRITTEN, writer.records() - recordsBefore).plus(Tally.Of.BYTES, bytes - bytesBefore);
    }

    @Override
    public void close() throws StoreException {
        writer.close();
    }
}
