package io.kvops.server.cli;

import io.kvops.migration.DataMigrationManager;
import io.kvops.server.report.Quantities;
import io.kvops.server.report.ReportJson;
import io.kvops.tasks.TaskException;
import io.kvops.tasks.TaskProgress;
import io.kvops.tasks.TaskState;
import io.kvops.tasks.TaskStatus;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Waits for a task of this process, shows how far it is, and says what became of it. */
final class TaskFollow {
    private static final long LOOK_MILLIS = 200;
    private static final int LEFT_OUT_LINES = 20;

    private final DataMigrationManager manager;
    private final PrintWriter out;
    private final PrintWriter err;
    private final boolean json;

    TaskFollow(DataMigrationManager manager, PrintWriter out, PrintWriter err, boolean json) {
        this.manager = manager;
        this.out = out;
        this.err = err;
        this.json = json;
    }

    private record Verified(long compared, long missing, long different, long extra) {}

    private record Outcome(
            String task,
            String state,
            long records,
            long bytes,
            double seconds,
            double recordsPerSecond,
            long failed,
            @Nullable Verified verified) {}

    /** Waits, and tells the exit status: 0 if it is done and nothing differs. */
    int follow(String id) throws Failure, InterruptedException {
        Thread closing = new Thread(() -> interrupted(id), "kvops-interrupted");
        Runtime.getRuntime().addShutdownHook(closing);
        try {
            return print(end(id));
        } catch (TaskException e) {
            throw new Failure(String.valueOf(e.getMessage()), e);
        } finally {
            try {
                Runtime.getRuntime().removeShutdownHook(closing);
            } catch (IllegalStateException e) {
                // it runs
            }
        }
    }

    /** The process is asked to end: the task stops at its next pause point, where it goes on later. */
    private void interrupted(String id) {
        manager.close();
        new ProgressLine(err).clear();
        err.println("kvops: interrupted; what is done is kept; go on with: kvops tasks resume " + id);
        err.flush();
    }

    private TaskStatus end(String id) throws TaskException, InterruptedException, Failure {
        ProgressLine line = new ProgressLine(err);
        CompletableFuture<TaskStatus> ended = manager.tasks().ended(id).toCompletableFuture();
        try {
            while (true) {
                try {
                    return ended.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
                } catch (TimeoutException e) {
                    TaskStatus now = manager.tasks().status(id);
                    if (now.state() == TaskState.PAUSED) {
                        return now;
                    }
                    line.show(now.progress().fraction().orElse(0.0), text(now));
                } catch (ExecutionException e) {
                    throw new Failure(
                            String.valueOf(
                                    e.getCause() == null ? e : e.getCause().getMessage()),
                            e);
                }
            }
        } finally {
            line.clear();
        }
    }

    /** As {@code 41 200 of 90 000 keys, 12 300/s, 4 s left}. */
    static String text(TaskStatus task) {
        TaskProgress progress = task.progress();
        StringBuilder text = new StringBuilder(Quantities.count(progress.done()));
        if (progress.total() >= 0) {
            text.append(" of ").append(Quantities.count(progress.total()));
        }
        text.append(progress.unit().isEmpty() ? "" : " " + progress.unit());
        if (progress.perSecond() > 0) {
            text.append(", ")
                    .append(Quantities.count(Math.round(progress.perSecond())))
                    .append("/s");
        }
        progress.remaining()
                .ifPresent(left -> text.append(", ")
                        .append(Quantities.seconds(left.toMillis() / 1000.0))
                        .append(" left"));
        if (task.state() != TaskState.RUNNING) {
            text.append(", ").append(task.state());
        }
        return TextTable.plain(text.toString());
    }

    private int print(TaskStatus task) throws Failure {
        Map<String, String> result = task.result();
        double seconds = Double.parseDouble(result.getOrDefault("copySeconds", "0"));
        boolean copied = seconds > 0;
        if (!copied) {
            seconds = Double.parseDouble(result.getOrDefault("verifySeconds", "0"));
        }
        long records = number(result, "records");
        boolean compared = result.containsKey("differences");
        Outcome outcome = new Outcome(
                task.id(),
                task.state().toString(),
                records,
                number(result, "bytes"),
                seconds,
                seconds > 0 ? records / seconds : 0,
                number(result, "failed"),
                compared
                        ? new Verified(
                                number(result, "compared"),
                                number(result, "missing"),
                                number(result, "different"),
                                number(result, "extra"))
                        : null);
        sayLeftOut(task.id(), number(result, "damaged"));
        if (json) {
            out.println(ReportJson.line(outcome));
        } else if (task.state() == TaskState.DONE) {
            out.print(table(outcome, result));
        }
        out.flush();
        if (task.state() == TaskState.FAILED) {
            throw new Failure(task.error());
        }
        if (task.state() != TaskState.DONE) {
            String left = result.getOrDefault("left", "go on with: kvops tasks resume " + task.id());
            throw new Failure("task " + task.id() + " is " + task.state() + "; " + left);
        }
        long left = number(result, "differences") - number(result, "repaired");
        if (compared && left > 0) {
            throw new Failure(left + " records differ (" + number(result, "missing") + " missing, "
                    + number(result, "different") + " different, " + number(result, "extra")
                    + " extra); which ones: --report FILE; to make them the same: kvops verify --repair");
        }
        return 0;
    }

    /** What of a file could not be read, as far as its log has it. */
    private void sayLeftOut(String id, long places) throws Failure {
        if (places == 0) {
            return;
        }
        try {
            List<String> lines = manager.leftOut(id);
            lines.stream().limit(LEFT_OUT_LINES).forEach(line -> err.println("kvops: left out: " + line));
        } catch (TaskException e) {
            throw new Failure(String.valueOf(e.getMessage()), e);
        }
        err.println("kvops: " + places + (places == 1 ? " place" : " places")
                + " of the file could not be read, left out; more: kvops tasks show " + id);
    }

    private static String table(Outcome outcome, Map<String, String> result) {
        TextTable table =
                new TextTable("TASK", "STATE", ">RECORDS", ">BYTES", ">SECONDS", ">RECORDS/S", ">SKIPPED", ">FAILED");
        table.row(
                outcome.task(),
                outcome.state(),
                Quantities.exact(outcome.records()),
                Quantities.exact(outcome.bytes()),
                String.format(java.util.Locale.ROOT, "%.3f", outcome.seconds()),
                Quantities.exact(Math.round(outcome.recordsPerSecond())),
                Quantities.exact(number(result, "skipped")),
                Quantities.exact(outcome.failed()));
        String text = table.render();
        Verified verified = outcome.verified();
        if (verified == null) {
            return text;
        }
        TextTable second = new TextTable(">COMPARED", ">MISSING", ">DIFFERENT", ">EXTRA", ">REPAIRED");
        second.row(
                Quantities.exact(verified.compared()),
                Quantities.exact(verified.missing()),
                Quantities.exact(verified.different()),
                Quantities.exact(verified.extra()),
                Quantities.exact(number(result, "repaired")));
        return text + second.render();
    }

    private static long number(Map<String, String> result, String name) {
        return Long.parseLong(result.getOrDefault(name, "0"));
    }
}
