package io.kvops.stores.data.mvstore;

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
import java.util.List;
import org.h2.mvstore.MVStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MvDataStoreTest extends DataStoreContract {
    private static final DataStores STORES = DataStores.load();

    @TempDir
    private Path dir;

    private DataStore open(String options, boolean readOnly) throws StoreException {
        return STORES.open(
                StoreAddress.parse("mvstore:" + dir.resolve("file.mv") + options),
                readOnly ? OpenOptions.toRead() : OpenOptions.toWrite());
    }

    /** A file is open once: who reads it takes it over. */
    @Override
    protected DataStore open(boolean readOnly) throws Exception {
        if (store != null) {
            store.close();
        }
        return open("", readOnly);
    }

    @Test
    void aMapOfTextsIsReadAndWritten() throws Exception {
        store.close();
        try (MVStore file = MVStore.open(dir.resolve("file.mv").toString())) {
            file.openMap("texts").put("a", "\u00e4");
        }
        store = open("?map=texts", false);
        WholeRecord added = WholeRecord.string(Slice.of("b"), Slice.of("text"));
        write(List.of(added), WriteOptions.REPLACE);
        assertThat(readAll(store, reading()).values())
                .containsExactlyInAnyOrder(added, WholeRecord.string(Slice.of("a"), Slice.of("\u00e4")));
        WholeRecord bytes = WholeRecord.string(Slice.of(new byte[] {-1}), Slice.of("text"));
        assertThatThrownBy(() -> write(List.of(bytes), WriteOptions.REPLACE))
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNSUPPORTED));
        assertThatThrownBy(() -> open("?map=texts", true))
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNREACHABLE));
    }
}
