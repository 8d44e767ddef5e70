package io.kvops.migration;

import io.kvops.stores.data.DataStores;
import io.kvops.tasks.TaskEvent;
import io.kvops.tasks.TaskState;
import io.kvops.tasks.TaskStatus;
import io.kvops.tasks.TasksConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The process that {@link KillIT} kills: copies and verifies, or goes on with that, and prints how far it is. */
final class CopyChild {
    private CopyChild() {}

    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args[0]);
        TasksConfig tasks = TasksConfig.in(folder).withHeartbeat(Duration.ofMillis(20));
        MigrationJob job = MigrationJob.of(Action.MIGRATE, args[1], args[2])
                .withConflict(Conflict.valueOf(args[3]), false)
                .with(Pace.DEFAULT.withBatch(100).withLimits(Long.parseLong(args[4]), 0, 0))
                .withVerify(true, false, "");
        try (DataMigrationManager manager = DataMigrationManager.open(MigrationConfig.of(tasks, DataStores.load()))) {
            manager.tasks().listen(CopyChild::say);
            List<TaskStatus> all = manager.tasks().list();
            TaskStatus task = all.isEmpty() ? manager.submit(job, "test") : all.get(0);
            if (task.state() == TaskState.FAILED) {
                manager.tasks().resume(task.id());
            }
            TaskStatus end =
                    manager.tasks().ended(task.id()).toCompletableFuture().get();
            System.out.println("end " + end.state() + " " + end.error() + " " + end.result());
        }
    }

    private static void say(TaskEvent event) {
        if (event.type() == TaskEvent.Type.PROGRESS) {
            System.out.println("at " + event.task().progress().done());
        }
    }
}
