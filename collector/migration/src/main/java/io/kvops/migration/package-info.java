/**
 * Copies records between stores, compares them, repairs the differences. Entry: {@link
 * io.kvops.migration.DataMigrationManager}, whose work runs as tasks ({@code kvops-task-N}), each with threads of its own
 * ({@code kvops-copy-TASK-N}).
 */
@NullMarked
package io.kvops.migration;

import org.jspecify.annotations.NullMarked;
