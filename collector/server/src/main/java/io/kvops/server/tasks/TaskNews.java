package io.kvops.server.tasks;

/**
 * Something happened to a task of the collector.
 *
 * @param type state or progress
 * @param task the task after it
 */
public record TaskNews(String type, TaskLine task) {
    static final String STATE = "state";
    static final String PROGRESS = "progress";

    /** Whether it is in another state, and not only further than before. */
    public boolean ofState() {
        return type.equals(STATE);
    }
}
