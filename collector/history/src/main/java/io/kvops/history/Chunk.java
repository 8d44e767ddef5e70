package io.kvops.history;

import org.jspecify.annotations.Nullable;

/**
 * One table, or one file of the archive: what a level holds of one kind for one period. A period may have several; their
 * rows add up.
 *
 * @param sealed nothing more is written to it
 * @param file name of the archive file; null: a table
 */
record Chunk(
        int id,
        RowKind kind,
        Level level,
        long startMillis,
        long endMillis,
        boolean sealed,
        @Nullable String file) {
    String table() {
        return "store." + tableName();
    }

    String tableName() {
        return kind.name().toLowerCase(java.util.Locale.ROOT) + "_" + level.label + "_" + id;
    }

    Chunk seal() {
        return new Chunk(id, kind, level, startMillis, endMillis, true, file);
    }
}
