package io.kvops.server.cli;

import io.kvops.server.report.Quantities;
import io.kvops.server.tasks.TaskLine;
import io.kvops.tasks.TaskProgress;
import io.kvops.tasks.TaskState;
import java.io.PrintWriter;
import java.time.Duration;

/** Waits for a task, shows how far it is, and says what became of it. */
final class TaskFollow {
    private static final Duration LOOK = Duration.ofMillis(200);

    private final TaskPlace place;
    private final PrintWriter out;
    private final PrintWriter err;
    private final boolean json;

    TaskFollow(TaskPlace place, PrintWriter out, PrintWriter err, boolean json) {
        this.place = place;
        this.out = out;
        this.err = err;
        this.json = json;
    }

    /** Waits, and tells the exit status: 0 if it is done and nothing differs. */
    int follow(String id) throws Failure, InterruptedException {
        Thread closing = new Thread(() -> interrupted(id), "kvops-interrupted");
        Runtime.getRuntime().addShutdownHook(closing);
        try {
            return new TaskOutcome(place, out, err, json).print(end(id));
        } finally {
            try {
                Runtime.getRuntime().removeShutdownHook(closing);
            } catch (IllegalStateException e) {
                // it runs
            }
        }
    }

    /** The process is asked to end: a task of it stops at its next pause point, where it goes on later. */
    private void interrupted(String id) {
        String said = place.interrupted(id);
        new ProgressLine(err).clear();
        err.println("kvops: " + said);
        err.flush();
    }

    private TaskLine end(String id) throws InterruptedException, Failure {
        ProgressLine line = new ProgressLine(err);
        try {
            while (true) {
                TaskLine now = place.await(id, LOOK);
                if (TaskPlace.rests(now)) {
                    return now;
                }
                line.show(now.progress().fraction().orElse(-1.0), text(now));
            }
        } finally {
            line.clear();
        }
    }

    /** As {@code 41 200 of 90 000 keys, 12 300/s, 4.0 s left}. */
    static String text(TaskLine task) {
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
        if (!task.is(TaskState.RUNNING)) {
            text.append(", ").append(task.state());
        }
        return TextTable.plain(text.toString());
    }
}
