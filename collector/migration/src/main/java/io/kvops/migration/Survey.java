package io.kvops.migration;

import io.kvops.migration.filter.Sieve;
import io.kvops.migration.transform.Transforms;
import io.kvops.migration.value.ElementSink;
import io.kvops.stores.StoreException;
import io.kvops.stores.data.Capabilities;
import io.kvops.stores.data.DataSize;
import io.kvops.stores.data.DataStore;
import io.kvops.stores.data.ReadOptions;
import io.kvops.stores.data.RecordHeader;
import io.kvops.stores.data.RecordType;
import io.kvops.stores.data.ScanPart;
import io.kvops.stores.data.WholeRecord;
import io.kvops.stores.data.WholeRecord.Element;
import java.time.Clock;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;
import java.util.function.LongSupplier;

/** What the records of a source need a target to hold, filtered and transformed as a job wants it; all are read for that. */
final class Survey extends ElementSink {
    private static final int MAX_NAMES = 1_000;

    private final Set<RecordType> types = EnumSet.noneOf(RecordType.class);
    private final Set<String> metadata = new HashSet<>();
    private boolean expiry;
    private boolean fieldExpiry;
    private long longestKey;
    private long longestValue;
    private long records;
    private long bytes;
    private long value;
    private long leftOut;

    private Survey() {}

    static Survey of(MigrationJob job, DataStore source, Clock clock, LongSupplier nanos) throws StoreException {
        Survey survey = new Survey();
        Sieve sieve = new Sieve(job.filter());
        for (ScanPart part : source.split(1)) {
            RateLimit none = new RateLimit(0, nanos);
            Pipeline pipeline = new Pipeline(
                    new Reread(source, part.text()),
                    sieve,
                    Transforms.of(job.transforms()),
                    clock,
                    none,
                    none,
                    () -> false);
            pipeline.to(survey, survey);
            try (SourceReader reader = SourceReader.scan(source, part.text(), ReadOptions.ALL.withKeys(sieve::key))) {
                Pipeline.Records next = reader::next;
                while (pipeline.next(next)) {
                    // it is counted
                }
                pipeline.revisit();
                survey.leftOut += reader.leftOut();
            }
        }
        return survey;
    }

    /** What is really used of what the source could hold. */
    Capabilities capabilities(Capabilities of) {
        return new Capabilities(
                types,
                expiry,
                of.expiryMillis(),
                fieldExpiry,
                metadata,
                of.encodes(),
                longestKey,
                longestValue,
                of.opaque(),
                of.opaqueVersion(),
                of.changes(),
                of.snapshot(),
                of.complete(),
                of.writable());
    }

    DataSize size() {
        return new DataSize(records, bytes, true);
    }

    /** Damaged places. */
    long leftOut() {
        return leftOut;
    }

    @Override
    public void begin(RecordHeader header) {
        types.add(header.type());
        expiry |= header.expires();
        if (metadata.size() < MAX_NAMES) {
            metadata.addAll(header.metadata().keySet());
        }
        longestKey = Math.max(longestKey, header.key().length());
        bytes += header.key().length();
        value = 0;
    }

    @Override
    protected void element(Element element, long elementBytes) {
        value += elementBytes;
        fieldExpiry |= element instanceof WholeRecord.Field field && field.expiresAtMillis() != RecordHeader.NO_EXPIRY;
    }

    @Override
    public void end() {
        records++;
        bytes += value;
        longestValue = Math.max(longestValue, value);
    }

    @Override
    public void abort() {
        // it is not counted
    }
}
