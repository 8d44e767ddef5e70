package io.kvops.migration;

import io.kvops.migration.value.Comparison;
import io.kvops.migration.value.Value;
import io.kvops.migration.value.ValueSink;
import io.kvops.stores.StoreException;
import io.kvops.stores.data.DataStore;
import io.kvops.stores.data.ReadOptions;
import io.kvops.stores.data.RecordReader;
import io.kvops.stores.data.Slice;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads records by their keys. */
final class Lookup {
    private Lookup() {}

    /** What a store has under some keys. */
    static Map<Slice, Value> values(DataStore store, List<Slice> keys, long maxHeldBytes, Comparison as)
            throws StoreException {
        Map<Slice, Value> found = new HashMap<>();
        ValueSink sink = new ValueSink(maxHeldBytes, as, value -> found.put(value.key(), value));
        try (RecordReader reader = store.read(keys, ReadOptions.ALL)) {
            while (reader.next(sink)) {
                // the sink has it
            }
        }
        return found;
    }
}
