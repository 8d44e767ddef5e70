package io.kvops.stores.data.memory;

import io.kvops.stores.StoreDescription;
import io.kvops.stores.StoreException;
import io.kvops.stores.StoreException.Kind;
import io.kvops.stores.data.Capabilities;
import io.kvops.stores.data.DataSize;
import io.kvops.stores.data.DataStore;
import io.kvops.stores.data.OpenOptions;
import io.kvops.stores.data.ReadOptions;
import io.kvops.stores.data.RecordReader;
import io.kvops.stores.data.RecordSink;
import io.kvops.stores.data.RecordType;
import io.kvops.stores.data.RecordWriter;
import io.kvops.stores.data.ScanPart;
import io.kvops.stores.data.Slice;
import io.kvops.stores.data.WholeRecord;
import io.kvops.stores.data.WriteOptions;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;

/** Holds whole records, by key. It keeps all metadata that {@link #METADATA} names. */
final class MemoryStore implements DataStore {
    private static final int MAX_KEY_BYTES = 64 << 10;
    private static final Set<String> METADATA = Set.of("db", "flags", "lease", "version");

    static final Capabilities CAPABILITIES = new Capabilities(
            EnumSet.complementOf(EnumSet.of(RecordType.OPAQUE)),
            true,
            1,
            true,
            METADATA,
            false,
            MAX_KEY_BYTES,
            Integer.MAX_VALUE - 64,
            "",
            0,
            Capabilities.Changes.COMPARE,
            false,
            true,
            true);

    private final ConcurrentSkipListMap<Slice, WholeRecord> records;
    private final OpenOptions opened;

    MemoryStore(ConcurrentSkipListMap<Slice, WholeRecord> records, OpenOptions opened) {
        this.records = records;
        this.opened = opened;
    }

    @Override
    public StoreDescription describe() {
        return StoreDescription.of("mem");
    }

    @Override
    public Capabilities capabilities() {
        return CAPABILITIES;
    }

    @Override
    public DataSize size() {
        long count = records.values().stream().filter(this::lives).count();
        return new DataSize(count, -1, true);
    }

    /** One part: {@code after:} and the last key that was read, in hexadecimal digits, or {@code all}. */
    @Override
    public List<ScanPart> split(int wanted) {
        return List.of(new ScanPart("all"));
    }

    @Override
    public RecordReader scan(ScanPart part, ReadOptions options) {
        Map<Slice, WholeRecord> from = records;
        if (part.text().startsWith("after:")) {
            from = records.tailMap(Slice.of(HexFormat.of().parseHex(part.text().substring(6))), false);
        } else if (!part.text().equals("all")) {
            throw new IllegalArgumentException("part: " + part.text() + " (expected one of a store in memory)");
        }
        return new Reader(from.values().iterator(), options, part);
    }

    @Override
    public RecordReader read(List<Slice> keys, ReadOptions options) {
        List<WholeRecord> found =
                keys.stream().filter(records::containsKey).map(records::get).toList();
        return new Reader(found.iterator(), options, new ScanPart("all"));
    }

    @Override
    public RecordWriter writer(WriteOptions options) throws StoreException {
        checkWritable();
        return new MemoryWriter(records, options, opened.clock());
    }

    @Override
    public long delete(List<Slice> keys) throws StoreException {
        checkWritable();
        return keys.stream().filter(k -> records.remove(k) != null).count();
    }

    private void checkWritable() throws StoreException {
        if (opened.readOnly()) {
            throw new StoreException(Kind.REFUSED, "the store was opened to be read; open it to be written");
        }
    }

    private boolean lives(WholeRecord record) {
        return !record.header().expires()
                || record.header().expiresAtMillis() > opened.clock().millis();
    }

    @Override
    public void close() {}

    private final class Reader implements RecordReader {
        private final Iterator<WholeRecord> from;
        private final ReadOptions options;
        private ScanPart rest;

        Reader(Iterator<WholeRecord> from, ReadOptions options, ScanPart rest) {
            this.from = from;
            this.options = options;
            this.rest = rest;
        }

        @Override
        public boolean next(RecordSink sink) throws StoreException {
            while (from.hasNext()) {
                WholeRecord record = from.next();
                if (lives(record) && options.keys().test(record.key())) {
                    record.writeTo(sink);
                    rest = new ScanPart(
                            "after:" + HexFormat.of().formatHex(record.key().toBytes()));
                    return true;
                }
            }
            return false;
        }

        @Override
        public ScanPart rest() {
            return rest;
        }

        @Override
        public void close() {}
    }
}
