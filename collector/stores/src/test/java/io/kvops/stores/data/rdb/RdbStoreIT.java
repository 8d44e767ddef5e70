package io.kvops.stores.data.rdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvops.stores.StoreAddress;
import io.kvops.stores.StoreException;
import io.kvops.stores.StoreException.Kind;
import io.kvops.stores.data.DataStore;
import io.kvops.stores.data.DataStores;
import io.kvops.stores.data.OpenOptions;
import io.kvops.stores.data.ReadOptions;
import io.kvops.stores.data.RecordCollector;
import io.kvops.stores.data.RecordReader;
import io.kvops.stores.data.RecordType;
import io.kvops.stores.data.RecordWriter;
import io.kvops.stores.data.ScanPart;
import io.kvops.stores.data.Slice;
import io.kvops.stores.data.WholeRecord;
import io.kvops.stores.data.WriteOptions;
import io.kvops.stores.testing.RandomRecords;
import io.kvops.stores.testing.ServerProcess;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that a real server saved. */
class RdbStoreIT {
    private static final DataStores STORES = DataStores.load();
    private static final int MAX_BYTES = 64 << 20;

    @TempDir
    private static Path dir;

    private static ServerProcess server;
    private static Path file;
    private static Map<Slice, WholeRecord> records;
    private static long seed;

