package io.kvops.tasks;

import java.util.Map;

/**
 * What tasks of one kind do. One instance serves all of them, on several threads.
 *
 * <p>A run begins at {@link TaskContext#checkpoint}, if there is one: it must lead to the same end whether it runs once, or
 * is killed anywhere and run again.
 */
@FunctionalInterface
public interface Work {
    /**
     * Does it, on a thread of the task.
     *
     * @return the result for people and programs, at most 64 KiB in all
     * @throws TaskStopped from a pause point: to be let through
     * @throws Exception any other fails the task; its message should be one line that says what to do
     */
    Map<String, String> run(TaskContext context) throws Exception;

    /**
     * Cleans up after a task that was cancelled, also one that had not started. Runs again if its process dies meanwhile.
     *
     * <p>If that fails the task has failed, and may be cancelled again.
     *
     * @return what state is left, one line, as {@code the target holds 4 200 of 9 000 keys}; empty for nothing to say
     */
    default String cancelled(TaskContext context) throws Exception {
        return "";
    }
}
