package io.kvops.tasks;

/** Is told what happens to tasks, on a thread of its own, in order. A slow one loses events, which {@link TasksStats} counts. */
@FunctionalInterface
public interface TaskListener {
    void on(TaskEvent event);
}
