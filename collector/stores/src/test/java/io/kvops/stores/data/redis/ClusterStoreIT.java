package io.kvops.stores.data.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.kvops.stores.StoreAddress;
import io.kvops.stores.StoreAddress.HostPort;
import io.kvops.stores.StoreException;
import io.kvops.stores.StoreException.Kind;
import io.kvops.stores.data.DataStore;
import io.kvops.stores.data.DataStoreContract;
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
import io.kvops.stores.testing.RedisCluster;
import io.kvops.stores.testing.ServerProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterStoreIT extends DataStoreContract {
    private static final int MAX_BYTES = 64 << 20;
    /** Their slots move from one node to another and back. */
    private static final String HALF = "{half}";

    private static final String WHOLE = "{whole}";

    private static RedisCluster cluster;

    @BeforeAll
    static void startCluster(@TempDir Path dir) throws Exception {
        cluster = RedisCluster.start(dir, 3);
    }

    @AfterAll
    static void stopCluster() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @BeforeEach
    void emptyCluster() throws Exception {
        for (ServerProcess node : cluster.nodes()) {
            node.cli("FLUSHALL");
        }
    }

    @Override
    protected DataStore open(boolean readOnly) throws Exception {
        return DataStores.load()
                .open(StoreAddress.parse(cluster.address()), readOnly ? OpenOptions.toRead() : OpenOptions.toWrite());
    }

    private static int slot(String tag) {
        return Slots.of(Slice.of(tag));
    }

    private static ServerProcess server(HostPort at) {
        return cluster.nodes().stream()
                .filter(node -> node.port() == at.port())
                .findFirst()
                .orElseThrow();
    }

    private static ServerProcess owner(int slot) throws Exception {
        ServerProcess asked = cluster.node(0);
        Topology topology =
                Topology.parse(asked.cli("CLUSTER", "NODES"), new HostPort("127.0.0.1", asked.port()), false);
        return server(java.util.Objects.requireNonNull(topology.owner(slot)).at());
    }

    private static ServerProcess another(ServerProcess than) {
        return cluster.nodes().stream().filter(node -> node != than).findFirst().orElseThrow();
    }

    /** Strings under tagged keys, and others. */
    private Map<Slice, WholeRecord> tagged(int each) {
        Map<Slice, WholeRecord> records = new HashMap<>();
        for (int i = 0; i < each; i++) {
            for (String tag : List.of(HALF, WHOLE, "free:")) {
                WholeRecord record = WholeRecord.string(Slice.of(tag + i), Slice.of("value " + i));
                records.put(record.key(), record);
            }
        }
        return records;
    }

    /** Reads some records of a part; true if there are more. */
    private static boolean read(RecordReader reader, int most, RecordCollector into) throws Exception {
        boolean more = true;
        for (int i = 0; i < most && more; i++) {
            more = reader.next(into);
        }
        return more;
    }

    @Test
    void noKeyIsLostWhenSlotsMoveWhileTheyAreRead() throws Exception {
        Map<Slice, WholeRecord> records = tagged(2_000);
        write(records.values(), WriteOptions.REPLACE);
        int half = slot(HALF);
        int whole = slot(WHOLE);
        ServerProcess fromHalf = owner(half);
        ServerProcess fromWhole = owner(whole);
        Map<Slice, WholeRecord> found = new HashMap<>();
        RecordCollector collector = new RecordCollector(MAX_BYTES, r -> found.put(r.key(), r));
        List<ScanPart> rests = new ArrayList<>();
        List<RecordReader> readers = new ArrayList<>();
        // all parts have begun, some keys were asked for and not read yet
        for (ScanPart part : store.split(3)) {
            readers.add(store.scan(part, reading()));
            read(readers.get(readers.size() - 1), 100, collector);
        }
        assertThat(readers).hasSize(3);
        cluster.move(whole, fromWhole, another(fromWhole));
        cluster.beginMove(half, fromHalf, another(fromHalf));
        cluster.moveKeys(half, fromHalf, another(fromHalf), 1_000);
        try {
            for (RecordReader reader : readers) {
                read(reader, 700, collector);
                rests.add(new ScanPart(reader.rest().text()));
                reader.close();
            }
            for (ScanPart rest : rests) {
                try (RecordReader reader = store.scan(rest, reading())) {
                    read(reader, Integer.MAX_VALUE, collector);
                }
            }
            assertSame(records, found);

            List<Slice> keys = new ArrayList<>(records.keySet());
            List<Slice> told = new ArrayList<>();
            try (RecordReader reader = store.read(keys, reading())) {
                read(reader, Integer.MAX_VALUE, new RecordCollector(MAX_BYTES, r -> told.add(r.key())));
            }
            assertThat(told).isEqualTo(keys);

            assertThat(store.delete(keys)).isEqualTo(keys.size());
            assertThat(readAll(store, reading())).isEmpty();
        } finally {
            cluster.moveKeys(half, fromHalf, another(fromHalf), Integer.MAX_VALUE);
            cluster.endMove(half, fromHalf, another(fromHalf));
        }
    }

    @Test
    void writesFollowSlotsThatMove() throws Exception {
        int half = slot(HALF);
        int whole = slot(WHOLE);
        ServerProcess fromHalf = owner(half);
        ServerProcess fromWhole = owner(whole);
        Map<Slice, WholeRecord> records = new HashMap<>();
        // a stream needs two keys at a time, which have to wait for the end of a move
        Set<RecordType> types = EnumSet.complementOf(EnumSet.of(RecordType.OPAQUE, RecordType.STREAM));
        // nor expiries: MIGRATE sends how long a key has, and so keeps them to some milliseconds alone
        RandomRecords random = new RandomRecords(7, types).expiry(false);
        random.records(900).values().forEach(r -> {
            String tag = List.of(HALF, WHOLE, "free:").get(records.size() % 3);
            WholeRecord record = WholeRecord.of(
                    new io.kvops.stores.data.RecordHeader(
                            Slice.of(tag + records.size()),
                            r.header().type(),
                            r.header().expiresAtMillis(),
                            Map.of()),
                    r.elements());
            records.put(record.key(), record);
        });
        List<WholeRecord> list = new ArrayList<>(records.values());
        write(list.subList(0, 300), WriteOptions.REPLACE);
        try (RecordWriter writer = store.writer(WriteOptions.REPLACE)) {
            for (WholeRecord record : list.subList(200, 400)) {
                record.writeTo(writer);
            }
            writer.flush();
            cluster.move(whole, fromWhole, another(fromWhole));
            cluster.beginMove(half, fromHalf, another(fromHalf));
            cluster.moveKeys(half, fromHalf, another(fromHalf), 50);
            for (WholeRecord record : list.subList(250, 900)) {
                record.writeTo(writer);
            }
            writer.flush();
            assertThat(writer.counts().written()).isEqualTo(850);
        } finally {
            cluster.moveKeys(half, fromHalf, another(fromHalf), Integer.MAX_VALUE);
            cluster.endMove(half, fromHalf, another(fromHalf));
        }
        assertSame(records, readAll(store, reading()));
        assertSame(records, readAll(store, reading().withOpaque(false)));
    }

    @Test
    void aStreamWaitsUntilItsSlotHasMoved() throws Exception {
        int half = slot(HALF);
        ServerProcess from = owner(half);
        ServerProcess to = another(from);
        WholeRecord stream = new RandomRecords(8, Set.of(RecordType.STREAM)).record(RecordType.STREAM);
        WholeRecord record = WholeRecord.of(
                io.kvops.stores.data.RecordHeader.of(Slice.of(HALF + "stream"), RecordType.STREAM, -1),
                stream.elements());
        to.cli("CONFIG", "RESETSTAT");
        cluster.beginMove(half, from, to);
        CompletableFuture<Long> written = CompletableFuture.supplyAsync(() -> {
            try {
                return write(List.of(record), WriteOptions.REPLACE).written();
            } catch (StoreException e) {
                throw new IllegalStateException(e);
            }
        });
        try {
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> to.cli("INFO", "errorstats").contains("errorstat_TRYAGAIN"));
        } finally {
            cluster.endMove(half, from, to);
        }
        assertThat(written.get()).isEqualTo(1);
        assertSame(Map.of(record.key(), record), readAll(store, reading()));
        assertThat(cluster.cli("XLEN", HALF + "stream"))
                .isEqualTo(Long.toString(stream.elements().stream()
                        .filter(e -> e instanceof WholeRecord.Entry)
                        .count()));
    }

    @Test
    void serialisedValuesAreCopiedAsTheyAre() throws Exception {
        Map<Slice, WholeRecord> records = random().records(500);
        write(records.values(), WriteOptions.REPLACE);
        assertSame(records, readAll(store, ReadOptions.ALL.withOpaque(true).withOpaque(false)));
        assertThat(store.capabilities().takesOpaqueOf(store.capabilities())).isTrue();
        assertThat(store.describe().topology()).isEqualTo("cluster");
        assertThat(store.describe().details()).containsEntry("masters", "3");
        try (RecordWriter writer = store.writer(WriteOptions.REPLACE)) {
            for (ScanPart part : store.split(3)) {
                try (RecordReader reader = store.scan(part, ReadOptions.ALL.withOpaque(true))) {
                    while (reader.next(writer)) {
                        // written over itself
                    }
                }
            }
            writer.flush();
            assertThat(writer.counts().written()).isEqualTo(500);
        }
        assertSame(records, readAll(store, reading()));
    }

    @Test
    void thePartOfANodeThatIsGoneIsReadWhereItsSlotsAre() throws Exception {
        Map<Slice, WholeRecord> records = tagged(100);
        write(records.values(), WriteOptions.REPLACE);
        Set<Slice> keys = new HashSet<>();
        try (RecordReader reader = store.scan(new ScanPart("cluster|0123abc/0-16383/redis:end"), reading())) {
            read(reader, Integer.MAX_VALUE, new RecordCollector(MAX_BYTES, r -> keys.add(r.key())));
        }
        assertThat(keys).isEqualTo(records.keySet());
    }

    @Test
    void usersOfAnAclAndServersThatAreNoClusterAreToldApart(@TempDir Path dir) throws Exception {
        for (ServerProcess node : cluster.nodes()) {
            node.cli("ACL", "SETUSER", "copier", "on", ">secret", "~*", "+@all");
        }
        write(tagged(10).values(), WriteOptions.REPLACE);
        String hosts = cluster.address().substring("redis-cluster://".length());
        try (DataStore copier = DataStores.load()
                .open(StoreAddress.parse("redis-cluster://copier:secret@" + hosts), OpenOptions.toRead())) {
            assertThat(copier.size().records()).isEqualTo(30);
            assertThat(readAll(copier, reading())).hasSize(30);
        }
        assertThatThrownBy(() -> DataStores.load()
                        .open(StoreAddress.parse("redis-cluster://copier:other@" + hosts), OpenOptions.toRead()))
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.REFUSED))
                .hasMessageNotContaining("other");
        try (ServerProcess alone = ServerProcess.redis(dir)) {
            assertThatThrownBy(() -> DataStores.load()
                            .open(
                                    StoreAddress.parse("redis-cluster://127.0.0.1:" + alone.port()),
                                    OpenOptions.toRead()))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("redis://");
        }
    }
}
