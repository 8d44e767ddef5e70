package io.kvops.migration;

import io.kvops.migration.value.Comparison;
import io.kvops.stores.StoreException;
import io.kvops.stores.data.DataStore;
import io.kvops.stores.data.RecordSink;
import io.kvops.stores.data.RecordWriter;
import io.kvops.stores.data.WriteCounts;
import io.kvops.stores.data.WriteOptions;

/** Writes to a store. */
final class StoreTarget implements AutoCloseable {
    /** Takes the record that is being read, to be read and written once more, whatever the target has. */
    interface Revisit {
        void again() throws StoreException;
    }

    private static final int BATCH_BYTES = 1 << 20;

    private final DataStore store;
    private final MigrationJob job;
    private final Comparison as;

    StoreTarget(DataStore store, MigrationJob job, Comparison as) {
        this.store = store;
        this.job = job;
        this.as = as;
    }

    /** The store that it is. */
    DataStore store() {
        return store;
    }

    /** Whether the target is asked before a record is written. */
    static boolean looksFirst(MigrationJob job, boolean again) {
        return job.onlyDifferent() || job.conflict() == Conflict.NEWER || (job.conflict() == Conflict.FAIL && again);
    }

    /** @param again whether records may come that were written before, by a run that was interrupted */
    PartWriter writer(boolean again, Revisit revisit) throws StoreException {
        boolean looks = looksFirst(job, again);
        WriteOptions.Conflict conflict = looks || job.conflict() == Conflict.OVERWRITE
                ? WriteOptions.Conflict.REPLACE
                : job.conflict() == Conflict.SKIP ? WriteOptions.Conflict.SKIP : WriteOptions.Conflict.FAIL;
        Plain plain = new Plain(store.writer(new WriteOptions(conflict, job.loss(), BATCH_BYTES)));
        return looks ? new ComparingWriter(store, plain, job, as, revisit) : plain;
    }

    @Override
    public void close() throws StoreException {
        store.close();
    }

    private static final class Plain implements PartWriter {
        private final RecordWriter writer;

        Plain(RecordWriter writer) {
            this.writer = writer;
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
            writer.flush();
        }

        @Override
        public Tally tally() {
            WriteCounts counts = writer.counts();
            return Tally.one(Tally.Of.WRITTEN, counts.written())
                    .plus(Tally.Of.SKIPPED, counts.skipped())
                    .plus(Tally.Of.LEFT_OUT, counts.leftOut())
                    .plus(Tally.Of.REDUCED, counts.reduced())
                    .plus(Tally.Of.EXPIRED, counts.expired())
                    .plus(Tally.Of.BYTES, counts.bytes());
        }

        @Override
        public void close() throws StoreException {
            writer.close();
        }
    }
}
