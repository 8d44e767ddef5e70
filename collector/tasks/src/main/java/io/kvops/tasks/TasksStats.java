package io.kvops.tasks;

/**
 * Numbers of this process's {@link Tasks}, since it opened them.
 *
 * @param running tasks that run now
 * @param queued tasks that wait for a thread
 * @param refused requests refused because the queue was full
 * @param pickedUp tasks continued that another process had left
 * @param eventsDropped events that listeners were too slow for
 * @param damaged tasks put aside because their files were damaged
 * @param unwritten tasks whose last state is not on the disk yet, because that failed; it is tried again at each heartbeat
 * @param logLinesDropped lines of tasks' logs that could not be written
 */
public record TasksStats(
        int running,
        int queued,
        long refused,
        long pickedUp,
        long eventsDropped,
        long damaged,
        int unwritten,
        long logLinesDropped) {}
