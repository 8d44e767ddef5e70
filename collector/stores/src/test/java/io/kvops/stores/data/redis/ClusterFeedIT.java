package io.kvops.stores.data.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.kvops.stores.StoreAddress;
import io.kvops.stores.StoreException;
import io.kvops.stores.data.Capabilities;
import io.kvops.stores.data.ChangeFeed;
import io.kvops.stores.data.ChangesLostException;
import io.kvops.stores.data.DataStore;
import io.kvops.stores.data.DataStores;
import io.kvops.stores.data.FeedOptions;
import io.kvops.stores.data.OpenOptions;
import io.kvops.stores.data.ReadOptions;
import io.kvops.stores.data.RecordCollector;
import io.kvops.stores.data.RecordReader;
import io.kvops.stores.data.RecordWriter;
import io.kvops.stores.data.ScanPart;
import io.kvops.stores.data.Slice;
import io.kvops.stores.data.WholeRecord;
import io.kvops.stores.data.WriteOptions;
import io.kvops.stores.testing.RedisCluster;
import io.kvops.stores.testing.ServerProcess;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cluster is followed by the logs of its masters, whoever they are. */
class ClusterFeedIT {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Duration STEP = Duration.ofMillis(50);
    private static final int MAX_BYTES = 64 << 20;
    private static final int KEYS = 400;
    private static final String MOVING = "{moving}";

    @TempDir
    Path dir;

    private final long seed = Long.getLong("kvops.seed", System.nanoTime());
    /** What is added to the time, so that looks come when they are wanted. */
    private final AtomicLong ahead = new AtomicLong();

    private RedisCluster cluster;
    private DataStore store;

    @BeforeEach
    void start() throws Exception {
        System.out.println("-Dkvops.seed=" + seed);
        cluster = RedisCluster.start(dir, 3);
        for (ServerProcess node : cluster.nodes()) {
            node.cli("CONFIG", "SET", "repl-diskless-sync-delay", "0");
            // what nobody writes must not move the log
            node.cli("CONFIG", "SET", "repl-ping-replica-period", "3600");
        }
        store = DataStores.load().open(StoreAddress.parse(cluster.address()), OpenOptions.toWrite());
    }

    @AfterEach
    void stop() throws Exception {
        if (store != null) {
            store.close();
        }
        if (cluster != null) {
            cluster.close();
        }
    }

    private ChangeFeed feed() throws Exception {
        return store.changes(
                new FeedOptions("test", dir.resolve("feed"), 64 << 20, PATIENCE, Clock.systemUTC(), this::nanos));
    }

    private long nanos() {
        return System.nanoTime() + ahead.get();
    }

    private void put(String key, String value) throws StoreException {
        try (RecordWriter writer = store.writer(WriteOptions.REPLACE)) {
            WholeRecord.string(Slice.of(key), Slice.of(value)).writeTo(writer);
            writer.flush();
        }
    }

    /** Reads what is there now of some keys. */
    private void read(Set<Slice> keys, Map<Slice, WholeRecord> into) throws StoreException {
        into.keySet().removeAll(keys);
        RecordCollector collector = new RecordCollector(MAX_BYTES, r -> into.put(r.key(), r));
        try (RecordReader reader = store.read(List.copyOf(keys), ReadOptions.ALL)) {
            while (reader.next(collector)) {
                // the collector has it
            }
        }
    }

    private Map<Slice, WholeRecord> all() throws StoreException {
        Map<Slice, WholeRecord> found = new HashMap<>();
        RecordCollector collector = new RecordCollector(MAX_BYTES, r -> found.put(r.key(), r));
        for (ScanPart part : store.split(1)) {
            try (RecordReader reader = store.scan(part, ReadOptions.ALL)) {
                while (reader.next(collector)) {
                    // the collector has it
                }
            }
        }
        return found;
    }

    private void follow(ChangeFeed feed, Map<Slice, WholeRecord> copy) throws Exception {
        Set<Slice> told = new LinkedHashSet<>();
        feed.next(key -> told.add(key.copy()), STEP);
        if (!told.isEmpty()) {
            read(told, copy);
        }
    }

    /** Follows until the copy has what the cluster has now, and looks whether it is so. */
    private void catchUp(ChangeFeed feed, Map<Slice, WholeRecord> copy) throws Exception {
        String end = feed.end();
        await().atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .until(() -> {
                    follow(feed, copy);
                    return feed.reached(end);
                });
        assertThat(copy).as("seed %s", seed).isEqualTo(all());
    }

