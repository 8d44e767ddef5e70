package io.kvops.server.cli;

import io.kvops.server.report.Quantities;
import io.kvops.server.report.ReportJson;
import io.kvops.server.tasks.TaskLine;
import io.kvops.tasks.TaskState;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
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
        description =
                "Tasks that commands of this user began, or those of a collector: looks at them, pauses, resumes, cancels them.",
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
        footer = {
            "  kvops tasks list",
            "  kvops tasks pause 7f3a01",
            "  kvops tasks resume 7f3a01",
            "  kvops tasks list --collector http://127.0.0.1:7180 --token file:/etc/kvops/token"
        })
final class TasksCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        throw new ParameterException(
                spec.commandLine(), "say what to do: list, show, pause, resume, cancel or cutover");
    }

    private record Lines(List<TaskLine> tasks) {}

    private record Shown(TaskLine task, List<String> log) {}

    /** What subcommands have in common. */
    @Command(mixinStandardHelpOptions = true, versionProvider = Main.Version.class, sortOptions = false)
    abstract static class Ask implements Callable<Integer> {
        @Spec
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private CommandSpec spec;

        @Mixin
        private TaskPlaceOptions state = new TaskPlaceOptions();

        @Option(names = "--json", description = "Print one JSON document.")
        private boolean json;

        abstract int ask(TaskPlace place, PrintWriter out) throws Failure, InterruptedException;

        @Override
        public final Integer call() throws Exception {
            PrintWriter out = spec.commandLine().getOut();
            try (TaskPlace place = state.open(err())) {
                int status = ask(place, out);
                out.flush();
                return status;
            }
        }

        final PrintWriter err() {
            return spec.commandLine().getErr();
        }

        final boolean json() {
            return json;
        }

        final void print(PrintWriter out, TaskLine task) {
            out.println(
                    json
                            ? ReportJson.line(task)
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

    private static String state(TaskLine task) {
        return task.state() + (task.interrupted() ? " (interrupted)" : "");
    }

    @Command(
            name = "list",
            description = "Lists them, the newest first.",
            footerHeading = "%nExamples:%n",
            footer = {"  kvops tasks list", "  kvops tasks list --json"})
    static final class ListAll extends Ask {
        @Override
        int ask(TaskPlace place, PrintWriter out) throws Failure, InterruptedException {
            List<TaskLine> all = place.list();
            if (json()) {
                out.println(ReportJson.line(new Lines(all)));
                return 0;
            }
            TextTable table = new TextTable("TASK", "STATE", "CREATED", "PROGRESS", "WHAT");
            for (TaskLine task : all) {
                table.row(
                        task.id(),
                        state(task),
                        Quantities.at(Instant.parse(task.created())),
                        TaskFollow.text(task),
                        task.title());
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
        int ask(TaskPlace place, PrintWriter out) throws Failure, InterruptedException {
            TaskLine task = place.status(id());
            List<String> log = place.log(task.id(), LINES);
            if (json()) {
                out.println(ReportJson.line(new Shown(task, log)));
                return 0;
            }
            print(out, task);
            out.println("asked for by " + TextTable.plain(task.asker()) + " at "
                    + Quantities.at(Instant.parse(task.created())) + ", runs: " + task.runs() + ", "
                    + TaskFollow.text(task));
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
        int ask(TaskPlace place, PrintWriter out) throws Failure, InterruptedException {
            print(out, place.ask(id(), TaskPlace.Ask.PAUSE));
            return 0;
        }
    }

    @Command(
            name = "resume",
            description =
                    "Goes on with one that was paused, failed, or whose process is gone: in this process, or its collector, to its end.",
            footerHeading = "%nExamples:%n",
            footer = "  kvops tasks resume 7f3a01")
    static final class Resume extends AskOne {
        @Override
        int ask(TaskPlace place, PrintWriter out) throws Failure, InterruptedException {
            TaskLine task = place.ask(id(), TaskPlace.Ask.RESUME);
            return new TaskFollow(place, out, err(), json()).follow(task.id());
        }
    }

    @Command(
            name = "cutover",
            description = "Asks a live sync to hand over to its target as soon as that has caught up.",
            footerHeading = "%nExamples:%n",
            footer = "  kvops tasks cutover 7f3a01")
    static final class Handover extends AskOne {
        @Override
        int ask(TaskPlace place, PrintWriter out) throws Failure, InterruptedException {
            TaskLine task = place.ask(id(), TaskPlace.Ask.CUTOVER);
            print(out, task);
            if (!json() && !task.is(TaskState.RUNNING)) {
                out.println("it hands over when it goes on: kvops tasks resume " + task.id() + place.options());
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
        int ask(TaskPlace place, PrintWriter out) throws Failure, InterruptedException {
            TaskLine task = place.await(place.ask(id(), TaskPlace.Ask.CANCEL).id(), WAIT);
            print(out, task);
            String left = task.result().get("left");
            if (!json() && task.is(TaskState.CANCELLED) && left != null) {
                out.println(TextTable.plain(left));
            }
            return 0;
        }
    }
}
