package io.kvops.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvops.migration.filter.Filter;
import io.kvops.stores.data.DataStores;
import io.kvops.stores.data.WholeRecord;
import io.kvops.tasks.TaskState;
import io.kvops.tasks.TaskStatus;
import io.kvops.tasks.TasksConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Between a real Redis's databases, with and without a look at values. */
class RedisIT {
    private static final int RECORDS = 3_000;

    @TempDir
    Path folder;

    @Test
    void copyVerifyAndRepair() throws Exception {
        DataStores stores = DataStores.load();
        try (RedisProcess redis = RedisProcess.start(folder);
                DataMigrationManager manager = DataMigrationManager.open(
                        MigrationConfig.of(TasksConfig.in(folder.resolve("tasks")), stores))) {
            String source = redis.address(0);
            String target = redis.address(1);
            Samples.fill(stores, source, RECORDS);
            MigrationJob copy = MigrationJob.of(Action.MIGRATE, source, target).withVerify(true, false, "");
            assertThat(manager.plan(copy).opaque()).isTrue();
            assertThat(manager.plan(copy).size().records()).isEqualTo(RECORDS);
            assertThat(run(manager, copy))
                    .containsEntry("written", Integer.toString(RECORDS))
                    .containsEntry("differences", "0");
            Map<String, WholeRecord> written = Samples.all(stores, source);
            assertThat(written).hasSize(RECORDS);
            assertThat(Samples.all(stores, target)).isEqualTo(written);

            Samples.put(stores, target, List.of(Samples.string("key:1", "x"), Samples.string("extra", "x")));
            MigrationJob verify = MigrationJob.of(Action.VERIFY, source, target).withVerify(true, true, "");
            assertThat(run(manager, verify))
                    .containsEntry("different", "1")
                    .containsEntry("extra", "1")
                    .containsEntry("repaired", "2");
            assertThat(Samples.all(stores, target)).isEqualTo(written);

            MigrationJob renamed = MigrationJob.of(Action.MIGRATE, source, redis.address(2))
                    .with(Filter.ALL.withWhere("elements > 3"))
                    .withTransforms(List.of("rename:/^key:/k:/"))
                    .withVerify(true, false, "");
            assertThat(manager.plan(renamed).opaque()).isFalse();
            assertThat(run(manager, renamed)).containsEntry("differences", "0");
            assertThat(Samples.all(stores, redis.address(2)).keySet())
                    .isNotEmpty()
                    .allMatch(key -> key.startsWith("k:"));
        }
    }

    @Test
    void sourceByAnotherName_isRefusedAsTheTarget() throws Exception {
        try (RedisProcess redis = RedisProcess.start(folder);
                DataMigrationManager manager = DataMigrationManager.open(MigrationConfig.in(folder.resolve("tasks")))) {
            String source = redis.address(0);
            String same = source.replace("127.0.0.1", "localhost");
            assertThat(same).isNotEqualTo(source);
            MigrationJob job = MigrationJob.of(Action.MIGRATE, source, same);
            assertThatThrownBy(() -> manager.plan(job)).hasMessageContaining("by another name");
            assertRefused(manager, manager.submit(job, "test").id());
            assertRefused(
                    manager, manager.submit(SyncJob.of(source, same), "test").id());
        }
    }

    private static void assertRefused(DataMigrationManager manager, String id) throws Exception {
        TaskStatus end = manager.tasks().ended(id).toCompletableFuture().get(5, TimeUnit.MINUTES);
        assertThat(end.state()).isEqualTo(TaskState.FAILED);
        assertThat(end.error()).contains("is the source", "by another name");
    }

    private static Map<String, String> run(DataMigrationManager manager, MigrationJob job) throws Exception {
        String id = manager.submit(job, "test").id();
        TaskStatus end = manager.tasks().ended(id).toCompletableFuture().get(5, TimeUnit.MINUTES);
        assertThat(end.state()).as(end.error()).isEqualTo(TaskState.DONE);
        return end.result();
    }
}
