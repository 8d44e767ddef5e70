package io.kvops.stores.data.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.kvops.stores.StoreAddress;
import io.kvops.stores.data.ChangeFeed;
import io.kvops.stores.data.ChangesLostException;
import io.kvops.stores.data.DataStore;
import io.kvops.stores.data.FeedOptions;
import io.kvops.stores.data.OpenOptions;
import io.kvops.stores.data.RecordHeader;
import io.kvops.stores.data.RecordType;
import io.kvops.stores.data.RecordWriter;
import io.kvops.stores.data.Slice;
import io.kvops.stores.data.WriteOptions;
import io.kvops.stores.testing.Addresses;
import io.kvops.stores.testing.Etcd;
import io.kvops.stores.testing.ServerProcess;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EtcdFeedIT {
    private static final Duration SOON = Duration.ofMillis(50);

    private static ServerProcess server;

    @TempDir
    private Path dir;

    @BeforeAll
    static void startServer(@TempDir Path dir) throws Exception {
        server = Etcd.start(dir, "http", List.of("--unsafe-no-fsync"));
    }

    @AfterAll
    static void stopServer() {
        if (server != null) {
            server.close();
        }
    }

    private static String ctl(String... words) throws Exception {
        return Etcd.ctl("http://127.0.0.1:" + server.port(), words);
    }

    private static DataStore open(String prefix) throws Exception {
        return new EtcdStores()
                .open(StoreAddress.parse("etcd://127.0.0.1:" + server.port() + prefix), OpenOptions.toWrite());
    }

    private ChangeFeed feed(DataStore store) throws Exception {
        return store.changes(
                new FeedOptions("test", dir, 1 << 20, Duration.ofSeconds(5), Clock.systemUTC(), System::nanoTime));
    }

    private static void put(DataStore store, String key, long expiresAtMillis) throws Exception {
        try (RecordWriter writer = store.writer(WriteOptions.REPLACE)) {
            writer.begin(RecordHeader.of(Slice.of(key), RecordType.STRING, expiresAtMillis));
            writer.chunk(Slice.of("v"));
            writer.end();
            writer.flush();
        }
    }

    private static List<String> told(ChangeFeed feed, int wanted) {
        List<String> keys = new ArrayList<>();
        await().atMost(Addresses.TIMEOUT).until(() -> {
            feed.next(key -> keys.add(key.toText()), SOON);
            return keys.size() >= wanted;
        });
        return keys;
    }

    @Test
    void revisionsThatAreCompacted_whileNothingHereChanged_areNotMissed() throws Exception {
        try (DataStore store = open("/idle/");
                DataStore busy = open("/busy/");
                ChangeFeed feed = feed(store)) {
            put(store, "a", RecordHeader.NO_EXPIRY);
            feed.open("");
            String begun = feed.position();
            put(store, "b", RecordHeader.NO_EXPIRY);
            put(store, "a", RecordHeader.NO_EXPIRY);
            store.delete(List.of(Slice.of("b")));
            assertThat(told(feed, 3)).containsExactly("b", "a", "b");
            for (int i = 0; i < 5; i++) {
                put(busy, "x", RecordHeader.NO_EXPIRY);
            }
            ctl("compact", feed.end());
            assertThat(feed.lag().behind()).isZero();
            String end = feed.end();
            told(feed, 0);
            assertThat(feed.reached(end)).isTrue();
            put(store, "c", RecordHeader.NO_EXPIRY);
            assertThat(told(feed, 1)).containsExactly("c");
            for (String gone : List.of(begun, "9" + begun)) {
                try (ChangeFeed later = feed(store)) {
                    assertThatThrownBy(() -> later.open(gone)).isInstanceOf(ChangesLostException.class);
                }
            }
        }
    }

    @Test
    void leaseThatEndedBeforeItsTime_isAskedForAgain() throws Exception {
        long soon = Clock.systemUTC().millis() + TimeUnit.HOURS.toMillis(1);
        try (DataStore store = open("/leases/");
                RecordWriter writer = store.writer(WriteOptions.REPLACE)) {
            for (String key : List.of("a", "b")) {
                writer.begin(RecordHeader.of(Slice.of(key), RecordType.STRING, soon));
                writer.chunk(Slice.of("v"));
                writer.end();
                writer.flush();
                if (key.equals("a")) {
                    String lease = ctl("lease", "list")
                            .lines()
                            .reduce((one, two) -> two)
                            .orElseThrow();
                    ctl("lease", "revoke", lease.strip());
                }
            }
            assertThat(store.size().records()).isEqualTo(1);
        }
    }
}