    @BeforeAll
    static void save() throws Exception {
        seed = Long.getLong("kvops.seed", System.nanoTime());
        System.out.println("RdbStoreIT: -Dkvops.seed=" + seed);
        server = ServerProcess.redis(dir);
        records = new RandomRecords(seed, EnumSet.complementOf(EnumSet.of(RecordType.OPAQUE)))
                .expiry(true)
                .maxElements(200)
                .records(400);
        byte[] text = "packs well, ".repeat(300_000).getBytes(StandardCharsets.UTF_8);
        WholeRecord packed = WholeRecord.string(Slice.of("packed"), Slice.of(text));
        byte[] any = new byte[3_000_000];
        new Random(seed).nextBytes(any);
        WholeRecord plain = WholeRecord.string(Slice.of("plain"), Slice.of(any));
        records.put(packed.key(), packed);
        records.put(plain.key(), plain);
        try (DataStore store = redis(0)) {
            write(store, records);
        }
        server.cli("-n", "3", "SET", "of", "database three");
        server.cli("-n", "3", "SET", "late", "value", "PXAT", "4102444800000");
        server.cli("FUNCTION", "LOAD", "#!lua name=lib\nredis.register_function('f', function() return 1 end)");
        assertThat(server.cli("SAVE")).contains("OK");
        file = dir.resolve("dump.rdb");
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    private static DataStore redis(int db) throws Exception {
        return STORES.open(StoreAddress.parse("redis://127.0.0.1:" + server.port() + "/" + db), OpenOptions.toWrite());
    }

    private static void write(DataStore store, Map<Slice, WholeRecord> all) throws Exception {
        try (RecordWriter writer = store.writer(WriteOptions.REPLACE)) {
            for (WholeRecord record : all.values()) {
                record.writeTo(writer);
            }
            writer.flush();
        }
    }

    private static Map<Slice, WholeRecord> read(DataStore store) throws Exception {
        Map<Slice, WholeRecord> found = new HashMap<>();
        RecordCollector collector = new RecordCollector(MAX_BYTES, r -> found.put(r.key(), r));
        for (ScanPart whole : store.split(4)) {
            ScanPart part = whole;
            boolean more = true;
            while (more) {
                try (RecordReader reader = store.scan(new ScanPart(part.text()), ReadOptions.ALL)) {
                    for (int i = 0; i < 150 && more; i++) {
                        more = reader.next(collector);
                    }
                    part = reader.rest();
                }
            }
        }
        return found;
    }

    private static DataStore open(Path of, String options) throws Exception {
        return STORES.open(StoreAddress.parse("rdb:" + of + options), OpenOptions.toRead());
    }

    @Test
    void recordsAreReadAsTheServerHasThem() throws Exception {
        try (DataStore store = open(file, "?db=0")) {
            assertThat(read(store)).as("seed " + seed).isEqualTo(records);
        }
        try (DataStore store = open(file, "")) {
            Map<Slice, WholeRecord> all = read(store);
            assertThat(all).hasSize(records.size() + 2);
            assertThat(all.get(Slice.of("of")).header().metadata()).containsEntry("db", "3");
            assertThat(all.get(Slice.of("late")).header().expiresAtMillis()).isEqualTo(4_102_444_800_000L);
        }
    }

    @Test
    void serialisedValuesAreTakenByAServer() throws Exception {
        try (DataStore store = open(file, "?db=0");
                DataStore other = redis(5);
                RecordWriter writer = other.writer(WriteOptions.REPLACE);
                RecordReader reader = store.scan(store.split(1).get(0), ReadOptions.ALL.withOpaque(true))) {
            assertThat(other.capabilities().takesOpaqueOf(store.capabilities())).isTrue();
            while (reader.next(writer)) {
                // the writer has it
            }
            writer.flush();
            assertThat(writer.counts().written()).isEqualTo(records.size());
            assertThat(read(other)).as("seed " + seed).isEqualTo(records);
        }
    }

    @Test
    void someKeysAreFound() throws Exception {
        List<Slice> keys = new ArrayList<>(records.keySet()).subList(0, 5);
        List<Slice> found = new ArrayList<>();
        try (DataStore store = open(file, "?db=0");
                RecordReader reader = store.read(keys, ReadOptions.ALL)) {
            while (reader.next(new RecordCollector(MAX_BYTES, r -> found.add(r.key())))) {
                // collected
            }
        }
        assertThat(found).isEqualTo(keys);
    }

    @Test
    void aChangedOrCutFileIsAnErrorAtTheEndAtTheLatest() throws Exception {
        byte[] whole = Files.readAllBytes(file);
        Random random = new Random(seed);
        Path copy = dir.resolve("copy.rdb");
        for (int i = 0; i < 60; i++) {
            byte[] changed;
            if (i % 3 == 0) {
                changed = Arrays.copyOf(
                        whole, RdbStore.HEADER_BYTES + random.nextInt(whole.length - RdbStore.HEADER_BYTES - 1));
            } else {
                changed = whole.clone();
                // most bytes are of the two long strings
                int at = i % 3 == 1 ? random.nextInt(4_000) : random.nextInt(whole.length - 9);
                changed[RdbStore.HEADER_BYTES + at % (whole.length - RdbStore.HEADER_BYTES)] ^=
                        (byte) (1 << random.nextInt(8));
            }
            Files.write(copy, changed);
            assertThatThrownBy(() -> {
                        try (DataStore store = open(copy, "");
                                RecordReader reader = store.scan(store.split(1).get(0), ReadOptions.ALL)) {
                            while (reader.next(new RecordCollector(MAX_BYTES, r -> {}))) {
                                // until it is noticed
                            }
                        }
                    })
                    .as("change %d, seed %d", i, seed)
                    .isInstanceOf(StoreException.class);
        }
    }

    @Test
    void whatIsNoSnapshotIsRefused() throws Exception {
        Path other = Files.writeString(dir.resolve("other"), "REDACTED");
        assertThatThrownBy(() -> open(other, ""))
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.NONSENSE));
        assertThatThrownBy(() -> open(dir.resolve("none"), "")).isInstanceOf(StoreException.class);
        try (DataStore store = open(file, "")) {
            assertThatThrownBy(() -> store.writer(WriteOptions.REPLACE)).isInstanceOf(StoreException.class);
            assertThatThrownBy(() -> store.scan(new ScanPart("rdb:1:9:0"), ReadOptions.ALL))
                    .isInstanceOf(StoreException.class);
        }
    }
}
