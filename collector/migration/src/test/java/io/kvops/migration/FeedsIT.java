package io.kvops.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kvops.stores.StoreException;
import io.kvops.stores.data.DataStore;
import io.kvops.stores.data.DataStores;
import io.kvops.stores.data.Slice;
import io.kvops.stores.data.WholeRecord;
import io.kvops.tasks.TaskState;
import io.kvops.tasks.TaskStatus;
import io.kvops.tasks.TasksConfig;
import java.io.File;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.FlushOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;

/** Live syncs from stores that tell which keys changed. */
class FeedsIT {
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    @TempDir
    Path folder;

    private final DataStores stores = DataStores.load();

    private interface Change {
        void run() throws Exception;
    }

    private DataMigrationManager manager() throws Exception {
        Path tasks = Files.createDirectories(folder.resolve("tasks"));
        return DataMigrationManager.open(
                MigrationConfig.of(TasksConfig.in(tasks).withHeartbeat(Duration.ofMillis(50)), stores));
    }

    private static void awaitFollowing(DataMigrationManager manager, String id) {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(20)).until(() -> {
            TaskStatus now = manager.tasks().status(id);
            assertThat(now.state()).as(now.error()).isNotEqualTo(TaskState.FAILED);
            return now.progress().unit().startsWith("changes");
        });
    }

    private static TaskStatus end(DataMigrationManager manager, String id) throws Exception {
        TaskStatus end =
                manager.tasks().ended(id).toCompletableFuture().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        assertThat(end.state()).as(end.error()).isEqualTo(TaskState.DONE);
        return end;
    }

    /** Follows, is paused while something changes, goes on, and hands over. */
    private TaskStatus sync(String source, String target, Change following, Change paused) throws Exception {
        try (DataMigrationManager manager = manager()) {
            String id = manager.submit(SyncJob.of(source, target), "test").id();
            awaitFollowing(manager, id);
            following.run();
            manager.tasks().pause(id);
            await().atMost(PATIENCE).until(() -> manager.tasks().status(id).state() == TaskState.PAUSED);
            paused.run();
            manager.tasks().resume(id);
            manager.cutOver(id);
            return end(manager, id);
        }
    }

    @Test
    @DisplayName(
            "a RocksDB that another instance writes to is followed by its log; where that is gone, it is copied anew")
    void rocksDb() throws Exception {
        RocksDB.loadLibrary();
        Path path = folder.resolve("db");
        String target = "mvstore:" + folder.resolve("copy.mv");
        try (Options options = new Options().setCreateIfMissing(true);
                RocksDB db = RocksDB.open(options, path.toString());
                FlushOptions flush = new FlushOptions()) {
            put(db, 0, 500, "old");
            TaskStatus end = sync(
                    "rocksdb:" + path,
                    target,
                    () -> {
                        put(db, 100, 200, "new");
                        db.delete(bytes("key:7"));
                    },
                    () -> {
                        put(db, 600, 610, "later");
                        db.delete(bytes("key:8"));
                    });
            assertThat(end.result()).containsEntry("fullCopies", "1");
            assertThat(texts(target))
                    .hasSize(508)
                    .containsEntry("key:150", "new")
                    .containsEntry("key:605", "later")
                    .doesNotContainKeys("key:7", "key:8");

            TaskStatus anew = sync("rocksdb:" + path, "mvstore:" + folder.resolve("second.mv"), () -> {}, () -> {
                db.delete(bytes("key:9"));
                put(db, 0, 5, "newer");
                db.flush(flush);
                put(db, 10, 12, "newest");
                db.flush(flush);
                put(db, 12, 13, "newest");
            });
            assertThat(anew.result()).containsEntry("fullCopies", "2");
            assertThat(texts("mvstore:" + folder.resolve("second.mv")))
                    .hasSize(507)
                    .containsEntry("key:3", "newer")
                    .containsEntry("key:12", "newest")
                    .doesNotContainKey("key:9");
        }
    }

    @Test
    @DisplayName(
            "a RocksDB is followed in each of its column families, one alone if wanted; a new one means a new full copy")
    void familiesOfRocksDb() throws Exception {
        RocksDB.loadLibrary();
        Path path = folder.resolve("db");
        String whole = "mvstore:" + folder.resolve("whole.mv");
        String alone = "mvstore:" + folder.resolve("alone.mv");
        try (Options options = new Options().setCreateIfMissing(true);
                RocksDB db = RocksDB.open(options, path.toString());
                ColumnFamilyHandle users = db.createColumnFamily(new ColumnFamilyDescriptor(bytes("users")))) {
            put(db, 0, 20, "default");
            for (int i = 0; i < 20; i++) {
                db.put(users, bytes("key:" + i), bytes("old"));
            }
            TaskStatus end = sync(
                    "rocksdb:" + path,
                    whole,
                    () -> {
                        db.put(users, bytes("key:3"), bytes("new"));
                        put(db, 4, 5, "new");
                    },
                    () -> db.delete(users, bytes("key:5")));
            assertThat(end.result()).containsEntry("fullCopies", "1");
            String mark = "\0kvops:cf:users\0";
            assertThat(texts(whole))
                    .hasSize(39)
                    .containsEntry(mark + "key:3", "new")
                    .containsEntry(mark + "key:4", "old")
                    .containsEntry("key:4", "new")
                    .containsEntry("key:5", "default")
                    .doesNotContainKey(mark + "key:5");

            TaskStatus one = sync(
                    "rocksdb:" + path + "?cf=users",
                    alone,
                    () -> {
                        db.put(users, bytes("key:6"), bytes("newer"));
                        put(db, 7, 8, "newer");
                    },
                    () -> putInto(db, "orders", "key:8"));
            assertThat(one.result()).containsEntry("fullCopies", "1");
            assertThat(texts(alone)).hasSize(19).containsEntry("key:6", "newer").containsEntry("key:7", "old");

            String anew = "mvstore:" + folder.resolve("anew.mv");
            try (DataMigrationManager manager = manager()) {
                String id = manager.submit(SyncJob.of("rocksdb:" + path, anew), "test")
                        .id();
                awaitFollowing(manager, id);
                putInto(db, "made", "key:1");
                manager.cutOver(id);
                assertThat(end(manager, id).result()).containsEntry("fullCopies", "2");
            }
            assertThat(texts(anew))
                    .hasSize(41)
                    .containsEntry("\0kvops:cf:orders\0key:8", "first")
                    .containsEntry("\0kvops:cf:made\0key:1", "first");
        }
    }

    @Test
    @DisplayName(
            "a column family that is dropped meanwhile is gone from the target too; one that was followed alone fails, and says so")
    void droppedFamilyOfRocksDb() throws Exception {
        RocksDB.loadLibrary();
        Path path = folder.resolve("db");
        String whole = "mvstore:" + folder.resolve("whole.mv");
        try (Options options = new Options().setCreateIfMissing(true);
                RocksDB db = RocksDB.open(options, path.toString());
                ColumnFamilyHandle users = db.createColumnFamily(new ColumnFamilyDescriptor(bytes("users")))) {
            put(db, 0, 20, "default");
            db.put(users, bytes("key:1"), bytes("x"));
            try (DataMigrationManager manager = manager()) {
                String id = manager.submit(SyncJob.of("rocksdb:" + path, whole), "test")
                        .id();
                awaitFollowing(manager, id);
                String alone = manager.submit(
                                SyncJob.of("rocksdb:" + path + "?cf=users", "mem:dropped-" + System.nanoTime()), "test")
                        .id();
                awaitFollowing(manager, alone);
                db.dropColumnFamily(users);
                manager.cutOver(id);
                assertThat(end(manager, id).result()).containsEntry("fullCopies", "2");
                assertThat(String.join("\n", manager.tasks().log(id, 100)))
                        .contains("column family users was dropped", "removed 1 records");
                TaskStatus failed = manager.tasks()
                        .ended(alone)
                        .toCompletableFuture()
                        .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
                assertThat(failed.state()).isEqualTo(TaskState.FAILED);
                assertThat(failed.error()).contains("users was dropped", "cancel the sync");
            }
            assertThat(texts(whole)).hasSize(20).doesNotContainKey("\0kvops:cf:users\0key:1");
        }
    }

    private static void putInto(RocksDB db, String newFamily, String key) throws Exception {
        try (ColumnFamilyHandle made = db.createColumnFamily(new ColumnFamilyDescriptor(bytes(newFamily)))) {
            db.put(made, bytes(key), bytes("first"));
        }
    }

    private static void put(RocksDB db, int from, int to, String value) throws Exception {
        for (int i = from; i < to; i++) {
            db.put(bytes("key:" + i), bytes(value));
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private Map<String, String> texts(String address) throws StoreException {
        Map<String, String> texts = new java.util.TreeMap<>();
        Samples.all(stores, address).forEach((key, record) -> {
            WholeRecord.Chunk chunk = (WholeRecord.Chunk) record.elements().get(0);
            texts.put(key, chunk.name().toText());
        });
        return texts;
    }

    @Test
    @DisplayName("a cluster is followed by the logs of its masters, over a pause too")
    void redisCluster() throws Exception {
        try (Servers servers = new Servers(folder)) {
            int port = servers.cluster("cluster");
            Servers.say(port, "CONFIG SET repl-diskless-sync-delay 0");
            String source = "redis-cluster://127.0.0.1:" + port;
            String target = "mem:cluster-" + System.nanoTime();
            Samples.fill(stores, source, 300);
            TaskStatus end = sync(source, target, () -> put(source, 50, 60, "new"), () -> delete(source, "key:7"));
            assertThat(end.result()).containsEntry("fullCopies", "1");
            assertThat(Samples.all(stores, target))
                    .hasSize(299)
                    .doesNotContainKey("key:7")
                    .isEqualTo(Samples.all(stores, source));
        }
    }

    @Test
    @DisplayName("an etcd is followed by a watch, over a pause too; after a compaction it is copied anew")
    void etcd() throws Exception {
        boolean there = false;
        for (String path : System.getenv("PATH").split(File.pathSeparator)) {
            there |= new File(path, "etcd").canExecute();
        }
        String missing = "no etcd on the PATH: apt-get install etcd-server";
        if (!there && Boolean.getBoolean("kvops.requireServices")) {
            throw new AssertionError(missing);
        }
        assumeTrue(there, missing);
        int port = freePort();
        Process etcd = etcd(port, freePort());
        try {
            String source = "etcd://127.0.0.1:" + port + "/app/";
            await().atMost(PATIENCE)
                    .ignoreExceptions()
                    .until(() -> Samples.all(stores, source).isEmpty());
            put(source, 0, 300, "old");
            String target = "mvstore:" + folder.resolve("copy.mv");
            TaskStatus end = sync(
                    source,
                    target,
                    () -> {
                        put(source, 50, 60, "new");
                        put("etcd://127.0.0.1:" + port + "/other/", 0, 5, "x");
                    },
                    () -> delete(source, "key:7"));
            assertThat(end.result()).containsEntry("fullCopies", "1");
            assertThat(texts(target))
                    .hasSize(299)
                    .containsEntry("key:55", "new")
                    .doesNotContainKey("key:7");

            String second = "mvstore:" + folder.resolve("second.mv");
            TaskStatus anew = sync(source, second, () -> {}, () -> {
                delete(source, "key:8");
                put(source, 0, 2, "newer");
                compact(port);
            });
            assertThat(anew.result()).containsEntry("fullCopies", "2");
            assertThat(texts(second))
                    .hasSize(298)
                    .containsEntry("key:1", "newer")
                    .doesNotContainKey("key:8");
        } finally {
            etcd.destroyForcibly();
            etcd.onExit().join();
        }
    }

    private void put(String address, int from, int to, String value) throws StoreException {
        List<WholeRecord> records = new java.util.ArrayList<>();
        for (int i = from; i < to; i++) {
            records.add(Samples.string("key:" + i, value));
        }
        Samples.put(stores, address, records);
    }

    private void delete(String address, String key) throws StoreException {
        try (DataStore store = Samples.open(stores, address)) {
            store.delete(List.of(Slice.of(key)));
        }
    }

    /** Forgets all revisions but the last. */
    private static void compact(int port) throws Exception {
        String range =
                post(port, "/v3/kv/range", "{\"key\":\"" + Base64.getEncoder().encodeToString(bytes("x")) + "\"}");
        String revision = range.replaceAll("(?s).*\"revision\":\"(\\d+)\".*", "$1");
        post(port, "/v3/kv/compaction", "{\"revision\":\"" + revision + "\"}");
    }

    private static String post(int port, String path, String json) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .POST(HttpRequest.BodyPublishers.ofString(json))
                .build();
        HttpResponse<String> answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.body();
    }

    private Process etcd(int port, int peerPort) throws Exception {
        String client = "http://127.0.0.1:" + port;
        String peer = "http://127.0.0.1:" + peerPort;
        return new ProcessBuilder(
                        "etcd",
                        "--name",
                        "m1",
                        "--data-dir",
                        folder.resolve("etcd").toString(),
                        "--listen-client-urls",
                        client,
                        "--advertise-client-urls",
                        client,
                        "--listen-peer-urls",
                        peer,
                        "--initial-advertise-peer-urls",
                        peer,
                        "--initial-cluster",
                        "m1=" + peer)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("etcd.log").toFile())
                .start();
    }

    private static int freePort() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
