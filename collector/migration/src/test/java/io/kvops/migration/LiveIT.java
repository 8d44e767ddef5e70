package io.kvops.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kvops.migration.filter.Filter;
import io.kvops.stores.data.DataStores;
import io.kvops.stores.data.WholeRecord;
import io.kvops.tasks.TaskState;
import io.kvops.tasks.TaskStatus;
import io.kvops.tasks.TasksConfig;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** Live syncs from a real Redis that is written to. */
class LiveIT {
    private static final boolean PROOF = Boolean.getBoolean("kvops.proof");
    private static final int PER_SECOND = PROOF ? 20_000 : 3_000;
    private static final int SECONDS = PROOF ? 60 : 3;
    private static final int RECORDS = PROOF ? 100_000 : 3_000;
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    @TempDir
    static Path servers;

    private static RedisProcess source;
    private static RedisProcess target;

    @TempDir
    Path folder;

    private final DataStores stores = DataStores.load();
    private long seed;

    @BeforeAll
    static void start() throws IOException {
        source = RedisProcess.start(
                Files.createDirectories(servers.resolve("source")),
                "--repl-diskless-sync-delay",
                "0",
                "--repl-backlog-size",
                "256mb");
        target = RedisProcess.start(Files.createDirectories(servers.resolve("target")));
    }

    @AfterAll
    static void stop() {
        if (source != null) {
            source.close();
        }
        if (target != null) {
            target.close();
        }
    }

    @BeforeEach
    void empty() throws IOException {
        seed = Long.getLong("kvops.seed", System.nanoTime());
        System.out.println("-Dkvops.seed=" + seed);
        for (RedisProcess server : List.of(source, target)) {
            try (Load ask = new Load(server.port(), 0, 0)) {
                ask.send("FLUSHALL");
                ask.settle();
            }
        }
    }

    private DataMigrationManager manager() throws Exception {
        Path tasks = Files.createDirectories(folder.resolve("tasks"));
        return DataMigrationManager.open(
                MigrationConfig.of(TasksConfig.in(tasks).withHeartbeat(Duration.ofMillis(50)), stores));
    }

