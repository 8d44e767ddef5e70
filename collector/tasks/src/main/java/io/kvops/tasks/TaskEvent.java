package io.kvops.tasks;

import java.util.Objects;

/**
 * Something happened to a task of this process.
 *
 * @param type what
 * @param task the task after it
 */
public record TaskEvent(Type type, TaskStatus task) {
    public TaskEvent {
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(task, "task");
    }

    /** What can happen. */
    public enum Type {
        /** It is in another state. */
        STATE,
        /** It is further than before; at most one a heartbeat. */
        PROGRESS
    }
}
