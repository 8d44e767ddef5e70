package io.kvops.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kvops.stores.StoreException;
import io.kvops.stores.data.DataStore;
import io.kvops.stores.data.DataStores;
import io.kvops.stores.data.RecordWriter;
import io.kvops.stores.data.Slice;
import io.kvops.stores.data.WholeRecord;
import io.kvops.stores.data.WriteOptions;
import io.kvops.tasks.TaskState;
import io.kvops.tasks.TaskStatus;
import io.kvops.tasks.TasksConfig;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Live syncs from stores that have no log: round after round both are compared, and what differs is written. */
class RoundsIT {
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final int RECORDS = 2_000;

    @TempDir
    Path folder;

    private final DataStores stores = DataStores.load();
    private final long seed = Long.getLong("kvops.seed", System.nanoTime());

    @BeforeEach
    void say() {
        System.out.println("-Dkvops.seed=" + seed);
    }

    private DataMigrationManager manager() throws Exception {
        Path tasks = Files.createDirectories(folder.resolve("tasks"));
        return DataMigrationManager.open(
                MigrationConfig.of(TasksConfig.in(tasks).withHeartbeat(Duration.ofMillis(50)), stores));
    }

    private static SyncJob sync(String source, String target) {
        SyncJob often = SyncJob.of(source, target).withEvery(20);
        return often.with(often.job().withVerify(true, false, ""));
    }

    private static TaskStatus running(DataMigrationManager manager, String id) throws Exception {
        TaskStatus now = manager.tasks().status(id);
        assertThat(now.state()).as(now.error()).isNotEqualTo(TaskState.FAILED);
        return now;
    }

