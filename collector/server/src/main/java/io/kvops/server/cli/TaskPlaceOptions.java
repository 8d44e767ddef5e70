package io.kvops.server.cli;

import io.kvops.migration.MigrationConfig;
import io.kvops.stores.data.DataStores;
import io.kvops.tasks.TasksConfig;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Where a command's tasks are: in this process, its folder being one that other commands find, or in a collector. */
final class TaskPlaceOptions {
    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(
            names = "--state",
            paramLabel = "DIR",
            description =
                    "Where tasks keep their state. Default: kvops/tasks in $XDG_STATE_HOME, or in ~/.local/state.")
    private @Nullable Path folder;

    @Option(
            names = "--collector",
            paramLabel = "URL",
            description = {
                "Have it done by the collector there, as http://127.0.0.1:7180: files are those of its machine, below its",
                "tasks.roots, and passwords are those of its stores.targets. Default: by this process."
            })
    private @Nullable String url;

    @Mixin
    private Login login = new Login();

    /** @throws ParameterException if the options make no sense together */
    TaskPlace open(PrintWriter err) throws Failure {
        if (url != null && folder != null) {
            throw new ParameterException(spec.commandLine(), "--collector and --state exclude each other");
        }
        if (url == null && login.given()) {
            throw new ParameterException(spec.commandLine(), "--token and --ca go with --collector URL");
        }
        return url == null ? here(err) : new RemoteTasks(login.client(url), url);
    }

    /** What is said of the folder goes to stderr, and not into the progress bar that may stand there. */
    private TaskPlace here(PrintWriter err) {
        Consumer<String> problems = line -> {
            new ProgressLine(err).clear();
            err.println("kvops: " + line);
        };
        // tasks that others left are let alone: a command does what it was asked
        TasksConfig tasks = TasksConfig.in(folder()).withPickUp(false).withProblems(problems);
        return new LocalTasks(MigrationConfig.of(tasks, DataStores.load()));
    }

    private Path folder() {
        if (folder != null) {
            return folder;
        }
        String state = System.getenv("XDG_STATE_HOME");
        Path base = state == null || state.isBlank()
                ? Path.of(System.getProperty("user.home"), ".local", "state")
                : Path.of(state);
        return base.resolve("kvops").resolve("tasks");
    }
}
