package io.kvops.server.tasks;

import io.kvops.tasks.TaskProgress;
import io.kvops.tasks.TaskState;
import io.kvops.tasks.TaskStatus;
import java.util.Locale;
import java.util.Map;

/**
 * A task as commands and REST show it: the same words wherever it runs, and no secrets. Immutable.
 *
 * @param id by which it is asked for
 * @param kind migrate, export, import, sync or verify
 * @param title one line for people
 * @param asker who asked
 * @param state as {@link TaskState} has it
 * @param interrupted whether its process died, so that it waits to be picked up or resumed
 * @param created ISO-8601 in UTC
 * @param ended the same; empty before
 * @param runs how often it was started, resumed or picked up
 * @param owner the process that has it, or had it last
 * @param done in units, at least 0
 * @param total in units, -1 if unknown
 * @param unit of both
 * @param perSecond units a second lately
 * @param error one line if it failed, else empty
 * @param result what it found, as texts by name; see {@link io.kvops.migration.DataMigrationManager#submit}
 */
public record TaskLine(
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

    public TaskLine {
        result = Map.copyOf(result);
    }

    /** A task of this machine. */
    public static TaskLine of(TaskStatus task) {
        TaskProgress progress = task.progress();
        return new TaskLine(
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
                progress.done(),
                progress.total(),
                progress.unit(),
                progress.perSecond(),
                task.error(),
                task.result());
    }

    /** Whether it is in this state. */
    public boolean is(TaskState other) {
        return state.equals(other.toString());
    }

    /** Whether it is done, failed or cancelled. */
    public boolean over() {
        return TaskState.valueOf(state.toUpperCase(Locale.ROOT)).ended();
    }

    /** How far it is. */
    public TaskProgress progress() {
        return new TaskProgress(done, total, unit, perSecond);
    }

    /** A number of the result; 0 if it has none of that name. */
    public long number(String name) {
        return Long.parseLong(result.getOrDefault(name, "0"));
    }

    /** The same of seconds. */
    public double seconds(String name) {
        return Double.parseDouble(result.getOrDefault(name, "0"));
    }
}
