package io.kvops.stores.data.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvops.stores.StoreAddress;
import io.kvops.stores.StoreException;
import io.kvops.stores.StoreException.Kind;
import io.kvops.stores.data.DataStore;
import io.kvops.stores.data.DataStoreContract;
import io.kvops.stores.data.DataStores;
import io.kvops.stores.data.OpenOptions;
import io.kvops.stores.data.RecordCollector;
import io.kvops.stores.data.RecordReader;
import io.kvops.stores.data.Slice;
import io.kvops.stores.data.WholeRecord;
import io.kvops.stores.data.WriteOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDB;

class RocksStoreTest extends DataStoreContract {
    private static final DataStores STORES = DataStores.load();

    @TempDir
    private Path dir;

    private DataStore open(String options, boolean readOnly) throws StoreException {
        return STORES.open(
                StoreAddress.parse("rocksdb:" + dir.resolve("db") + options),
                readOnly ? OpenOptions.toRead() : OpenOptions.toWrite());
    }

    @Override
    protected DataStore open(boolean readOnly) throws Exception {
        return open("", readOnly);
    }

    @Test
    void columnFamiliesAreStoresOfTheirOwn() throws Exception {
        Map<Slice, WholeRecord> some = random().records(50);
        write(some.values(), WriteOptions.REPLACE);
        store.close();
        try (DataStore other = open("?cf=other", false)) {
            assertThat(readAll(other, reading())).isEmpty();
            DataStore first = store;
            store = other;
            write(random().records(7).values(), WriteOptions.REPLACE);
            assertThat(readAll(other, reading())).hasSize(7);
            store = first;
        }
        store = open("?cf=default", false);
        assertSame(some, readAll(store, reading()));
        assertThatThrownBy(() -> open("?cf=none", true))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("other");
    }

    @Test
    void aWholeDatabaseIsCopiedWithItsFamilies() throws Exception {
        Map<Slice, WholeRecord> written = new HashMap<>();
        Map<String, Map<Slice, WholeRecord>> byFamily = new HashMap<>();
        store.close();
        for (String family : List.of("default", "users", "or:ders/\u00e4")) {
            store = open("?cf=" + family, false);
            byFamily.put(family, random().records(40 + family.length()));
            // the same keys in each
            WholeRecord same = WholeRecord.string(Slice.of("same"), Slice.of(family));
            WholeRecord marked = WholeRecord.string(Slice.of("\0kvops:cf:users\0same"), Slice.of("not of users"));
            byFamily.get(family).put(same.key(), same);
            byFamily.get(family).put(marked.key(), marked);
            write(byFamily.get(family).values(), WriteOptions.REPLACE);
            store.close();
        }
        store = open("", true);
        assertThat(store.describe().details().get("families")).contains("default", "users", "or:ders/\u00e4");
        written.putAll(readAll(store, reading()));
        assertThat(written)
                .hasSize(byFamily.values().stream().mapToInt(Map::size).sum())
                .containsKey(Slice.of("same"))
                .containsKey(Slice.of("\0kvops:cf:users\0same"));
        List<Slice> found = new ArrayList<>();
        try (RecordReader reader = store.read(List.copyOf(written.keySet()), reading())) {
            while (reader.next(new RecordCollector(1 << 20, r -> found.add(r.key())))) {
                // collected
            }
        }
        assertThat(found).hasSameElementsAs(written.keySet());
        store.close();
        DataStore copy = STORES.open(StoreAddress.parse("rocksdb:" + dir.resolve("copy")), OpenOptions.toWrite());
        store = copy;
        write(written.values(), WriteOptions.REPLACE);
        assertThat(write(written.values(), WriteOptions.REPLACE.with(WriteOptions.Conflict.SKIP))
                        .skipped())
                .isEqualTo(written.size());
        assertSame(written, readAll(store, reading()));
        store.close();
        for (Map.Entry<String, Map<Slice, WholeRecord>> family : byFamily.entrySet()) {
            store = STORES.open(
                    StoreAddress.parse("rocksdb:" + dir.resolve("copy") + "?cf=" + family.getKey()),
                    OpenOptions.toWrite());
            assertSame(family.getValue(), readAll(store, reading()));
            store.close();
        }
        store = STORES.open(StoreAddress.parse("rocksdb:" + dir.resolve("copy")), OpenOptions.toWrite());
        assertThat(store.delete(List.copyOf(written.keySet()))).isEqualTo(written.size());
        assertThat(readAll(store, reading())).isEmpty();
    }

    @Test
    void aDatabaseThatIsBeingWrittenIsReadAsASecondary() throws Exception {
        Map<Slice, WholeRecord> some = random().records(50);
        write(some.values(), WriteOptions.REPLACE);
        try (DataStore secondary = open("?secondary=" + dir.resolve("secondary"), true)) {
            assertSame(some, readAll(secondary, reading()));
        }
        assertThatThrownBy(() -> open("", false))
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.REFUSED))
                .hasMessageContaining("another process");
    }

    @Test
    void whatItsOwnLibraryWroteIsReadAsItIs() throws Exception {
        store.close();
        try (RocksDB db = RocksDB.open(dir.resolve("db").toString())) {
            db.put("a".getBytes(java.nio.charset.StandardCharsets.UTF_8), new byte[] {0, 1, -1});
        }
        store = open("", false);
        assertThat(readAll(store, reading()).values())
                .containsExactly(WholeRecord.string(Slice.of("a"), Slice.of(new byte[] {0, 1, -1})));
        assertThatThrownBy(
                        () -> STORES.open(StoreAddress.parse("rocksdb:" + dir.resolve("none")), OpenOptions.toRead()))
                .isInstanceOf(StoreException.class);
    }
}