    private CompletableFuture<Void> load(int commands, BooleanSupplier enough) {
        return CompletableFuture.runAsync(() -> {
            try (Load load = new Load(source.port(), 0, seed)) {
                load.run(commands, PER_SECOND, enough);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private static TaskStatus end(DataMigrationManager manager, String id) throws Exception {
        TaskStatus end =
                manager.tasks().ended(id).toCompletableFuture().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        assertThat(end.state()).as(end.error()).isEqualTo(TaskState.DONE);
        return end;
    }

    private static void awaitFollowing(DataMigrationManager manager, String id) {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(20)).until(() -> {
            TaskStatus now = manager.tasks().status(id);
            assertThat(now.state()).as(now.error()).isNotEqualTo(TaskState.FAILED);
            return now.progress().unit().startsWith("changes");
        });
    }

    /** What a server answers. */
    private static String ask(RedisProcess server, String... words) throws IOException {
        try (Load ask = new Load(server.port(), 0, 0)) {
            ask.send(words);
            return ask.settle();
        }
    }

    private void assertSame(String as) throws Exception {
        try (DataMigrationManager manager = DataMigrationManager.open(
                MigrationConfig.of(TasksConfig.in(Files.createTempDirectory(folder, "verify")), stores))) {
            Path report = folder.resolve("report.jsonl");
            MigrationJob verify = MigrationJob.of(Action.VERIFY, source.address(0), target.address(0))
                    .withVerify(true, false, report.toString());
            TaskStatus end = end(manager, manager.submit(verify, "test").id());
            assertThat(end.result())
                    .as("%s, seed %s: %s", as, seed, Files.exists(report) ? Files.readString(report) : "")
                    .containsEntry("differences", "0");
            assertThat(Long.parseLong(end.result().getOrDefault("compared", "0")))
                    .isGreaterThan(100);
        }
        assertThat(ask(target, "EXISTS", "\0kvops:live")).as("the marker").isEqualTo("0");
    }

    @Test
    @DisplayName("a copy under load, followed and cut over, has no difference, and its expiries are the source's own")
    void followsAndCutsOver() throws Exception {
        Samples.fill(stores, source.address(0), RECORDS);
        try (DataMigrationManager manager = manager()) {
            CompletableFuture<Void> load = load(PER_SECOND * SECONDS, () -> true);
            SyncJob sync = SyncJob.of(source.address(0), target.address(0)).with(CutOver.MANUAL, 1_000, 5_000);
            String id = manager.submit(sync, "test").id();
            load.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            awaitFollowing(manager, id);
            long asked = System.nanoTime();
            manager.cutOver(id);
            TaskStatus end = end(manager, id);
            System.out.println("cut over in " + (System.nanoTime() - asked) / 1_000_000 + " ms: " + end.result());
            assertThat(end.result()).containsEntry("fullCopies", "1");
            ask(source, "CLIENT", "UNPAUSE");
        }
        assertSame("after the cut-over");
        assertThat(ask(target, "PEXPIRETIME", "key:3")).isEqualTo(Long.toString(Samples.FAR + 3));
    }

    @Test
    @DisplayName("a copier that is killed and a link that is cut double nothing and lose nothing")
    void killsAndCuts_changeNothing() throws Exception {
        Samples.fill(stores, source.address(0), RECORDS);
        int times = PROOF ? 5 : 2;
        killed(times, times, PER_SECOND * SECONDS);
    }

    @Test
    @EnabledIfSystemProperty(named = "kvops.proof", matches = "true")
    @DisplayName("30 kills at random points of copy and following change nothing")
    void thirtyKills_changeNothing() throws Exception {
        Samples.fill(stores, source.address(0), RECORDS);
        killed(30, 0, PER_SECOND * 100);
    }

    private void killed(int kills, int cuts, int commands) throws Exception {
        Random random = new Random(seed);
        AtomicReference<CompletableFuture<Void>> load = new AtomicReference<>();
        AtomicBoolean enough = new AtomicBoolean();
        try (CutProxy proxy = CutProxy.before(source.port())) {
            String from = "redis://127.0.0.1:" + proxy.port() + "/0";
            for (int kill = 0; kill < kills; kill++) {
                boolean cut = kill < cuts;
                boolean follows = kill % 2 == 1; // every other one is let follow first
                AtomicInteger progress = new AtomicInteger();
                int at = 1 + random.nextInt(PROOF ? 60 : 20);
                List<String> said = child(from, (line, process) -> {
                    if (load.get() == null) {
                        load.set(load(commands, enough::get));
                    }
                    int now = !follows || line.contains("changes") ? progress.incrementAndGet() : 0;
                    if (cut && now == 1 + at / 2) {
                        proxy.cut();
                    }
                    if (now >= at) {
                        process.destroyForcibly(); // leaves what it said readable
                    }
                });
                assertThat(said).as("seed %s", seed).noneMatch(line -> line.startsWith("end"));
            }
            CompletableFuture<Void> asks = load.get().thenRun(() -> askToCutOver(folder.resolve("tasks")));
            AtomicInteger following = new AtomicInteger();
            List<String> said = child(from, (line, process) -> {
                if (line.contains("changes") && following.incrementAndGet() == 5) {
                    enough.set(true);
                }
            });
            asks.get(1, TimeUnit.MINUTES);
            said.stream().filter(line -> line.startsWith("log")).forEach(System.out::println);
            assertThat(said.get(said.size() - 1)).as("seed %s", seed).startsWith("end done");
        }
        assertSame("after " + kills + " kills and " + cuts + " cuts");
    }

    /** Is told each line that says how far the copier is. */
    private interface Watcher {
        void at(String line, ProcessHandle process) throws IOException;
    }

    /** Runs the copier until it ends, or its watcher kills it. @return what it said */
    private List<String> child(String from, Watcher watcher) throws Exception {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SyncChild.class.getName(),
                        Files.createDirectories(folder.resolve("tasks")).toString(),
                        from,
                        target.address(0))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        List<String> said = new ArrayList<>();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                said.add(line);
                if (line.startsWith("at ")) {
                    watcher.at(line, child.toHandle());
                }
            }
        } finally {
            child.destroyForcibly();
        }
        assertThat(child.waitFor(2, TimeUnit.MINUTES)).isTrue();
        return said;
    }

