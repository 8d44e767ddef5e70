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
import io.kvops.stores.data.Slice;
import io.kvops.stores.data.WholeRecord;
import io.kvops.stores.data.WriteOptions;
import java.nio.file.Path;
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
        store = open("", false);
        assertSame(some, readAll(store, reading()));
        assertThatThrownBy(() -> open("?cf=none", true))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("other");
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
