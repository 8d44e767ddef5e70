package io.kvops.stores.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvops.stores.StoreException;
import io.kvops.stores.StoreException.Kind;
import io.kvops.stores.data.WriteOptions.Conflict;
import io.kvops.stores.data.WriteOptions.Loss;
import io.kvops.stores.testing.RandomRecords;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every connector does the same. A subclass opens an empty store. */
public abstract class DataStoreContract {
    private static final int MANY = 300;
    private static final int MAX_BYTES = 64 << 20;
    private static final Set<RecordType> ALL = EnumSet.complementOf(EnumSet.of(RecordType.OPAQUE));

    protected DataStore store;
    private long seed;

    /** An empty one, for reading and writing, or the same one for reading alone. */
    protected abstract DataStore open(boolean readOnly) throws Exception;

    /** Whether an expiry that was read is the one that was written. */
    protected boolean sameExpiry(long written, long read) {
        return written == read;
    }

    /** From when on random records expire. */
    protected long expiryFrom() {
        return RandomRecords.FAR;
    }

    /** How records are read where the connector has several ways. */
    protected ReadOptions reading() {
        return ReadOptions.ALL;
    }

    @BeforeEach
    void openStore() throws Exception {
        store = open(false);
        seed = Long.getLong("kvops.seed", System.nanoTime());
        System.out.println(getClass().getSimpleName() + ": -Dkvops.seed=" + seed);
    }

    @AfterEach
    void closeStore() throws Exception {
        store.close();
    }

    protected final RandomRecords random() {
        Capabilities can = store.capabilities();
        return new RandomRecords(seed, can.types())
                .expiry(can.expiry())
                .expiryFrom(expiryFrom())
                .fieldExpiry(can.fieldExpiry())
                .metadata(can.metadata());
    }

    protected final WriteCounts write(Iterable<WholeRecord> records, WriteOptions options) throws StoreException {
        try (RecordWriter writer = store.writer(options)) {
            for (WholeRecord record : records) {
                record.writeTo(writer);
            }
            writer.flush();
            return writer.counts();
        }
    }

    protected final Map<Slice, WholeRecord> readAll(DataStore from, ReadOptions options) throws StoreException {
        Map<Slice, WholeRecord> found = new HashMap<>();
        for (ScanPart part : from.split(4)) {
            try (RecordReader reader = from.scan(part, options)) {
                RecordCollector collector = new RecordCollector(MAX_BYTES, r -> found.put(r.key(), r));
                while (reader.next(collector)) {
                    // the collector has it
                }
            }
        }
        return found;
    }

    /** Metadata that only tells of the store, as versions, is not compared: nobody can write it. */
    protected final WholeRecord comparable(WholeRecord record) {
        Map<String, String> kept = new HashMap<>(record.header().metadata());
        kept.keySet().retainAll(store.capabilities().metadata());
        RecordHeader header = record.header();
        return WholeRecord.of(
                new RecordHeader(header.key(), header.type(), header.expiresAtMillis(), kept), record.elements());
    }

    protected final void assertSame(Map<Slice, WholeRecord> written, Map<Slice, WholeRecord> read) {
        assertThat(read.keySet()).as("keys, seed " + seed).isEqualTo(written.keySet());
        for (WholeRecord want : written.values()) {
            WholeRecord got = comparable(read.get(want.key()));
            long expiry = got.header().expiresAtMillis();
            assertThat(sameExpiry(want.header().expiresAtMillis(), expiry))
                    .as("expiry %s written, %s read, seed %s", want.header(), expiry, seed)
                    .isTrue();
            assertElements(want, got);
            assertThat(got.header().metadata()).isEqualTo(want.header().metadata());
        }
    }

    protected void assertElements(WholeRecord want, WholeRecord got) {
        assertThat(got.header().type())
                .as("seed " + seed)
                .isEqualTo(want.header().type());
        assertThat(got.elements()).as(want + ", seed " + seed).isEqualTo(want.elements());
    }

    @Test
    void recordsOfAllTypesAreReadAsTheyWereWritten() throws Exception {
        Map<Slice, WholeRecord> records = random().records(MANY);
        WriteCounts counts = write(records.values(), WriteOptions.REPLACE);
        assertThat(counts.written()).isEqualTo(MANY);
        assertThat(counts.records()).isEqualTo(MANY);
        assertThat(counts.bytes()).isPositive();
        assertSame(records, readAll(store, reading()));
        DataSize size = store.size();
        if (size.exact()) {
            assertThat(size.records()).isEqualTo(MANY);
        }
    }

    @Test
    void anEmptyStoreHasNoRecords() throws Exception {
        assertThat(store.split(3)).isNotEmpty();
        assertThat(readAll(store, reading())).isEmpty();
        assertThat(store.describe().kind()).isNotEmpty();
    }

