package io.kvops.tasks;

/**
 * Thrown at a pause point when the task was asked to pause or to end, or its process closes. {@link Work} lets it pass: what
 * comes next is not its business, as a paused task continues in a new run, from its checkpoint.
 */
public final class TaskStopped extends Exception {
    private static final long serialVersionUID = 1;

    TaskStopped(String message) {
        super(message, null, false, false);
    }
}
