package io.kvops.migration;

import io.kvops.stores.StoreException;
import io.kvops.stores.data.DataStore;
import io.kvops.stores.data.ReadOptions;
import io.kvops.stores.data.RecordReader;
import io.kvops.stores.data.RecordSink;
import io.kvops.stores.data.ScanPart;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads some parts of a source one after the other as one. What is left of them is text: a line for each {@link ScanPart}, of
 * which the first may be half read; no line if nothing is left. For one thread.
 */
final class SourceReader implements AutoCloseable {
    private static final String SEPARATOR = "\n";

    private final DataStore source;
    private final ReadOptions options;
    private final ArrayDeque<String> left = new ArrayDeque<>();
    private @Nullable RecordReader reader;
    private long leftOut;

    private SourceReader(DataStore source, ReadOptions options) {
        this.source = source;
        this.options = options;
    }

    /** All of a source in so many lots at most. */
    static List<String> split(DataStore source, int most) throws StoreException {
        Map<Integer, List<String>> lots = new TreeMap<>();
        List<ScanPart> parts = source.split(most);
        for (int i = 0; i < parts.size(); i++) {
            lots.computeIfAbsent(i % most, n -> new ArrayList<>())
                    .add(parts.get(i).text());
        }
        return lots.values().stream().map(lot -> String.join(SEPARATOR, lot)).toList();
    }

    /** @param rest what is left to be read */
    static SourceReader scan(DataStore source, String rest, ReadOptions options) throws StoreException {
        SourceReader reader = new SourceReader(source, options);
        if (!rest.isEmpty()) {
            reader.left.addAll(Arrays.asList(rest.split(SEPARATOR, -1)));
            reader.open();
        }
        return reader;
    }

    private void open() throws StoreException {
        String next = left.poll();
        reader = next == null ? null : source.scan(new ScanPart(next), options);
    }

    /** As {@link RecordReader#next}. */
    boolean next(RecordSink sink) throws StoreException {
        for (RecordReader current = reader; current != null; current = reader) {
            if (current.next(sink)) {
                return true;
            }
            leftOut += current.leftOut();
            reader = null;
            current.close();
            open();
        }
        return false;
    }

    /** Damaged places that were left out so far. */
    long leftOut() {
        return leftOut + (reader == null ? 0 : reader.leftOut());
    }

    /** What is left, to go on from later. */
    String rest() {
        List<String> rest = new ArrayList<>();
        if (reader != null) {
            rest.add(reader.rest().text());
        }
        rest.addAll(left);
        return String.join(SEPARATOR, rest);
    }

    @Override
    public void close() throws StoreException {
        if (reader != null) {
            reader.close();
        }
    }
}
