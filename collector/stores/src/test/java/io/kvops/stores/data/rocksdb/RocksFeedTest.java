package io.kvops.stores.data.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvops.stores.StoreAddress;
import io.kvops.stores.data.ChangeFeed;
import io.kvops.stores.data.ChangesLostException;
import io.kvops.stores.data.DataStore;
import io.kvops.stores.data.FeedOptions;
import io.kvops.stores.data.OpenOptions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.FlushOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

class RocksFeedTest {
    private static final Duration SOON = Duration.ofMillis(50);

    @TempDir
    private Path dir;

    private RocksDB db;
    private DataStore store;
    private ChangeFeed feed;

    @BeforeEach
    void follow() throws Exception {
        RocksDB.loadLibrary();
        String path = dir.resolve("db").toString();
        db = RocksDB.open(path);
        put("before");
        store = new RocksStores().open(StoreAddress.parse("rocksdb:" + path), OpenOptions.toRead());
        feed = feed("feed");
        feed.open("");
    }

    @AfterEach
    void close() throws Exception {
        feed.close();
        store.close();
        db.close();
    }

    private ChangeFeed feed(String name) throws Exception {
        return store.changes(new FeedOptions(
                name, dir.resolve(name), 1 << 20, Duration.ofSeconds(1), Clock.systemUTC(), System::nanoTime));
    }

    private void put(String key) throws RocksDBException {
        db.put(key.getBytes(StandardCharsets.UTF_8), new byte[] {1});
    }

    private List<String> told() throws Exception {
        List<String> keys = new ArrayList<>();
        while (feed.next(key -> keys.add(key.toText()), SOON) > 0) {
            // more may be there
        }
        return keys;
    }

    private void loseTheLog() throws RocksDBException {
        put("lost");
        try (FlushOptions wait = new FlushOptions().setWaitForFlush(true)) {
            db.flush(wait);
        }
    }

    private static void followALittle(ChangeFeed of) throws Exception {
        for (int i = 0; i < 100; i++) {
            of.next(key -> {}, SOON);
        }
    }

    @Test
    void logThatIsGone_isNoticed_thoughNothingIsWrittenAnyMore() throws Exception {
        put("a");
        assertThat(told()).containsExactly("a");
        String position = feed.position();
        loseTheLog();
        assertThatThrownBy(() -> followALittle(feed))
                .isInstanceOf(ChangesLostException.class)
                .hasMessageContaining("WAL_ttl_seconds");
        try (ChangeFeed later = feed("later")) {
            assertThatThrownBy(() -> {
                        later.open(position);
                        followALittle(later);
                    })
                    .isInstanceOf(ChangesLostException.class);
        }
    }

    @Test
    void batchWithoutAChange_doesNotHideTheOneBehindIt() throws Exception {
        for (String key : List.of("a", "b", "c")) {
            try (WriteBatch note = new WriteBatch();
                    WriteOptions how = new WriteOptions()) {
                note.putLogData(new byte[] {7});
                db.write(how, note);
            }
            told();
            put(key);
            assertThat(told()).containsExactly(key);
        }
    }
}