    private static int slot(String tag) {
        return Slots.of(Slice.of(tag));
    }

    private ServerProcess owner(int slot) throws Exception {
        ServerProcess asked = cluster.node(0);
        Topology now = Topology.parse(
                asked.cli("CLUSTER", "NODES"), new StoreAddress.HostPort("127.0.0.1", asked.port()), false);
        int port = java.util.Objects.requireNonNull(now.owner(slot)).at().port();
        return cluster.nodes().stream()
                .filter(node -> node.port() == port)
                .findFirst()
                .orElseThrow();
    }

    private CompletableFuture<Void> load(int changes) {
        return CompletableFuture.runAsync(() -> {
            Random random = new Random(seed);
            try {
                for (int i = 0; i < changes; i++) {
                    put((i % 2 == 0 ? MOVING : "key:") + random.nextInt(KEYS), "v" + i);
                    store.delete(List.of(Slice.of(MOVING + random.nextInt(KEYS))));
                }
            } catch (StoreException e) {
                throw new IllegalStateException("seed " + seed, e);
            }
        });
    }

    @Test
    @DisplayName("slots that move while they are written, a node that joins and a master that fails are followed")
    void changesOfTheTopology_areFollowed() throws Exception {
        for (int i = 0; i < KEYS; i++) {
            put((i % 2 == 0 ? MOVING : "key:") + i, "first");
        }
        assertThat(store.capabilities().changes()).isEqualTo(Capabilities.Changes.LOG);
        int slot = slot(MOVING);
        ServerProcess first = owner(slot);
        ServerProcess second = cluster.nodes().stream()
                .filter(node -> node != first)
                .findFirst()
                .orElseThrow();
        String position;
        Map<Slice, WholeRecord> copy;
        try (ChangeFeed feed = feed()) {
            feed.open("");
            copy = all();
            CompletableFuture<Void> load = load(300);
            cluster.move(slot, first, second);
            while (!load.isDone()) {
                follow(feed, copy);
            }
            load.get(1, TimeUnit.MINUTES);
            catchUp(feed, copy);

            ServerProcess joined = cluster.join(dir.resolve("joined"));
            List<String> news = new ArrayList<>();
            await().atMost(PATIENCE).until(() -> {
                ahead.addAndGet(2_000_000_000L);
                follow(feed, copy);
                news.addAll(feed.news());
                return String.join("\n", news).contains("joined, and is followed");
            });
            cluster.move(slot, second, joined);
            put(MOVING + "there", "x");
            catchUp(feed, copy);
            position = feed.position();
        }

        ServerProcess replica = cluster.replica(dir.resolve("replica"), first);
        put(MOVING + "meanwhile", "y");
        put("key:meanwhile", "y");
        try (ChangeFeed feed = feed()) {
            feed.open(position);
            catchUp(feed, copy);
            assertThat(copy).containsKeys(Slice.of(MOVING + "meanwhile"), Slice.of("key:meanwhile"));
            await().atMost(PATIENCE)
                    .until(() -> SourceLook.number(replica.cli("INFO", "replication"), "slave_repl_offset")
                            == SourceLook.number(first.cli("INFO", "replication"), "master_repl_offset"));
            first.kill();
            cluster.takeOver(replica);
            List<String> news = new ArrayList<>();
            await().atMost(PATIENCE).until(() -> {
                ahead.addAndGet(2_000_000_000L);
                follow(feed, copy);
                news.addAll(feed.news());
                return String.join("\n", news).contains("took another master's place");
            });
            for (int i = 0; i < KEYS; i++) {
                put("key:" + i, "last");
            }
            catchUp(feed, copy);
        }
    }

    @Test
    @DisplayName("a master that comes with slots before it was followed means that changes are lost, which is said")
    void aMasterThatJoinsWithSlots_losesChanges() throws Exception {
        put(MOVING + "1", "x");
        int slot = slot(MOVING);
        try (ChangeFeed feed = feed()) {
            feed.open("");
            ServerProcess joined = cluster.join(dir.resolve("joined"));
            cluster.move(slot, owner(slot), joined);
            assertThat(cluster.cli("SET", MOVING + "2", "y")).isEqualTo("OK");
            ahead.addAndGet(2_000_000_000L);
            assertThatThrownBy(() -> feed.next(key -> {}, STEP))
                    .isInstanceOf(ChangesLostException.class)
                    .hasMessageContaining("joined with slots");
        }
    }
}
