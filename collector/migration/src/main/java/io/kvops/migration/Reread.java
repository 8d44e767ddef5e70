package io.kvops.migration;

import io.kvops.stores.StoreException;
import io.kvops.stores.data.DataStore;
import io.kvops.stores.data.ReadOptions;
import io.kvops.stores.data.RecordReader;
import io.kvops.stores.data.RecordSink;
import io.kvops.stores.data.Slice;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Reads records of a part once more: by their keys, or, where the source can't be asked for keys as it is a file, by reading the
 * part again as far as needed.
 */
final class Reread {
    private final DataStore source;
    private final String from;

    /** @param from where the part begins, or what was left of it before those records were read the first time */
    Reread(DataStore source, String from) {
        this.source = source;
        this.from = from;
    }

    /** Whether few keys cost little. */
    boolean byKey() {
        return source.readsByKey();
    }

    void read(List<Slice> keys, RecordSink to) throws StoreException {
        if (source.readsByKey()) {
            try (RecordReader reader = source.read(keys, ReadOptions.ALL)) {
                while (reader.next(to)) {
                    // the sink has it
                }
            }
            return;
        }
        Set<Slice> wanted = new HashSet<>(keys);
        // a file may have a key twice
        Set<Slice> missing = new HashSet<>(wanted);
        ReadOptions those = ReadOptions.ALL.withKeys(key -> {
            missing.remove(key);
            return wanted.contains(key);
        });
        try (SourceReader reader = SourceReader.scan(source, from, those)) {
            while (!missing.isEmpty() && reader.next(to)) {
                // the sink has it
            }
        }
    }
}
