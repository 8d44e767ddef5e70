package io.kvops.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kvops.stores.data.DataStores;
import io.kvops.stores.data.WholeRecord;
import io.kvops.tasks.TaskState;
import io.kvops.tasks.TaskStatus;
import io.kvops.tasks.TasksConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Copies that read a real Redis from the snapshot that it sends to replicas. */
class SnapshotIT {
    private static final int RECORDS = 2_000;
    private static final int MANY = 110_000;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    static Path server;

    private static RedisProcess redis;

    @TempDir
    Path folder;

    private final DataStores stores = DataStores.load();
    private final Ticker ticker = new Ticker();
    private DataMigrationManager manager;

    /** Runs on with the time, or ahead of it: a copy of a limited rate is slow until then. */
    private static final class Ticker implements LongSupplier {
        private static final long HURRY = 100_000;
        private long base;
        private long since = System.nanoTime();
        private long factor = 1;

        @Override
        public synchronized long getAsLong() {
            return base + (System.nanoTime() - since) * factor;
        }

        synchronized void hurry(boolean wanted) {
            base = getAsLong();
            since = System.nanoTime();
            factor = wanted ? HURRY : 1;
        }
    }

    @BeforeAll
    static void start() throws IOException {
        redis = RedisProcess.start(server, "--repl-diskless-sync-delay", "0");
    }

    @AfterAll
    static void stop() {
        if (redis != null) {
            redis.close();
        }
    }

    @BeforeEach
    void open() throws Exception {
        Servers.say(redis.port(), "FLUSHALL");
        manager = DataMigrationManager.open(MigrationConfig.of(TasksConfig.in(folder.resolve("tasks")), stores)
                .withClocks(Clock.systemUTC(), ticker));
    }

    @AfterEach
    void close() {
        manager.close();
    }

    private static Pace snapshot() {
        return Pace.DEFAULT.with(Reading.SNAPSHOT);
    }

    /** Takes minutes, unless the ticker hurries. */
    private static Pace slow() {
        return snapshot().withLimits(RECORDS / 200, 0, 0);
    }

    private Path own(String id) {
        return SourceWay.folder(folder.resolve("tasks")).resolve(id);
    }

    private Map<String, String> done(String id) throws Exception {
        TaskStatus end = manager.tasks().ended(id).toCompletableFuture().get(2, TimeUnit.MINUTES);
        assertThat(end.state()).as(end.error()).isEqualTo(TaskState.DONE);
        assertThat(own(id)).doesNotExist();
        return end.result();
    }

    private List<String> log(String id) throws Exception {
        return manager.tasks().log(id, 100);
    }

    /** Waits until a slow one has read some records, and the snapshot is on the disk. */
    private void awaitBegun(String id) {
        await().atMost(PATIENCE)
                .until(() -> manager.tasks().status(id).progress().done() > 0
                        && Files.exists(own(id).resolve("snapshot.whole")));
    }

    /** Of the first database, by Lua, with values of 40 bytes. */
    private static void fillMany() throws IOException {
        assertThat(Servers.say(
                        redis.port(),
                        "EVAL \"for i=1," + MANY + " do redis.call('SET','many:'..i,i..'" + "-".repeat(40)
                                + "') end\" 0"))
                .startsWith("$-1");
    }

