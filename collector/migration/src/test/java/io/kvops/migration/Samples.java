package io.kvops.migration;

import io.kvops.stores.StoreAddress;
import io.kvops.stores.StoreException;
import io.kvops.stores.data.DataStore;
import io.kvops.stores.data.DataStores;
import io.kvops.stores.data.OpenOptions;
import io.kvops.stores.data.ReadOptions;
import io.kvops.stores.data.RecordCollector;
import io.kvops.stores.data.RecordHeader;
import io.kvops.stores.data.RecordReader;
import io.kvops.stores.data.RecordType;
import io.kvops.stores.data.RecordWriter;
import io.kvops.stores.data.ScanPart;
import io.kvops.stores.data.Slice;
import io.kvops.stores.data.StreamId;
import io.kvops.stores.data.WholeRecord;
import io.kvops.stores.data.WholeRecord.Element;
import io.kvops.stores.data.WriteOptions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Records of all types, by number, and stores that have them. */
final class Samples {
    static final long FAR = 4_102_444_800_000L;
    private static final RecordType[] TYPES = {
        RecordType.STRING, RecordType.HASH, RecordType.LIST, RecordType.SET, RecordType.ZSET, RecordType.STREAM
    };

    private Samples() {}

    /** The same for the same number: {@code key:NUMBER}, of type NUMBER modulo 6, every third with an expiry. */
    static WholeRecord record(int number) {
        Random random = new Random(number);
        RecordType type = TYPES[number % TYPES.length];
        List<Element> elements = new ArrayList<>();
        int count = 1 + random.nextInt(12);
        for (int i = 0; i < count; i++) {
            byte[] bytes = new byte[1 + random.nextInt(40)];
            random.nextBytes(bytes);
            Slice value = Slice.of(bytes);
            Slice name = Slice.of("n" + i);
            switch (type) {
                case STRING -> {
                    if (i == 0) {
                        elements.add(new WholeRecord.Chunk(value));
                    }
                }
                case HASH -> elements.add(new WholeRecord.Field(name, value, RecordHeader.NO_EXPIRY));
                case LIST -> elements.add(new WholeRecord.Item(value));
                case SET -> elements.add(new WholeRecord.Member(value));
                case ZSET -> elements.add(new WholeRecord.Scored(value, i == 0 ? Double.NEGATIVE_INFINITY : i / 3.0));
                default -> elements.add(new WholeRecord.Entry(new StreamId(1 + i, 0), List.of(name, value)));
            }
        }
        if (type == RecordType.STREAM) {
            elements.add(new WholeRecord.State(new StreamId(count, 0), count, StreamId.ZERO));
            elements.add(new WholeRecord.Group(Slice.of("g"), new StreamId(1, 0), 1));
            elements.add(new WholeRecord.Consumer(Slice.of("c")));
            elements.add(new WholeRecord.Pending(new StreamId(1, 0), Slice.of("c"), 1_700_000_000_000L, 2));
        }
        long expiry = number % 3 == 0 ? FAR + number : RecordHeader.NO_EXPIRY;
        return WholeRecord.of(RecordHeader.of(Slice.of("key:" + number), type, expiry), elements);
    }

    static WholeRecord string(String key, String value) {
        return WholeRecord.string(Slice.of(key), Slice.of(value));
    }

    static WholeRecord string(String key, String value, long expiresAtMillis) {
        return WholeRecord.of(
                RecordHeader.of(Slice.of(key), RecordType.STRING, expiresAtMillis),
                List.of(new WholeRecord.Chunk(Slice.of(value))));
    }

    static DataStore open(DataStores stores, String address) throws StoreException {
        return stores.open(StoreAddress.parse(address), OpenOptions.toWrite());
    }

    static void fill(DataStores stores, String address, int count) throws StoreException {
        List<WholeRecord> records = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            records.add(record(i));
        }
        put(stores, address, records);
    }

    static void put(DataStores stores, String address, List<WholeRecord> records) throws StoreException {
        try (DataStore store = open(stores, address);
                RecordWriter writer = store.writer(WriteOptions.REPLACE)) {
            for (WholeRecord record : records) {
                record.writeTo(writer);
            }
            writer.flush();
        }
    }

    static Map<String, WholeRecord> all(DataStores stores, String address) throws StoreException {
        Map<String, WholeRecord> found = new HashMap<>();
        try (DataStore store = open(stores, address)) {
            for (ScanPart part : store.split(1)) {
                RecordCollector collector =
                        new RecordCollector(256 << 20, r -> found.put(r.key().toText(), r));
                try (RecordReader reader = store.scan(part, ReadOptions.ALL)) {
                    while (reader.next(collector)) {
                        // the collector has it
                    }
                }
            }
        }
        return found;
    }
}
