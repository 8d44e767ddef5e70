package io.kvops.history;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** SQL for rows of a kind: of tables, and of files of the archive. */
final class Sources {
    /** Columns of the dictionary, in the order of {@link Schema#SERIES_COLUMNS}. */
    private static final List<Dimension> POSITIONS = List.of(
            Dimension.SERVICE,
            Dimension.INSTANCE,
            Dimension.STORE,
            Dimension.ENDPOINT,
            Dimension.OP,
            Dimension.OP_CLASS,
            Dimension.PATTERN,
            Dimension.INTERNAL);

    /** A query of all rows of a window; empty if there are no tables for it. */
    String rows(Catalog catalog, RowKind kind, Segments segments) {
        List<String> selects = new ArrayList<>();
        for (Segments.Part part : segments.parts()) {
            for (Chunk chunk : catalog.chunks(kind, part.level(), part.fromMillis(), part.toMillis())) {
                selects.add("SELECT * FROM " + table(chunk) + " WHERE " + kind.timeColumn() + " >= " + part.fromMillis()
                        + " AND " + kind.timeColumn() + " < " + part.toMillis());
            }
        }
        return String.join(" UNION ALL ", selects);
    }

    /** What stands behind FROM. */
    String table(Chunk chunk) {
        return chunk.table();
    }

    static String column(Dimension dimension) {
        return dimension.name().toLowerCase(Locale.ROOT);
    }

    static int position(Dimension dimension) {
        return POSITIONS.indexOf(dimension);
    }

    /** Conditions on the dictionary, with their values. */
    static void where(Map<Dimension, String> wanted, List<String> conditions, List<String> values) {
        wanted.forEach((dimension, value) -> {
            boolean isUpper = dimension == Dimension.OP_CLASS;
            conditions.add(column(dimension) + (dimension == Dimension.INTERNAL ? "::VARCHAR" : "") + " = ?");
            values.add(isUpper ? value.toUpperCase(Locale.ROOT) : value);
        });
    }
}