    @Test
    void aScanGoesOnWhereItWasLeft() throws Exception {
        if (!store.capabilities().complete()) {
            return;
        }
        Map<Slice, WholeRecord> records = random().records(MANY);
        write(records.values(), WriteOptions.REPLACE);
        Map<Slice, WholeRecord> found = new HashMap<>();
        RecordCollector collector = new RecordCollector(MAX_BYTES, r -> found.put(r.key(), r));
        for (ScanPart whole : store.split(2)) {
            ScanPart part = whole;
            boolean more = true;
            while (more) {
                // the reader is closed and another one goes on from its text, several times in a part
                try (RecordReader reader = store.scan(new ScanPart(part.text()), reading())) {
                    for (int i = 0; i < 70 && more; i++) {
                        more = reader.next(collector);
                    }
                    part = reader.rest();
                }
            }
        }
        assertSame(records, found);
    }

    @Test
    void onlyWantedKeysAreRead() throws Exception {
        Map<Slice, WholeRecord> records = random().records(MANY);
        write(records.values(), WriteOptions.REPLACE);
        Map<Slice, WholeRecord> wanted = new HashMap<>(records);
        wanted.keySet().removeIf(k -> k.hashCode() % 3 == 0);
        assertSame(wanted, readAll(store, reading().withKeys(k -> k.hashCode() % 3 != 0)));
    }

    @Test
    void someKeysAreReadInTheirOrder() throws Exception {
        Map<Slice, WholeRecord> records = random().records(50);
        write(records.values(), WriteOptions.REPLACE);
        List<Slice> keys = new ArrayList<>(records.keySet());
        keys.add(7, Slice.of("is not there"));
        List<Slice> found = new ArrayList<>();
        try (RecordReader reader = store.read(keys, reading())) {
            RecordCollector collector = new RecordCollector(MAX_BYTES, r -> {
                found.add(r.key());
                assertElements(records.get(r.key()), comparable(r));
            });
            while (reader.next(collector)) {
                // the collector has it
            }
        }
        keys.remove(7);
        assertThat(found).isEqualTo(keys);
    }

