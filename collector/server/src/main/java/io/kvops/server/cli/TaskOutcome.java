package io.kvops.server.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.kvops.migration.Action;
import io.kvops.migration.DataMigrationManager;
import io.kvops.server.report.Quantities;
import io.kvops.server.report.ReportJson;
import io.kvops.server.tasks.TaskLine;
import io.kvops.tasks.TaskState;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Says what became of a task: as a table, as JSON, and as the exit status. */
final class TaskOutcome {
    private static final int LEFT_OUT_LINES = 20;
    private static final int LOG_LINES = 2_000;

    private final TaskPlace place;
    private final PrintWriter out;
    private final PrintWriter err;
    private final boolean json;

    TaskOutcome(TaskPlace place, PrintWriter out, PrintWriter err, boolean json) {
        this.place = place;
        this.out = out;
        this.err = err;
        this.json = json;
    }

    private record Verified(long compared, long missing, long different, long extra) {
        static Verified of(TaskLine task) {
            return new Verified(
                    task.number("compared"), task.number("missing"), task.number("different"), task.number("extra"));
        }
    }

    /**
     * The JSON document. What comes behind {@code verified} is there where it means something: after a comparison, and of a live
     * sync.
     */
    private record Outcome(
            String task,
            String state,
            long records,
            long bytes,
            double seconds,
            double recordsPerSecond,
            long failed,
            @Nullable Verified verified,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            String verifiedAt,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Long changes,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Long fullCopies,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            String cutOverAt) {
        static Outcome of(TaskLine task) {
            double seconds = task.seconds("copySeconds");
            if (seconds <= 0) {
                seconds = task.seconds("verifySeconds");
            }
            long records = task.number("records");
            boolean live = task.result().containsKey("changes");
            return new Outcome(
                    task.id(),
                    task.state(),
                    records,
                    task.number("bytes"),
                    seconds,
                    seconds > 0 ? records / seconds : 0,
                    task.number("failed"),
                    compared(task) ? Verified.of(task) : null,
                    task.result().get("verifiedAt"),
                    live ? task.number("changes") : null,
                    live ? task.number("fullCopies") : null,
                    task.result().get("cutOverAt"));
        }
    }

    private static boolean compared(TaskLine task) {
        return task.result().containsKey("differences");
    }

    /** Prints it. @return the exit status @throws Failure if the task is not done, or something differs */
    int print(TaskLine task) throws Failure, InterruptedException {
        sayLeftOut(task.id(), task.number("damaged"));
        Outcome outcome = Outcome.of(task);
        if (json) {
            out.println(ReportJson.line(outcome));
        } else if (task.is(TaskState.DONE)) {
            out.print(tables(outcome, task));
        }
        out.flush();
        if (task.is(TaskState.FAILED)) {
            throw new Failure(task.error());
        }
        if (!task.is(TaskState.DONE)) {
            String left =
                    task.result().getOrDefault("left", "go on with: kvops tasks resume " + task.id() + place.options());
            throw new Failure("task " + task.id() + " is " + task.state() + "; " + left);
        }
        long differ = task.number("differences") - task.number("repaired");
        if (compared(task) && differ > 0) {
            String advice = task.kind().equals(Action.EXPORT.toString())
                    ? "which ones: --report FILE; what the source changed since it was read is among them"
                    : "which ones: --report FILE; to make them the same: kvops verify --repair";
            throw new Failure(differ + " records differ (" + task.number("missing") + " missing, "
                    + task.number("different") + " different, " + task.number("extra") + " extra); " + advice);
        }
        return 0;
    }

    /** What of a file could not be read, as far as its log has it. */
    private void sayLeftOut(String id, long places) throws Failure, InterruptedException {
        if (places == 0) {
            return;
        }
        List<String> lines = DataMigrationManager.leftOut(place.log(id, LOG_LINES));
        lines.stream().limit(LEFT_OUT_LINES).forEach(line -> err.println("kvops: left out: " + TextTable.plain(line)));
        err.println("kvops: " + places + (places == 1 ? " place" : " places")
                + " of the file could not be read, left out; more: kvops tasks show " + id + place.options());
    }

    private static String tables(Outcome outcome, TaskLine task) {
        boolean live = outcome.changes() != null;
        TextTable table = new TextTable(
                "TASK",
                "STATE",
                live ? ">COPIED" : ">RECORDS",
                ">BYTES",
                ">SECONDS",
                live ? ">COPIED/S" : ">RECORDS/S",
                ">SKIPPED",
                ">FAILED");
        table.row(
                outcome.task(),
                outcome.state(),
                Quantities.exact(outcome.records()),
                Quantities.exact(outcome.bytes()),
                String.format(Locale.ROOT, "%.3f", outcome.seconds()),
                Quantities.exact(Math.round(outcome.recordsPerSecond())),
                Quantities.exact(task.number("skipped")),
                Quantities.exact(outcome.failed()));
        return table.render() + (live ? changes(task) : "") + (compared(task) ? comparison(task) : "");
    }

    private static String changes(TaskLine task) {
        TextTable table = new TextTable(">CHANGES REPEATED", ">FULL COPIES", ">CUT OVER IN", "CUT OVER AT");
        table.row(
                Quantities.exact(task.number("changes")),
                Quantities.exact(task.number("fullCopies")),
                Quantities.exact(task.number("cutOverMillis")) + " ms",
                task.result().getOrDefault("cutOverAt", ""));
        return table.render();
    }

    private static String comparison(TaskLine task) {
        String at = task.result().getOrDefault("verifiedAt", "");
        TextTable table = new TextTable(">COMPARED", ">MISSING", ">DIFFERENT", ">EXTRA", ">REPAIRED", "AT");
        table.row(
                Quantities.exact(task.number("compared")),
                Quantities.exact(task.number("missing")),
                Quantities.exact(task.number("different")),
                Quantities.exact(task.number("extra")),
                Quantities.exact(task.number("repaired")),
                at.isEmpty() ? "-" : Quantities.at(Instant.parse(at)));
        return table.render();
    }
}
