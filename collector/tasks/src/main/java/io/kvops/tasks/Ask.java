package io.kvops.tasks;

/** What a task can be asked while it is owned. */
enum Ask {
    PAUSE,
    RESUME,
    CANCEL
}