    @Test
    void aKeyThatIsThereIsReplacedSkippedOrAnError() throws Exception {
        List<RecordType> types =
                new ArrayList<>(new java.util.TreeSet<>(store.capabilities().types()));
        RandomRecords random = random();
        List<WholeRecord> old = new ArrayList<>();
        List<WholeRecord> young = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            WholeRecord one = random.record(types.get(i % types.size()));
            WholeRecord two = random.record(types.get((i * 5 + 1) % types.size()));
            old.add(one);
            RecordHeader as = two.header();
            young.add(WholeRecord.of(
                    new RecordHeader(one.key(), as.type(), as.expiresAtMillis(), as.metadata()), two.elements()));
        }
        write(old, WriteOptions.REPLACE);
        WriteCounts skipped = write(young, WriteOptions.REPLACE.with(Conflict.SKIP));
        assertThat(skipped.skipped()).isEqualTo(40);
        assertThat(skipped.written()).isZero();
        assertSame(byKey(old), readAll(store, reading()));
        assertThatThrownBy(() -> write(young, WriteOptions.REPLACE.with(Conflict.FAIL)))
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CONFLICT));
        assertSame(byKey(old), readAll(store, reading()));
        assertThat(write(young, WriteOptions.REPLACE).written()).isEqualTo(40);
        assertSame(byKey(young), readAll(store, reading()));
        WholeRecord another = random.record(types.get(0));
        assertThat(write(List.of(another), WriteOptions.REPLACE.with(Conflict.FAIL))
                        .written())
                .isEqualTo(1);
    }

    private static Map<Slice, WholeRecord> byKey(List<WholeRecord> records) {
        Map<Slice, WholeRecord> map = new HashMap<>();
        records.forEach(r -> map.put(r.key(), r));
        return map;
    }

    @Test
    void whatIsDeletedIsGone() throws Exception {
        Map<Slice, WholeRecord> records = random().records(20);
        write(records.values(), WriteOptions.REPLACE);
        List<Slice> keys = new ArrayList<>(records.keySet()).subList(0, 12);
        List<Slice> asked = new ArrayList<>(keys);
        asked.add(Slice.of("is not there"));
        assertThat(store.delete(asked)).isEqualTo(12);
        Map<Slice, WholeRecord> left = new HashMap<>(records);
        left.keySet().removeAll(keys);
        assertSame(left, readAll(store, reading()));
    }

    @Test
    void anAbortedRecordLeavesNothing() throws Exception {
        Map<Slice, WholeRecord> records = random().records(30);
        write(records.values(), WriteOptions.REPLACE);
        try (RecordWriter writer = store.writer(WriteOptions.REPLACE)) {
            Slice there = records.keySet().iterator().next();
            for (Slice key : List.of(there, Slice.of("new"))) {
                writer.begin(RecordHeader.of(key, RecordType.STRING, RecordHeader.NO_EXPIRY));
                for (int i = 0; i < 30; i++) {
                    writer.chunk(Slice.of(new byte[10_000]));
                }
                writer.abort();
            }
            writer.flush();
            assertThat(writer.counts().records()).isZero();
        }
        try (RecordWriter writer = store.writer(WriteOptions.REPLACE)) {
            writer.begin(RecordHeader.of(Slice.of("cut"), RecordType.STRING, RecordHeader.NO_EXPIRY));
            writer.chunk(Slice.of("it never ends"));
        }
        assertSame(records, readAll(store, reading()));
    }

    @Test
    void aRecordPastItsExpiryIsNotThere() throws Exception {
        if (!store.capabilities().expiry()) {
            return;
        }
        Slice key = Slice.of("late");
        List<WholeRecord.Element> value = List.of(new WholeRecord.Chunk(Slice.of("value")));
        write(List.of(WholeRecord.string(key, Slice.of("old"))), WriteOptions.REPLACE);
        WriteCounts counts = write(
                List.of(WholeRecord.of(RecordHeader.of(key, RecordType.STRING, 1_000), value)), WriteOptions.REPLACE);
        assertThat(counts.expired()).isEqualTo(1);
        assertThat(counts.written()).isZero();
        assertThat(readAll(store, reading())).isEmpty();
    }

    @Test
    void whatItCannotHoldIsAnErrorOrLeftOutOrEncoded() throws Exception {
        Capabilities can = store.capabilities();
        RandomRecords random =
                new RandomRecords(seed, ALL).fieldExpiry(can.types().contains(RecordType.HASH) == can.fieldExpiry());
        Map<Slice, WholeRecord> records = random.records(100);
        long foreign = records.values().stream()
                .filter(r -> !can.types().contains(r.header().type()))
                .count();
        if (foreign > 0) {
            assertThatThrownBy(() -> write(records.values(), WriteOptions.REPLACE))
                    .isInstanceOfSatisfying(
                            StoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNSUPPORTED));
            WriteCounts counts = write(records.values(), WriteOptions.REPLACE.with(Loss.SKIP));
            assertThat(counts.leftOut()).isEqualTo(foreign);
            assertThat(counts.written()).isEqualTo(100 - foreign);
        }
        if (can.encodes() || foreign == 0) {
            WriteCounts counts = write(records.values(), WriteOptions.REPLACE.with(Loss.ENCODE));
            assertThat(counts.written()).isEqualTo(100);
            assertThat(counts.leftOut() + counts.reduced()).isZero();
            assertSame(records, readAll(store, reading()));
        }
    }

    @Test
    void opaqueValuesOfAnotherKindAreRefusedOrEncoded() throws Exception {
        WholeRecord opaque = WholeRecord.of(
                new RecordHeader(
                        Slice.of("key"),
                        RecordType.OPAQUE,
                        RecordHeader.NO_EXPIRY,
                        Map.of(RecordHeader.ENCODING, "other.dump")),
                List.of(new WholeRecord.Chunk(Slice.of("payload"))));
        assertThatThrownBy(() -> write(List.of(opaque), WriteOptions.REPLACE))
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNSUPPORTED));
        assertThat(write(List.of(opaque), WriteOptions.REPLACE.with(Loss.SKIP)).leftOut())
                .isEqualTo(1);
    }

    @Test
    void aStringThatBeginsAsAnEnvelopeStaysAString() throws Exception {
        WholeRecord one = WholeRecord.string(Slice.of("one"), Slice.of("\0kvops\1 is how an envelope begins"));
        WholeRecord two = WholeRecord.string(Slice.of("two"), Slice.of("\0kvops\1"));
        Map<Slice, WholeRecord> records = Map.of(one.key(), one, two.key(), two);
        write(records.values(), WriteOptions.REPLACE);
        assertSame(records, readAll(store, reading()));
    }

    @Test
    void aLargeValueComesInChunks() throws Exception {
        int bytes = (int) Math.min(5_000_000, store.capabilities().maxValueBytes());
        byte[] value = new byte[bytes];
        new Random(seed).nextBytes(value);
        WholeRecord large = WholeRecord.string(Slice.of("large"), Slice.of(value));
        write(List.of(large), WriteOptions.REPLACE);
        ReadOptions small = new ReadOptions(reading().opaque(), 64 << 10, key -> true);
        assertSame(Map.of(large.key(), large), readAll(store, small));
    }

    @Test
    void aStoreThatWasOpenedToBeReadIsNotWritten() throws Exception {
        Map<Slice, WholeRecord> records = random().records(20);
        write(records.values(), WriteOptions.REPLACE);
        try (DataStore read = open(true)) {
            assertThatThrownBy(() -> read.writer(WriteOptions.REPLACE)).isInstanceOf(StoreException.class);
            assertThatThrownBy(() -> read.delete(new ArrayList<>(records.keySet())))
                    .isInstanceOf(StoreException.class);
            assertSame(records, readAll(read, reading()));
        }
    }

    @Test
    void aPartOfAnotherStoreIsRefused() {
        assertThatThrownBy(() -> store.scan(new ScanPart("something else"), reading()))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
