/**
 * Asynchronous tasks that survive their process. {@link io.kvops.tasks.Tasks} is the entry: it runs {@link
 * io.kvops.tasks.Work} on its own threads ({@code kvops-task-N}), keeps what becomes of it in files under one folder, and picks
 * up again what a dead process left. {@code kvops-tasks} is the thread that looks after heartbeats, requests of other
 * processes and what is due; {@code kvops-task-events-N} tell listeners, {@code kvops-task-done} completes stages.
 *
 * <p>Several processes may use one folder: each task has one owner at a time, the process that holds its lock.
 */
@NullMarked
package io.kvops.tasks;

import org.jspecify.annotations.NullMarked;
