/**
 * Copies, comparisons and live syncs as tasks of the collector, and how tasks are written as JSON wherever they run. The entry is
 * {@link io.kvops.server.tasks.TaskDesk}; any thread.
 */
@NullMarked
package io.kvops.server.tasks;

import org.jspecify.annotations.NullMarked;