    /** Waits until that many changes came through. */
    private static void awaitChanges(DataMigrationManager manager, String id, long changes) {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(20)).until(() -> {
            TaskStatus now = running(manager, id);
            return now.progress().unit().startsWith("changes") && now.progress().done() >= changes;
        });
    }

    private static TaskStatus end(DataMigrationManager manager, String id) throws Exception {
        TaskStatus end =
                manager.tasks().ended(id).toCompletableFuture().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        assertThat(end.state()).as(end.error()).isEqualTo(TaskState.DONE);
        return end;
    }

    private void assertSame(String source, String target, TaskStatus end) throws StoreException {
        assertThat(end.result())
                .as("seed %s: %s", seed, end.result())
                .containsEntry("differences", "0")
                .containsEntry("fullCopies", "1");
        Map<String, WholeRecord> there = Samples.all(stores, source);
        assertThat(there.size()).isGreaterThan(100);
        assertThat(Samples.all(stores, target)).as("seed %s", seed).isEqualTo(there);
    }

    private static Process java(Class<?> main, String... args) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(List.of(args));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private List<WholeRecord> records(String value) {
        List<WholeRecord> records = new ArrayList<>();
        for (int i = 0; i < RECORDS; i++) {
            records.add(Samples.string("key:" + i, value));
        }
        return records;
    }

    @Test
    @DisplayName(
            "an LMDB that another process writes to and deletes from is followed over kills of the copier, without a difference")
    void lmdb_isFollowedOverKills() throws Exception {
        String source = "lmdb:" + folder.resolve("source");
        String target = "mvstore:" + folder.resolve("copy.mv");
        Samples.put(stores, source, records("first"));
        Process writer = java(LmdbChild.class, source, Long.toString(seed));
        try (BufferedReader wrote = reader(writer)) {
            assertThat(wrote.readLine()).isEqualTo("writes");
            Random random = new Random(seed);
            for (int kill = 0; kill < 2; kill++) {
                boolean follows = kill == 1;
                int at = 1 + random.nextInt(20);
                Process copier = java(
                        SyncChild.class,
                        Files.createDirectories(folder.resolve("tasks")).toString(),
                        source,
                        target,
                        "20");
                int seen = 0;
                try (BufferedReader said = reader(copier)) {
                    for (String line = said.readLine(); line != null; line = said.readLine()) {
                        assertThat(line).as("seed %s", seed).doesNotStartWith("end");
                        seen += !follows || line.contains("changes") || line.contains("round") ? 1 : 0;
                        if (seen == at) {
                            copier.toHandle().destroyForcibly(); // leaves what it said readable
                        }
                    }
                } finally {
                    copier.destroyForcibly();
                }
                assertThat(copier.waitFor(2, TimeUnit.MINUTES)).isTrue();
            }
            try (DataMigrationManager manager = manager()) {
                String id = manager.tasks().list().get(0).id();
                awaitChanges(manager, id, 1);
                stop(writer);
                manager.cutOver(id);
                TaskStatus end = end(manager, id);
                System.out.println(end.result());
                assertSame(source, target, end);
                assertThat(String.join("\n", manager.tasks().log(id, 100)))
                        .contains("cuts over at round", "with the source's writes held back", "compared");
            }
        } finally {
            writer.destroyForcibly();
        }
    }

    private static BufferedReader reader(Process of) {
        return new BufferedReader(new InputStreamReader(of.getInputStream(), StandardCharsets.UTF_8));
    }

    private static void stop(Process writer) throws Exception {
        writer.getOutputStream().write('\n');
        writer.getOutputStream().flush();
        assertThat(writer.waitFor(2, TimeUnit.MINUTES)).isTrue();
    }

    private interface Change {
        void run() throws Exception;
    }

    /** Follows, lets something change, waits until that came through, lets more change, and hands over. */
    private TaskStatus followed(String source, String target, Change first, Change second) throws Exception {
        try (DataMigrationManager manager = manager()) {
            String id = manager.submit(sync(source, target), "test").id();
            awaitChanges(manager, id, 0);
            first.run();
            awaitChanges(manager, id, 1);
            second.run();
            manager.cutOver(id);
            return end(manager, id);
        }
    }

    private void delete(String address, String key) throws StoreException {
        try (DataStore store = Samples.open(stores, address)) {
            store.delete(List.of(Slice.of(key)));
        }
    }

    @Test
    @DisplayName(
            "an MVStore is followed although only one process at a time can have it open: its writer comes in between")
    void mvStore_isFollowedBetweenItsWriters() throws Exception {
        String source = "mvstore:" + folder.resolve("source.mv");
        String target = "lmdb:" + folder.resolve("copy");
        Samples.put(stores, source, records("first"));
        Random random = new Random(seed);
        Change changes = () -> {
            for (int i = 0; i < 10; i++) {
                WholeRecord changed = Samples.string("key:" + random.nextInt(RECORDS + 50), "v" + i);
                await().atMost(PATIENCE).pollInterval(Duration.ofMillis(1)).until(() -> open(source, changed));
            }
        };
        TaskStatus end = followed(source, target, changes, changes);
        assertSame(source, target, end);
    }

    /** Writes a record and removes another one; false if somebody else has the store open. */
    private boolean open(String source, WholeRecord changed) throws StoreException {
        try (DataStore store = Samples.open(stores, source);
                RecordWriter writer = store.writer(WriteOptions.REPLACE)) {
            changed.writeTo(writer);
            writer.flush();
            store.delete(List.of(Slice.of("key:" + changed.key().length())));
            return true;
        } catch (StoreException e) {
            if (e.getMessage().contains("open elsewhere")) {
                return false;
            }
            throw e;
        }
    }

    @Test
    @DisplayName("a file that is replaced by newer ones, and a store in memory, are followed")
    void fileAndMemory_areFollowed() throws Exception {
        String memory = "mem:rounds-" + seed;
        Samples.fill(stores, memory, 500);
        Path file = folder.resolve("shop.jsonl");
        export(memory, file);
        String fromFile = "mem:rounds-file-" + seed;
        TaskStatus end = followed(
                file.toString(),
                fromFile,
                () -> {
                    delete(memory, "key:7");
                    Samples.put(stores, memory, List.of(Samples.string("key:8", "new")));
                    export(memory, file);
                },
                () -> {
                    delete(memory, "key:9");
                    export(memory, file);
                });
        assertSame(memory, fromFile, end);

        String target = "mvstore:" + folder.resolve("strings.mv");
        String strings = "mem:rounds-strings-" + seed;
        Samples.put(stores, strings, records("first"));
        end = followed(strings, target, () -> delete(strings, "key:10"), () -> {
            delete(strings, "key:11");
            Samples.put(stores, strings, List.of(Samples.string("more", "x")));
        });
        assertSame(strings, target, end);
    }

    /** Puts a new file where the one before was, as careful programs do. */
    private void export(String from, Path file) throws Exception {
        Path fresh = folder.resolve("fresh.jsonl");
        try (DataMigrationManager manager =
                DataMigrationManager.open(MigrationConfig.of(TasksConfig.in(folder.resolve("exports")), stores))) {
            end(
                    manager,
                    manager.submit(MigrationJob.of(Action.EXPORT, from, fresh.toString()), "test")
                            .id());
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Test
    @DisplayName(
            "a target that was not empty keeps what the source never had, and a memcached is followed as well as can be")
    void memcachedIntoOneThatHasRecords_isFollowed() throws Exception {
        try (Servers servers = new Servers(folder)) {
            String source = "memcached://127.0.0.1:" + servers.memcached("source");
            String target = "mem:rounds-memcached-" + seed;
            Samples.put(stores, source, records("first"));
            Samples.put(stores, target, List.of(Samples.string("own", "x")));
            SyncJob sync = sync(source, target);
            try (DataMigrationManager manager = manager()) {
                String id = manager.submit(sync.with(sync.job().withVerify(false, false, "")), "test")
                        .id();
                awaitChanges(manager, id, 0);
                Samples.put(stores, source, List.of(Samples.string("key:5", "new")));
                delete(source, "key:6");
                awaitChanges(manager, id, 1);
                manager.cutOver(id);
                end(manager, id);
                assertThat(String.join("\n", manager.tasks().log(id, 100)))
                        .contains("what the source removes stays there");
            }
            Map<String, WholeRecord> copied = Samples.all(stores, target);
            assertThat(copied).hasSize(RECORDS + 1).containsKeys("own", "key:6");
            assertThat(copied.get("key:5"))
                    .isEqualTo(Samples.all(stores, source).get("key:5"));
        }
    }
}