    @Test
    @DisplayName(
            "an export has what was there as it began, whatever became of that meanwhile, and nothing of kvops' own")
    void export_whileKeysGo_hasThemAll() throws Exception {
        Samples.fill(stores, redis.address(0), RECORDS);
        Samples.fill(stores, redis.address(1), 10);
        Map<String, WholeRecord> before = Samples.all(stores, redis.address(0));
        Servers.say(redis.port(), "SET \"\\x00kvops:part:0123456789abcdef\" x");
        Path file = folder.resolve("dump.jsonl");
        MigrationJob job = MigrationJob.of(Action.EXPORT, redis.address(0), file.toString())
                .with(slow());
        Path left = Files.createDirectories(own("gone00"));
        Files.createFile(left.resolve("snapshot.rdb"));
        Plan plan = manager.plan(job);
        assertThat(plan.warnings()).anyMatch(line -> line.contains("--read keys"));
        String id = manager.submit(job, "test").id();
        awaitBegun(id);
        assertThat(left).as("of a task that is there no more").doesNotExist();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(own(id))))
                .isEqualTo("rwx------");
        Servers.say(redis.port(), "FLUSHALL");
        ticker.hurry(true);
        assertThat(done(id)).containsEntry("records", Integer.toString(RECORDS));
        assertThat(Samples.all(stores, file.toString())).isEqualTo(before);
    }

    @Test
    @DisplayName(
            "a paused copy goes on with the same snapshot; if that was not whole, it begins again with another one")
    void pauses_goOnOrBeginAgain() throws Exception {
        Samples.fill(stores, redis.address(0), RECORDS);
        for (boolean whole : List.of(true, false)) {
            Path file = folder.resolve("dump-" + whole + ".kvb.zst");
            MigrationJob job = MigrationJob.of(Action.EXPORT, redis.address(0), file.toString())
                    .with(slow());
            ticker.hurry(false);
            String id = manager.submit(job, "test").id();
            awaitBegun(id);
            manager.tasks().pause(id);
            await().atMost(PATIENCE).until(() -> manager.tasks().status(id).state() == TaskState.PAUSED);
            if (whole) {
                Servers.say(redis.port(), "SET key:later x");
            } else {
                Files.delete(own(id).resolve("snapshot.whole"));
            }
            ticker.hurry(true);
            manager.tasks().resume(id);
            int expected = whole ? RECORDS : RECORDS + 1;
            assertThat(done(id)).containsEntry("records", Integer.toString(expected));
            assertThat(log(id).stream().filter(line -> line.contains("begins again")))
                    .hasSize(whole ? 0 : 1);
            assertThat(Samples.all(stores, file.toString())).hasSize(expected);
        }
    }

    @Test
    @DisplayName("a snapshot that breaks off is taken anew, or keys are asked for; each record is in the file once")
    void brokenOff_beginsAgain() throws Exception {
        fillMany();
        try (CutProxy proxy = CutProxy.before(redis.port())) {
            for (Reading reading : List.of(Reading.SNAPSHOT, Reading.AUTO)) {
                Path file = folder.resolve(reading + ".kvb");
                MigrationJob job = MigrationJob.of(
                                Action.EXPORT, "redis://127.0.0.1:" + proxy.port() + "/0", file.toString())
                        .with(Pace.DEFAULT.with(reading));
                proxy.cutAfter(1 << 20);
                String id = manager.submit(job, "test").id();
                assertThat(done(id)).containsEntry("records", Integer.toString(MANY));
                assertThat(log(id))
                        .anyMatch(line ->
                                line.contains(reading == Reading.AUTO ? "begins again, by keys" : "begins again, as"));
            }
        }
    }

    @Test
    @DisplayName("many keys are read from a snapshot; where the server refuses one, by keys, and a line says so")
    void auto_asTheServerHasIt() throws Exception {
        fillMany();
        String target = redis.address(1);
        String id = manager.submit(MigrationJob.of(Action.MIGRATE, redis.address(0), target), "test")
                .id();
        assertThat(done(id)).containsEntry("written", Integer.toString(MANY));
        assertThat(log(id)).anyMatch(line -> line.contains("reads a snapshot of the source"));

        Servers.say(redis.port(), "ACL SETUSER reader on >secret ~* +@all -psync");
        String user = "redis://reader:secret@127.0.0.1:" + redis.port() + "/0";
        MigrationJob job =
                MigrationJob.of(Action.EXPORT, user, folder.resolve("dump.kvb").toString());
        assertThat(manager.plan(job).warnings()).anyMatch(line -> line.contains("refuses replication"));
        id = manager.submit(job, "test").id();
        assertThat(done(id)).containsEntry("records", Integer.toString(MANY));
        assertThat(log(id)).anyMatch(line -> line.contains("no snapshot, as the source refuses replication"));

        id = manager.submit(job.with(snapshot()), "test").id();
        TaskStatus refused = manager.tasks().ended(id).toCompletableFuture().get(2, TimeUnit.MINUTES);
        assertThat(refused.state()).isEqualTo(TaskState.FAILED);
        assertThat(refused.error()).contains("+psync");
    }
}
