package io.kvops.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kvops.stores.data.DataStores;
import io.kvops.tasks.TaskState;
import io.kvops.tasks.TaskStatus;
import io.kvops.tasks.TasksConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A master dies, and a sentinel lets its replica take over, while it is the source. */
class SentinelIT {
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final int RECORDS = 6_000;
    private static final int PER_SECOND = 2_000;

    @TempDir
    Path folder;

    private final DataStores stores = DataStores.load();
    private Servers servers;
    private int replica;
    private int sentinel;

    @BeforeEach
    void start() throws Exception {
        servers = new Servers(folder);
        int master = servers.redis("shop");
        Servers.say(master, "CONFIG SET repl-diskless-sync-delay 0");
        Samples.fill(stores, "redis://127.0.0.1:" + master, RECORDS);
        replica = servers.replica("replica", "shop");
        Servers.say(replica, "CONFIG SET repl-diskless-sync-delay 0");
        sentinel = servers.sentinel("sentinel", "shop");
    }

    @AfterEach
    void stop() {
        servers.close();
    }

    private String source() {
        return "redis-sentinel://127.0.0.1:" + sentinel + "/shop";
    }

    private DataMigrationManager manager() throws Exception {
        return DataMigrationManager.open(MigrationConfig.of(
                TasksConfig.in(folder.resolve("tasks")).withHeartbeat(Duration.ofMillis(50)), stores));
    }

    private void failOver() {
        await().atMost(PATIENCE)
                .until(() -> say("INFO replication", servers.redis("shop"), "master_repl_offset")
                        .equals(say("INFO replication", replica, "slave_repl_offset")));
        servers.kill("shop");
        await().atMost(PATIENCE).until(() -> {
            Servers.say(sentinel, "SENTINEL FAILOVER shop");
            return Servers.say(sentinel, "SENTINEL GET-MASTER-ADDR-BY-NAME shop")
                    .contains("" + replica);
        });
    }

    private static String say(String question, int port, String name) throws Exception {
        return Servers.say(port, question)
                .lines()
                .filter(line -> line.startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1))
                .findFirst()
                .orElse("");
    }

    private static TaskStatus end(DataMigrationManager manager, String id) throws Exception {
        TaskStatus end =
                manager.tasks().ended(id).toCompletableFuture().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        assertThat(end.state()).as(end.error()).isEqualTo(TaskState.DONE);
        assertThat(end.result()).containsEntry("differences", "0");
        return end;
    }

    @Test
    @DisplayName("a copy goes on at the new master, where cursors of the one before mean nothing, and misses no key")
    void copy_goesOnAtTheNewMaster() throws Exception {
        String target = "mem:sentinel-" + System.nanoTime();
        MigrationJob job = MigrationJob.of(Action.MIGRATE, source(), target)
                .with(Pace.DEFAULT.withLimits(PER_SECOND, 0, 0))
                .withVerify(true, false, "");
        try (DataMigrationManager manager = manager()) {
            String id = manager.submit(job, "test").id();
            await().atMost(PATIENCE)
                    .until(() -> manager.tasks().status(id).progress().done() > RECORDS / 10);
            failOver();
            end(manager, id);
        }
        assertThat(Samples.all(stores, target)).hasSize(RECORDS);
    }

    @Test
    @DisplayName("a live sync goes on with the new master's log, or with a new copy of it")
    void liveSync_goesOnAtTheNewMaster() throws Exception {
        String target = "redis://127.0.0.1:" + servers.redis("target");
        SyncJob of = SyncJob.of(source(), target);
        try (DataMigrationManager manager = manager()) {
            String id = manager.submit(of.with(of.job().withVerify(true, false, "")), "test")
                    .id();
            await().atMost(PATIENCE)
                    .until(() -> manager.tasks().status(id).progress().unit().startsWith("changes"));
            failOver();
            for (int i = 0; i < 100; i++) {
                Servers.say(replica, "INCR count:" + i % 7);
            }
            Servers.say(replica, "DEL key:1 key:2");
            manager.cutOver(id);
            end(manager, id);
        }
    }
}
