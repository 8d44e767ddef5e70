package io.kvops.stores.data;

import io.kvops.stores.StoreException;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The records of some keys from a store that can only be scanned: all at once in memory, up to a bound. For one thread. */
public final class NamedRecords implements RecordReader {
    private static final long MAX_RECORD_BYTES = 64L << 20;

    private final ArrayDeque<WholeRecord> found;

    private NamedRecords(ArrayDeque<WholeRecord> found) {
        this.found = found;
    }

    /**
     * Scans for them.
     *
     * @throws StoreException of kind UNSUPPORTED if one is larger than 64 MiB
     */
    public static NamedRecords scanFor(DataStore store, List<Slice> keys, ReadOptions options) throws StoreException {
        Set<Slice> wanted = new HashSet<>(keys);
        Map<Slice, WholeRecord> records = new HashMap<>();
        for (ScanPart part : store.split(1)) {
            try (RecordReader reader = store.scan(
                    part,
                    options.withKeys(k -> wanted.contains(k) && options.keys().test(k)))) {
                RecordCollector collector = new RecordCollector(MAX_RECORD_BYTES, r -> records.put(r.key(), r));
                boolean more = true;
                while (more && records.size() < wanted.size()) {
                    more = reader.next(collector);
                }
            }
        }
        ArrayDeque<WholeRecord> found = new ArrayDeque<>();
        for (Slice key : keys) {
            @Nullable WholeRecord record = records.get(key);
            if (record != null) {
                found.add(record);
            }
        }
        return new NamedRecords(found);
    }

    @Override
    public boolean next(RecordSink sink) throws StoreException {
        WholeRecord record = found.poll();
        if (record == null) {
            return false;
        }
        record.writeTo(sink);
        return true;
    }

    @Override
    public ScanPart rest() {
        return new ScanPart("named");
    }

    @Override
    public void close() {}
}
