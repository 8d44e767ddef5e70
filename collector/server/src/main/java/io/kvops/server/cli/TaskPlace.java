package io.kvops.server.cli;

import io.kvops.server.tasks.Order;
import io.kvops.server.tasks.PlanLine;
import io.kvops.server.tasks.TaskLine;
import io.kvops.tasks.TaskState;
import java.time.Duration;
import java.util.List;

/** Where a command's tasks are: in this process, or in a collector. For one thread, but for {@link #interrupted}. */
interface TaskPlace extends AutoCloseable {
    /** The state that a request leads to. */
    enum Ask {
        PAUSE,
        RESUME,
        CANCEL,
        CUTOVER
    }

    /**
     * An order as it was written here.
     *
     * @param source as it was typed: a file's name means something else on another machine
     * @param target the same
     */
    record Asked(Order order, String source, String target) {}

    /**
     * Looks what an order would do.
     *
     * @param reads whether a file is read to its end, to know what it holds
     */
    PlanLine plan(Asked asked, boolean reads) throws Failure, InterruptedException;

    /** Has it done. @return the task's id */
    String submit(Asked asked) throws Failure, InterruptedException;

    /** All tasks, the newest first. */
    List<TaskLine> list() throws Failure, InterruptedException;

    /** One by its id, or how it begins. */
    TaskLine status(String id) throws Failure, InterruptedException;

    /** The last lines of its log. */
    List<String> log(String id, int maxLines) throws Failure, InterruptedException;

    TaskLine ask(String id, Ask what) throws Failure, InterruptedException;

    /** How it is as soon as it is over or at rest, or after a time, whatever is first. */
    TaskLine await(String id, Duration atMost) throws Failure, InterruptedException;

    /** What becomes of a task whose command is asked to end, one line; in this process it stops before. Any thread. */
    String interrupted(String id);

    /** What is added to a command, so that it looks here: empty, or a blank and options. */
    String options();

    @Override
    void close() throws Failure;

    /** Whether nothing more happens to a task by itself. */
    static boolean rests(TaskLine task) {
        return task.over() || task.is(TaskState.PAUSED);
    }
}
