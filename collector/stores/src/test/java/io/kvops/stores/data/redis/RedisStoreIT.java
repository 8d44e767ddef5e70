package io.kvops.stores.data.redis;

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
import io.kvops.stores.data.RecordHeader;
import io.kvops.stores.data.RecordReader;
import io.kvops.stores.data.RecordType;
import io.kvops.stores.data.RecordWriter;
import io.kvops.stores.data.ScanPart;
import io.kvops.stores.data.Slice;
import io.kvops.stores.data.WholeRecord;
import io.kvops.stores.data.WriteOptions;
import io.kvops.stores.data.WriteOptions.Conflict;
import io.kvops.stores.testing.ServerProcess;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RedisStoreIT extends RedisContract {
    private long copy(DataStore target, WriteOptions how) throws Exception {
        try (RecordWriter writer = target.writer(how)) {
            for (ScanPart part : store.split(4)) {
                try (RecordReader reader = store.scan(part, ReadOptions.ALL.withOpaque(true))) {
                    while (reader.next(writer)) {
                        // the writer has it
                    }
                }
            }
            writer.flush();
            return how.conflict() == Conflict.SKIP
                    ? writer.counts().skipped()
                    : writer.counts().written();
        }
    }

    @Test
    void serialisedValuesAreCopiedAsTheyAre() throws Exception {
        Map<Slice, WholeRecord> records = random().records(2_000);
        write(records.values(), WriteOptions.REPLACE);
        try (DataStore other = DataStores.load().open(address(1), OpenOptions.toWrite())) {
            assertThat(other.capabilities().takesOpaqueOf(store.capabilities())).isTrue();
            assertThat(copy(other, WriteOptions.REPLACE)).isEqualTo(2_000);
            assertSame(records, readAll(other, reading()));
            assertThat(copy(other, WriteOptions.REPLACE.with(Conflict.SKIP))).isEqualTo(2_000);
            assertThatThrownBy(() -> copy(other, WriteOptions.REPLACE.with(Conflict.FAIL)))
                    .isInstanceOfSatisfying(
                            StoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CONFLICT));
        }
    }

    @Test
    void severalThreadsDeleteFromOneStore() throws Exception {
        int threads = 4;
        int each = 1_500;
        List<WholeRecord> all = new ArrayList<>();
        for (int i = 0; i < threads * each; i++) {
            all.add(WholeRecord.string(Slice.of("k" + i), Slice.of("v")));
        }
        write(all, WriteOptions.REPLACE);
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<Long>> deleted = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                int first = t * each;
                deleted.add(pool.submit(() -> {
                    long sum = 0;
                    for (int i = first; i < first + each; i++) {
                        sum += store.delete(List.of(Slice.of("k" + i)));
                    }
                    return sum;
                }));
            }
            for (Future<Long> sum : deleted) {
                assertThat(sum.get()).isEqualTo(each);
            }
        } finally {
            pool.shutdownNow();
        }
        assertThat(store.size().records()).isZero();
    }

    @Test
    void connectionThatBroke_isMadeAnew() throws Exception {
        write(random().records(10).values(), WriteOptions.REPLACE);
        server().cli("CLIENT", "KILL", "TYPE", "normal");
        assertThat(store.size().records()).isEqualTo(10);
    }

    @Test
    void serverThatStartsAnew_whileItIsRead_givesAllKeys(@TempDir Path dir) throws Exception {
        int count = 4_000;
        List<WholeRecord> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(WholeRecord.string(Slice.of("k" + i), Slice.of("v")));
        }
        try (ServerProcess own = ServerProcess.redis(dir);
                DataStore read = RedisStore.open(
                        StoreAddress.parse("redis://127.0.0.1:" + own.port()), OpenOptions.toWrite(), limits())) {
            try (RecordWriter writer = read.writer(WriteOptions.REPLACE)) {
                for (WholeRecord record : all) {
                    record.writeTo(writer);
                }
                writer.flush();
            }
            Set<Slice> keys = new HashSet<>();
            RecordCollector collector = new RecordCollector(1 << 20, r -> keys.add(r.key()));
            ScanPart rest;
            try (RecordReader reader = read.scan(read.split(1).get(0), ReadOptions.ALL)) {
                for (int i = 0; i < count / 2; i++) {
                    reader.next(collector);
                }
                rest = reader.rest();
            }
            assertThat(own.cli("SAVE")).contains("OK");
            own.kill();
            own.restart();
            try (RecordReader reader = read.scan(rest, ReadOptions.ALL)) {
                while (reader.next(collector)) {
                    // collected
                }
            }
            assertThat(keys.size()).isEqualTo(count);
        }
    }

    @Test
    void partsHoldAllKeysBetweenThem() throws Exception {
        Map<Slice, WholeRecord> records = random().records(2_000);
        write(records.values(), WriteOptions.REPLACE);
        assertThat(store.split(7)).hasSize(4);
        for (int parts : new int[] {1, 2, 4}) {
            Map<Slice, Integer> times = new HashMap<>();
            for (ScanPart part : store.split(parts)) {
                Set<Slice> keys = new HashSet<>();
                try (RecordReader reader = store.scan(part, ReadOptions.ALL)) {
                    while (reader.next(new io.kvops.stores.data.RecordCollector(1 << 20, r -> keys.add(r.key())))) {
                        // collected
                    }
                }
                keys.forEach(k -> times.merge(k, 1, Integer::sum));
            }
            assertThat(times.keySet()).isEqualTo(records.keySet());
            // the server's hash puts each key into one of them
            assertThat(times.values()).containsOnly(1);
        }
    }

    @Test
    void aPartOfAnotherRunIsReadAnew() throws Exception {
        Map<Slice, WholeRecord> records = random().records(500);
        write(records.values(), WriteOptions.REPLACE);
        Set<Slice> keys = new HashSet<>();
        try (RecordReader reader = store.scan(new ScanPart("redis:another:3/4:77:6b6579"), ReadOptions.ALL)) {
            while (reader.next(new io.kvops.stores.data.RecordCollector(1 << 20, r -> keys.add(r.key())))) {
                // collected
            }
        }
        assertThat(keys).isEqualTo(records.keySet());
    }

    @Test
    void aUserWhoMayNotAskForSizesCopiesAllTheSame() throws Exception {
        server().cli("ACL", "SETUSER", "copier", "on", ">secret", "~*", "+@all", "-memory", "-@dangerous", "+info");
        Map<Slice, WholeRecord> records = random().records(700);
        write(records.values(), WriteOptions.REPLACE);
        StoreAddress as = StoreAddress.parse("redis://copier:secret@127.0.0.1:" + server().port() + "/0");
        try (DataStore copier = DataStores.load().open(as, OpenOptions.toRead())) {
            assertSame(records, readAll(copier, reading()));
        }
        server().cli("ACL", "SETUSER", "copier", "-dump");
        try (DataStore copier = DataStores.load().open(as, OpenOptions.toRead())) {
            assertThatThrownBy(() -> readAll(copier, reading()))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("NOPERM")
                    .hasMessageContaining("dump")
                    .hasMessageContaining("give the user that permission");
        }
        StoreAddress wrong = StoreAddress.parse("redis://copier:other@127.0.0.1:" + server().port() + "/0");
        assertThatThrownBy(() -> DataStores.load().open(wrong, OpenOptions.toRead()))
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.REFUSED))
                .hasMessageNotContaining("other");
    }

    @Test
    void aFullServerSaysSo() throws Exception {
        server().cli("CONFIG", "SET", "maxmemory", "1");
        try {
            assertThatThrownBy(() -> write(random().records(50).values(), WriteOptions.REPLACE))
                    .isInstanceOfSatisfying(
                            StoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.FULL))
                    .hasMessageContaining("maxmemory");
        } finally {
            server().cli("CONFIG", "SET", "maxmemory", "0");
        }
    }

    @Test
    void aCollectionOfManyElementsIsWrittenInPiecesAndSeenAsAWhole() throws Exception {
        Slice key = Slice.of("many");
        try (RecordWriter writer = store.writer(WriteOptions.REPLACE)) {
            writer.begin(RecordHeader.of(key, RecordType.ZSET, RecordHeader.NO_EXPIRY));
            for (int i = 0; i < 50_000; i++) {
                writer.scored(Slice.of("member " + i), i);
            }
            assertThat(readAll(store, reading())).isEmpty();
            writer.end();
            writer.flush();
            assertThat(writer.counts().written()).isEqualTo(1);
        }
        assertThat(server().cli("ZCARD", "many").strip()).isEqualTo("50000");
        assertThat(server().cli("PTTL", "many").strip()).isEqualTo("-1");
        assertThat(server().cli("DBSIZE").strip()).isEqualTo("1");
    }

    @Test
    void anEntryThatWaitsAndIsGoneReducesAStream() throws Exception {
        server().cli("XADD", "s", "1-1", "f", "v");
        server().cli("XADD", "s", "1-2", "f", "v");
        server().cli("XGROUP", "CREATE", "s", "g", "0");
        server().cli("XREADGROUP", "GROUP", "g", "c", "STREAMS", "s", ">");
        server().cli("XDEL", "s", "1-1");
        WholeRecord record = readAll(store, reading()).get(Slice.of("s"));
        assertThat(record.elements().stream().filter(e -> e instanceof WholeRecord.Pending))
                .hasSize(2);
        assertThat(write(List.of(record), WriteOptions.REPLACE).reduced()).isEqualTo(1);
        assertThat(server().cli("XPENDING", "s", "g")).startsWith("1\n1-2");
    }
}
