package io.kvops.server.cli;

import io.kvops.migration.DataMigrationManager;
import io.kvops.migration.MigrationConfig;
import io.kvops.stores.data.DataStores;
import io.kvops.tasks.TaskException;
import io.kvops.tasks.TasksConfig;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where tasks of the command line are kept: so that what one command left, another finds. */
final class TaskFolder {
    @Option(
            names = "--state",
            paramLabel = "DIR",
            description =
                    "Where tasks keep their state. Default: kvops/tasks in $XDG_STATE_HOME, or in ~/.local/state.")
    private @Nullable Path folder;

    Path folder() {
        if (folder != null) {
            return folder;
        }
        String state = System.getenv("XDG_STATE_HOME");
        Path base = state == null || state.isBlank()
                ? Path.of(System.getProperty("user.home"), ".local", "state")
                : Path.of(state);
        return base.resolve("kvops").resolve("tasks");
    }

    /** What commands need that only look at data: no task, no folder. */
    MigrationConfig config(Consumer<String> problems) {
        TasksConfig tasks = TasksConfig.in(folder()).withPickUp(false).withProblems(problems);
        return MigrationConfig.of(tasks, DataStores.load());
    }

    /** Opens it, and lets tasks that others left alone: a command does what it was asked. */
    DataMigrationManager open(Consumer<String> problems) throws Failure {
        try {
            return DataMigrationManager.open(config(problems));
        } catch (TaskException e) {
            throw new Failure(String.valueOf(e.getMessage()), e);
        }
    }
}