    private void askToCutOver(Path tasks) {
        try (DataMigrationManager manager = DataMigrationManager.open(
                MigrationConfig.of(TasksConfig.in(tasks).withPickUp(false), stores))) {
            manager.cutOver(manager.tasks().list().get(0).id());
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    @DisplayName("changes that the source has not kept are noticed: a new copy, and what was removed meanwhile is gone")
    void lostBacklog_copiesAnew() throws Exception {
        Samples.fill(stores, source.address(0), 300);
        ask(source, "SET", "gone", "x");
        try (DataMigrationManager manager = manager()) {
            String id = manager.submit(SyncJob.of(source.address(0), target.address(0)), "test")
                    .id();
            awaitFollowing(manager, id);
            manager.tasks().pause(id);
            await().atMost(PATIENCE).until(() -> manager.tasks().status(id).state() == TaskState.PAUSED);
            ask(source, "CONFIG", "SET", "repl-backlog-size", "16384");
            ask(source, "DEL", "gone", "key:1");
            for (int i = 0; i < 40; i++) {
                ask(source, "SET", "large:" + i, "y".repeat(1_000));
            }
            manager.tasks().resume(id);
            awaitFollowing(manager, id);
            manager.cutOver(id);
            assertThat(end(manager, id).result()).containsEntry("fullCopies", "2");
            assertThat(String.join("\n", manager.tasks().log(id, 100)))
                    .contains("a new full copy is needed", "repl-backlog-size", "removed 2 records");
        } finally {
            ask(source, "CONFIG", "SET", "repl-backlog-size", "268435456");
        }
        assertSame("after a second copy");
    }

    @Test
    @DisplayName("cut over by itself: nobody asks, and it ends as soon as the target has caught up")
    void cutOverAuto_endsByItself() throws Exception {
        Samples.fill(stores, source.address(0), 300);
        try (DataMigrationManager manager = manager()) {
            load(PER_SECOND, () -> true).get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            SyncJob sync = SyncJob.of(source.address(0), target.address(0)).with(CutOver.AUTO, 1_000, 0);
            Map<String, String> result =
                    end(manager, manager.submit(sync, "test").id()).result();
            assertThat(result).containsEntry("fullCopies", "1").containsKeys("changes", "cutOverMillis");
            assertThat(result.get("cutOverAt")).isNotEmpty();
        }
        assertSame("after it cut over by itself");
    }

    @Test
    @DisplayName("cancel says where the target is, gives expiries back, and leaves neither marker nor folder")
    void cancelled_leavesAStatedCleanTarget() throws Exception {
        Samples.fill(stores, source.address(0), 300);
        try (DataMigrationManager manager = manager()) {
            String id = manager.submit(SyncJob.of(source.address(0), target.address(0)), "test")
                    .id();
            awaitFollowing(manager, id);
            for (int i = 0; i < 3; i++) {
                ask(source, "INCR", "count");
            }
            await().atMost(PATIENCE).until(() -> ask(target, "GET", "count").equals(ask(source, "GET", "count")));
            manager.tasks().cancel(id);
            TaskStatus end =
                    manager.tasks().ended(id).toCompletableFuture().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            assertThat(end.state()).isEqualTo(TaskState.CANCELLED);
            assertThat(end.result().get("left"))
                    .contains(" has the source's records as they were at ", "; the source is untouched");
            assertThat(folder.resolve("tasks").resolve("live").resolve(id)).doesNotExist();
        }
        assertThat(ask(target, "PEXPIRETIME", "key:3")).isEqualTo(Long.toString(Samples.FAR + 3));
        assertSame("after it was cancelled");
    }

    @Test
    @DisplayName("with a filter and another kind of target, changed keys are read again and written whole")
    void filteredIntoAnotherStore_isTheSame() throws Exception {
        Samples.fill(stores, source.address(0), 300);
        String other = "mvstore:" + folder.resolve("copy.mv");
        SyncJob of = SyncJob.of(source.address(0), other);
        MigrationJob job = of.job()
                .with(Filter.ALL.withMatch(List.of("key:*", "count:*", "list:*")))
                .withTransforms(List.of("rename:/^key:/k:/"))
                .with(io.kvops.stores.data.WriteOptions.Loss.ENCODE);
        try (DataMigrationManager manager = manager()) {
            String id = manager.submit(of.with(job), "test").id();
            load(PER_SECOND, () -> true).get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            ask(source, "DEL", "key:5");
            awaitFollowing(manager, id);
            manager.cutOver(id);
            end(manager, id);
        }
        Map<String, WholeRecord> copied = Samples.all(stores, other);
        Map<String, WholeRecord> there = Samples.all(stores, source.address(0));
        there.keySet()
                .removeIf(key -> !key.startsWith("key:") && !key.startsWith("count:") && !key.startsWith("list:"));
        assertThat(copied).as("seed %s", seed).hasSize(there.size()).doesNotContainKey("k:5");
        there.forEach((key, record) -> assertThat(
                        record.sameValue(copied.getOrDefault(key.replaceFirst("^key:", "k:"), Samples.string("", ""))))
                .as("seed %s: %s", seed, key)
                .isTrue());
    }
}
