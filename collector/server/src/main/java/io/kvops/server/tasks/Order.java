package io.kvops.server.tasks;

import io.kvops.migration.DataMigrationManager;
import io.kvops.migration.MigrationConfig;
import io.kvops.migration.MigrationException;
import io.kvops.migration.MigrationJob;
import io.kvops.migration.SyncJob;
import io.kvops.tasks.TaskException;
import io.kvops.tasks.TaskStatus;
import org.jspecify.annotations.Nullable;

/**
 * What somebody wants to be done. Immutable.
 *
 * @param job the copy or comparison
 * @param live how it is followed; null if it is not
 */
public record Order(MigrationJob job, @Nullable SyncJob live) {
    /** Looks what it would do; of a file, not what it holds. */
    public PlanLine plan(DataMigrationManager manager) throws MigrationException {
        return PlanLine.of(live == null ? manager.plan(job) : manager.plan(live));
    }

    /** The same without tasks and their folder; a file is read to its end. */
    public PlanLine dryRun(MigrationConfig config) throws MigrationException {
        return PlanLine.of(
                live == null ? DataMigrationManager.dryRun(config, job) : DataMigrationManager.dryRun(config, live));
    }

    /** Has it done as soon as a thread is free. */
    public TaskStatus submit(DataMigrationManager manager, String asker) throws TaskException {
        return live == null ? manager.submit(job, asker) : manager.submit(live, asker);
    }
}
