package io.kvops.server.cli;

import io.kvops.migration.DataMigrationManager;
import io.kvops.migration.MigrationException;
import io.kvops.server.report.Quantities;
import io.kvops.server.report.ReportJson;
import io.kvops.tasks.TaskException;
import io.kvops.tasks.TaskState;
import io.kvops.tasks.TaskStatus;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "tasks",
        description = "Tasks that commands of this user began: looks at them, pauses, resumes, cancels them.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        subcommands = {
            TasksCommand.ListAll.class,
            TasksCommand.Show.class,
            TasksCommand.Pause.class,
            TasksCommand.Resume.class,
            TasksCommand.Cancel.class,
            TasksCommand.Handover.class
        },
        footerHeading = "%nExamples:%n",
        footer = {"  kvops tasks list", "  kvops tasks pause 7f3a01", "  kvops tasks resume 7f3a01"})
final class TasksCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        throw new ParameterException(
                spec.commandLine(), "say what to do: list, show, pause, resume, cancel or cutover");
    }

    private record Line(
            String id,
            String kind,
            String title,
            String asker,
            String state,
            boolean interrupted,
            String created,
            String ended,
            int runs,
            String owner,
            long done,
            long total,
            String unit,
            double perSecond,
            String error,
            Map<String, String> result) {
        static Line of(TaskStatus task) {
            return new Line(
                    task.id(),
                    task.kind(),
                    task.title(),
                    task.asker(),
                    task.state().toString(),
                    task.interrupted(),
                    task.created().toString(),
                    task.ended().map(Object::toString).orElse(""),
                    task.runs(),
                    task.owner(),
                    task.progress().done(),
                    task.progress().total(),
                    task.progress().unit(),
                    task.progress().perSecond(),
                    task.error(),
                    task.result());
        }
    }

    private record Lines(List<Line> tasks) {}

    private record Shown(Line task, List<String> log) {}

    /** What subcommands have in common. */
    @Command(mixinStandardHelpOptions = true, versionProvider = Main.Version.class, sortOptions = false)
    abstract static class Ask implements Callable<Integer> {
        @Spec
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private CommandSpec spec;

        @Mixin
        private TaskFolder state = new TaskFolder();

        @Option(names = "--json", description = "Print one JSON document.")
        private boolean json;

        abstract int ask(DataMigrationManager manager, PrintWriter out) throws Exception;

        @Override
        public final Integer call() throws Exception {
            PrintWriter out = spec.commandLine().getOut();
            try (DataMigrationManager manager = state.open(err()::println)) {
                int status = ask(manager, out);
                out.flush();
                return status;
            } catch (TaskException | MigrationException | IllegalArgumentException e) {
                throw new Failure(String.valueOf(e.getMessage()), e);
            }
        }

        final PrintWriter err() {
            return spec.commandLine().getErr();
        }

        final boolean json() {
            return json;
        }

        final void print(PrintWriter out, TaskStatus task) {
            out.println(
                    json
                            ? ReportJson.line(Line.of(task))
                            : TextTable.plain("task " + task.id() + " is " + state(task) + ": " + task.title()));
        }
    }

    /** The same for one task. */
    abstract static class AskOne extends Ask {
        @Parameters(paramLabel = "ID", description = "Its id, or how it begins.")
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private String id;

        final String id() {
            return id;
        }
    }

    private static String state(TaskStatus task) {
        return task.state() + (task.interrupted() ? " (interrupted)" : "");
    }

    @Command(
            name = "list",
            description = "Lists them, the newest first.",
            footerHeading = "%nExamples:%n",
            footer = {"  kvops tasks list", "  kvops tasks list --json"})
    static final class ListAll extends Ask {
        @Override
        int ask(DataMigrationManager manager, PrintWriter out) throws TaskException {
            List<TaskStatus> all = manager.tasks().list();
            if (json()) {
                out.println(ReportJson.line(new Lines(all.stream().map(Line::of).toList())));
                return 0;
            }
            TextTable table = new TextTable("TASK", "STATE", "CREATED", "PROGRESS", "WHAT");
            for (TaskStatus task : all) {
                table.row(task.id(), state(task), Quantities.at(task.created()), TaskFollow.text(task), task.title());
            }
            out.print(table.isEmpty() ? "no tasks" + System.lineSeparator() : table.render());
            return 0;
        }
    }

    @Command(
            name = "show",
            description = "Shows one, and the last lines of its log.",
            footerHeading = "%nExamples:%n",
            footer = "  kvops tasks show 7f3a01")
    static final class Show extends AskOne {
        private static final int LINES = 50;

        @Override
        int ask(DataMigrationManager manager, PrintWriter out) throws TaskException {
            TaskStatus task = manager.tasks().status(id());
            List<String> log = manager.tasks().log(task.id(), LINES);
            if (json()) {
                out.println(ReportJson.line(new Shown(Line.of(task), log)));
                return 0;
            }
            print(out, task);
            out.println("asked for by " + TextTable.plain(task.asker()) + " at " + Quantities.at(task.created())
                    + ", runs: " + task.runs() + ", " + TaskFollow.text(task));
            if (!task.error().isEmpty()) {
                out.println("error: " + TextTable.plain(task.error()));
            }
            log.forEach(line -> out.println("  " + TextTable.plain(line)));
            return 0;
        }
    }

    @Command(
            name = "pause",
            description = "Asks one to stop where it can go on.",
            footerHeading = "%nExamples:%n",
            footer = "  kvops tasks pause 7f3a01")
    static final class Pause extends AskOne {
        @Override
        int ask(DataMigrationManager manager, PrintWriter out) throws TaskException {
            print(out, manager.tasks().pause(id()));
            return 0;
        }
    }

    @Command(
            name = "resume",
            description =
                    "Goes on with one that was paused, failed, or whose process is gone: in this process, to its end.",
            footerHeading = "%nExamples:%n",
            footer = "  kvops tasks resume 7f3a01")
    static final class Resume extends AskOne {
        @Override
        int ask(DataMigrationManager manager, PrintWriter out) throws Exception {
            TaskStatus task = manager.tasks().resume(id());
            return new TaskFollow(manager, out, err(), json()).follow(task.id());
        }
    }

    @Command(
            name = "cutover",
            description = "Asks a live sync to hand over to its target as soon as that has caught up.",
            footerHeading = "%nExamples:%n",
            footer = "  kvops tasks cutover 7f3a01")
    static final class Handover extends AskOne {
        @Override
        int ask(DataMigrationManager manager, PrintWriter out) throws Exception {
            TaskStatus task = manager.cutOver(id());
            print(out, task);
            if (!json() && task.state() != TaskState.RUNNING) {
                out.println("it hands over when it goes on: kvops tasks resume " + task.id());
            }
            return 0;
        }
    }

    @Command(
            name = "cancel",
            description = "Ends one; says what is left.",
            footerHeading = "%nExamples:%n",
            footer = "  kvops tasks cancel 7f3a01")
    static final class Cancel extends AskOne {
        private static final Duration WAIT = Duration.ofSeconds(30);

        @Override
        int ask(DataMigrationManager manager, PrintWriter out) throws Exception {
            String whole = manager.tasks().cancel(id()).id();
            TaskStatus task;
            try {
                task = manager.tasks()
                        .ended(whole)
                        .toCompletableFuture()
                        .get(WAIT.toMillis(), java.util.concurrent.TimeUnit.MILLISECONDS);
            } catch (java.util.concurrent.TimeoutException e) {
                task = manager.tasks().status(whole); // its owner has been asked
            }
            print(out, task);
            String left = task.result().get("left");
            if (!json() && task.state() == TaskState.CANCELLED && left != null) {
                out.println(TextTable.plain(left));
            }
            return 0;
        }
    }
}
