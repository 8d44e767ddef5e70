package io.kvops.stores.data.memory;

import io.kvops.stores.StoreException;
import io.kvops.stores.StoreException.Kind;
import io.kvops.stores.data.RecordCollector;
import io.kvops.stores.data.RecordHeader;
import io.kvops.stores.data.RecordType;
import io.kvops.stores.data.RecordWriter;
import io.kvops.stores.data.Slice;
import io.kvops.stores.data.StreamId;
import io.kvops.stores.data.WholeRecord;
import io.kvops.stores.data.WriteCounts;
import io.kvops.stores.data.WriteOptions;
import io.kvops.stores.data.WriteOptions.Conflict;
import io.kvops.stores.data.WriteOptions.Loss;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/** Puts whole records into the map. */
final class MemoryWriter implements RecordWriter {
    private final ConcurrentSkipListMap<Slice, WholeRecord> records;
    private final WriteOptions options;
    private final Clock clock;
    private final RecordCollector collector;
    private boolean reduced;
    private boolean leftOut;
    private @Nullable WholeRecord ended;
    private WriteCounts counts = WriteCounts.NONE;

    MemoryWriter(ConcurrentSkipListMap<Slice, WholeRecord> records, WriteOptions options, Clock clock) {
        this.records = records;
        this.options = options;
        this.clock = clock;
        this.collector = new RecordCollector(MemoryStore.CAPABILITIES.maxValueBytes(), r -> ended = r);
    }

    @Override
    public void begin(RecordHeader header) throws StoreException {
        long maxKey = MemoryStore.CAPABILITIES.maxKeyBytes();
        leftOut = header.type() == RecordType.OPAQUE || header.key().length() > maxKey;
        Map<String, String> kept = new HashMap<>(header.metadata());
        kept.keySet().retainAll(MemoryStore.CAPABILITIES.metadata());
        reduced = kept.size() < header.metadata().size();
        if (options.loss() == Loss.FAIL && (leftOut || reduced)) {
            throw new StoreException(
                    Kind.UNSUPPORTED,
                    "the target can't hold "
                            + (leftOut ? "opaque values or keys over " + maxKey + " bytes" : "metadata")
                            + "; choose to skip what it can't hold");
        }
        collector.begin(new RecordHeader(header.key(), header.type(), header.expiresAtMillis(), kept));
    }

    @Override
    public void chunk(Slice bytes) throws StoreException {
        collector.chunk(bytes);
    }

    @Override
    public void field(Slice name, Slice value, long expiresAtMillis) throws StoreException {
        collector.field(name, value, expiresAtMillis);
    }

    @Override
    public void item(Slice value) throws StoreException {
        collector.item(value);
    }

    @Override
    public void member(Slice member) throws StoreException {
        collector.member(member);
    }

    @Override
    public void scored(Slice member, double score) throws StoreException {
        collector.scored(member, score);
    }

    @Override
    public void entry(StreamId id, List<Slice> namesAndValues) throws StoreException {
        collector.entry(id, namesAndValues);
    }

    @Override
    public void state(StreamId lastId, long entriesAdded, StreamId maxDeletedId) throws StoreException {
        collector.state(lastId, entriesAdded, maxDeletedId);
    }

    @Override
    public void group(Slice name, StreamId lastDelivered, long entriesRead) throws StoreException {
        collector.group(name, lastDelivered, entriesRead);
    }

    @Override
    public void consumer(Slice name) throws StoreException {
        collector.consumer(name);
    }

    @Override
    public void pending(StreamId id, Slice consumer, long deliveredAtMillis, long deliveries) throws StoreException {
        collector.pending(id, consumer, deliveredAtMillis, deliveries);
    }

    @Override
    public void end() throws StoreException {
        collector.end();
        WholeRecord record = ended;
        ended = null;
        if (record == null || leftOut) {
            counts = counts.plus(new WriteCounts(0, 0, 1, 0, 0, 0));
        } else if (options.conflict() != Conflict.REPLACE && records.containsKey(record.key())) {
            if (options.conflict() == Conflict.FAIL) {
                throw new StoreException(
                        Kind.CONFLICT, "a key is there already; choose to replace or to skip those that are");
            }
            counts = counts.plus(new WriteCounts(0, 1, 0, 0, 0, 0));
        } else if (record.header().expires() && record.header().expiresAtMillis() <= clock.millis()) {
            records.remove(record.key());
            counts = counts.plus(new WriteCounts(0, 0, 0, 0, 1, 0));
        } else {
            records.put(record.key(), record);
            counts = counts.plus(
                    new WriteCounts(1, 0, 0, reduced ? 1 : 0, 0, record.key().length()));
        }
    }

    @Override
    public void abort() {
        collector.abort();
    }

    @Override
    public void flush() {}

    @Override
    public WriteCounts counts() {
        return counts;
    }

    @Override
    public void close() {
        collector.abort();
    }
}
