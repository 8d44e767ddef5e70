package io.kvops.migration;

import io.kvops.stores.data.DataStores;
import io.kvops.tasks.TaskEvent;
import io.kvops.tasks.TaskState;
import io.kvops.tasks.TaskStatus;
import io.kvops.tasks.TasksConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The process that {@link LiveIT} kills: begins a live sync, or goes on with it, and prints how far it is. */
final class SyncChild {
    private SyncChild() {}

    public static void main(String[] args) throws Exception {
        TasksConfig tasks = TasksConfig.in(Path.of(args[0])).withHeartbeat(Duration.ofMillis(20));
        SyncJob sync = SyncJob.of(args[1], args[2]);
        if (args.length > 3) {
            sync = sync.with(sync.job().withVerify(true, false, ""))
                    .with(CutOver.MANUAL, 1_000, 60_000)
                    .withEvery(Long.parseLong(args[3]));
        }
        try (DataMigrationManager manager = DataMigrationManager.open(MigrationConfig.of(tasks, DataStores.load()))) {
            manager.tasks().listen(SyncChild::say);
            List<TaskStatus> all = manager.tasks().list();
            TaskStatus task = all.isEmpty() ? manager.submit(sync, "test") : all.get(0);
            if (task.state() == TaskState.FAILED) {
                manager.tasks().resume(task.id());
            }
            TaskStatus end =
                    manager.tasks().ended(task.id()).toCompletableFuture().get();
            manager.tasks().log(task.id(), 200).forEach(line -> System.out.println("log " + line));
            System.out.println("end " + end.state() + " " + end.error() + " " + end.result());
        }
    }

    private static void say(TaskEvent event) {
        if (event.type() == TaskEvent.Type.PROGRESS) {
            System.out.println("at " + event.task().progress().done() + " "
                    + event.task().progress().unit());
        }
    }
}
