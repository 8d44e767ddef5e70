package io.kvops.stores.data.lmdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.kvops.stores.StoreAddress;
import io.kvops.stores.StoreException;
import io.kvops.stores.data.DataStore;
import io.kvops.stores.data.DataStoreContract;
import io.kvops.stores.data.DataStores;
import io.kvops.stores.data.OpenOptions;
import io.kvops.stores.data.RecordCollector;
import io.kvops.stores.data.RecordReader;
import io.kvops.stores.data.RecordWriter;
import io.kvops.stores.data.Slice;
import io.kvops.stores.data.WholeRecord;
import io.kvops.stores.data.WriteCounts;
import io.kvops.stores.data.WriteOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LmdbStoreTest extends DataStoreContract {
    private static final DataStores STORES = DataStores.load();

    @TempDir
    private Path dir;

    private DataStore open(String options, boolean readOnly) throws StoreException {
        return STORES.open(
                StoreAddress.parse("lmdb:" + dir.resolve("db") + options),
                readOnly ? OpenOptions.toRead() : OpenOptions.toWrite());
    }

    @Override
    protected DataStore open(boolean readOnly) throws Exception {
        return open("?db=some", readOnly);
    }

    @Test
    void aMapThatIsFullGrows() throws Exception {
        store.close();
        LmdbStore small = (LmdbStore) open("?db=some", false);
        small.env().setMapSize(1 << 20);
        store = small;
        Map<Slice, WholeRecord> many = random().records(300);
        WholeRecord large = WholeRecord.string(Slice.of("large"), Slice.of(new byte[3_000_000]));
        many.put(large.key(), large);
        assertThat(write(many.values(), WriteOptions.REPLACE).written()).isEqualTo(301);
        assertSame(many, readAll(store, reading()));
    }

    @Test
    void aMapThatIsReadGrowsWhenItsReaderIsClosed() throws Exception {
        store.close();
        LmdbStore small = (LmdbStore) open("?db=some", false);
        small.env().setMapSize(1 << 20);
        store = small;
        Map<Slice, WholeRecord> few = random().records(50);
        write(few.values(), WriteOptions.REPLACE);
        WholeRecord large = WholeRecord.string(Slice.of("large"), Slice.of(new byte[3_000_000]));
        FutureTask<WriteCounts> written = new FutureTask<>(() -> write(List.of(large), WriteOptions.REPLACE));
        Thread writer = new Thread(written, "writer");
        Map<Slice, WholeRecord> found = new HashMap<>();
        try (RecordReader reader = store.scan(store.split(1).get(0), reading())) {
            writer.start();
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> written.isDone() || writer.getState() == Thread.State.TIMED_WAITING);
            while (reader.next(new RecordCollector(1 << 20, r -> found.put(r.key(), r)))) {
                // collected
            }
        }
        assertSame(few, found);
        assertThat(written.get().written()).isEqualTo(1);
        assertThat(store.size().records()).isEqualTo(51);
    }

    @Test
    void whatItCantNameIsAnError() {
        assertThatThrownBy(() -> write(List.of(WholeRecord.string(Slice.of(""), Slice.of("v"))), WriteOptions.REPLACE))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("empty");
        assertThatThrownBy(() -> open("?db=none", true)).isInstanceOf(StoreException.class);
        assertThatThrownBy(() -> STORES.open(StoreAddress.parse("lmdb:" + dir.resolve("none")), OpenOptions.toRead()))
                .isInstanceOf(StoreException.class);
    }

    @Test
    void writersWaitAsLongAsTheyAreHeldBack() throws Exception {
        String before = store.lastChange();
        assertThat(store.holdsWrites()).isTrue();
        assertThat(store.holdWrites(Duration.ofMinutes(5))).isTrue();
        CompletableFuture<Long> deleted = CompletableFuture.supplyAsync(() -> {
            try (RecordWriter writer = store.writer(WriteOptions.REPLACE)) {
                WholeRecord.string(Slice.of("key"), Slice.of("value")).writeTo(writer);
                writer.flush();
                return writer.counts().written();
            } catch (StoreException e) {
                throw new IllegalStateException(e);
            }
        });
        assertThat(store.size().records()).isZero();
        assertThat(deleted).isNotDone();
        assertThat(store.lastChange()).isEqualTo(before);
        // the next one ends the one before
        store.holdWrites(Duration.ofMillis(1));
        assertThat(deleted.get(1, TimeUnit.MINUTES)).isEqualTo(1);
        assertThat(store.size().records()).isEqualTo(1);
        assertThat(store.lastChange()).isNotEqualTo(before);
    }
}
