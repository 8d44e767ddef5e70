package io.kvops.migration;

import io.kvops.stores.data.DataStores;
import io.kvops.tasks.TaskEvent;
import io.kvops.tasks.TaskState;
import io.kvops.tasks.TaskStatus;
import io.kvops.tasks.TasksConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The process that tests kill: does a job, or goes on with it, and prints how far it is, all phases added up. */
final class CopyChild {
    private long before;
    private long last;

    private CopyChild() {}

    /** Arguments: folder of the tasks, action, source, target, conflict policy, records a second, number of parts, how to read. */
    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args[0]);
        TasksConfig tasks = TasksConfig.in(folder).withHeartbeat(Duration.ofMillis(20));
        Action action = Action.valueOf(args[1]);
        MigrationJob job = MigrationJob.of(action, args[2], args[3])
                .withConflict(Conflict.valueOf(args[4]), false)
                .with(Pace.DEFAULT
                        .withBatch(100)
                        .withLimits(Long.parseLong(args[5]), 0, 0)
                        .with(Reading.valueOf(args[7])))
                .with(FileOptions.DEFAULT.withParts(Integer.parseInt(args[6])))
                .withVerify(action == Action.MIGRATE, false, "");
        CopyChild child = new CopyChild();
        try (DataMigrationManager manager = DataMigrationManager.open(MigrationConfig.of(tasks, DataStores.load()))) {
            manager.tasks().listen(child::say);
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

    private synchronized void say(TaskEvent event) {
        if (event.type() == TaskEvent.Type.PROGRESS) {
            long done = event.task().progress().done();
            before += done < last ? last : 0;
            last = done;
            System.out.println("at " + (before + done));
        }
    }
}
