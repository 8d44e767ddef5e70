package io.kvops.migration;

import io.kvops.migration.value.Comparison;
import io.kvops.stores.StoreDescription;
import io.kvops.stores.StoreException;
import io.kvops.stores.data.AbsentStore;
import io.kvops.stores.data.Capabilities;
import io.kvops.stores.data.DataSize;
import io.kvops.stores.data.DataStore;
import io.kvops.stores.data.RecordSink;
import io.kvops.stores.data.RecordWriter;
import io.kvops.stores.data.ScanPart;
import io.kvops.stores.data.WriteCounts;
import io.kvops.stores.data.WriteOptions;
import java.util.List;

/** Writes to a store. */
final class StoreTarget implements CopyTarget {
    private static final long FLUSH_NANOS = 500_000_000L;
    private static final int BATCH_BYTES = 1 << 20;

    private final DataStore store;
    private final MigrationJob job;
    private final Comparison as;

    StoreTarget(DataStore store, MigrationJob job, Comparison as) {
        this.store = store;
        this.job = job;
        this.as = as;
    }

    @Override
    public Capabilities capabilities() {
        return store.capabilities();
    }

    @Override
    public StoreDescription describe() throws StoreException {
        return store.describe();
    }

    @Override
    public DataSize size() throws StoreException {
        return store.size();
    }

    @Override
    public List<String> warnings(DataSize source) {
        return store instanceof AbsentStore ? List.of("the target is not there: the copy makes it") : List.of();
    }

    @Override
    public List<String> parts(DataStore source) throws StoreException {
        return source.split(job.pace().parallel()).stream().map(ScanPart::text).toList();
    }

    @Override
    public int batch() {
        return job.pace().batch();
    }

    @Override
    public long flushNanos() {
        return FLUSH_NANOS;
    }

    @Override
    public void finish(List<PartState> parts) {
        // each record was whole already
    }

    /** Whether the target is asked before a record is written. */
    static boolean looksFirst(MigrationJob job, boolean again) {
        return job.onlyDifferent() || job.conflict() == Conflict.NEWER || (job.conflict() == Conflict.FAIL && again);
    }

    @Override
    public PartWriter writer(int index, PartState state, boolean again, Revisit revisit) throws StoreException {
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
