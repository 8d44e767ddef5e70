package io.kvops.history;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

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

    private final @Nullable Path archive;

    /** @param archive the folder of the archive; null if there is none */
    Sources(@Nullable Path archive) {
        this.archive = archive;
    }

    /** A query of all rows of a window; empty if there are no tables for it. */
    String rows(Catalog catalog, RowKind kind, Segments segments) {
        return rows(catalog, kind, segments, "");
    }

    /**
     * The same with a condition.
     *
     * @param and empty, or a condition with AND before it
     */
    String rows(Catalog catalog, RowKind kind, Segments segments, String and) {
        List<String> selects = new ArrayList<>();
        for (Segments.Part part : segments.parts()) {
            for (Chunk chunk : catalog.chunks(kind, part.level(), part.fromMillis(), part.toMillis())) {
                selects.add(select(chunk, part.fromMillis(), part.toMillis()) + and);
            }
        }
        return String.join(" UNION ALL ", selects);
    }

    /** A query of all rows of a level and time; empty if there are no tables for it. */
    String rows(Catalog catalog, RowKind kind, Level level, long fromMillis, long toMillis) {
        return rows(catalog, kind, level, fromMillis, toMillis, "");
    }

    /** The same with a condition, as in {@link #rows(Catalog, RowKind, Segments, String)}. */
    String rows(Catalog catalog, RowKind kind, Level level, long fromMillis, long toMillis, String and) {
        return rows(
                catalog,
                kind,
                new Segments(fromMillis, toMillis, List.of(new Segments.Part(level, fromMillis, toMillis))),
                and);
    }

    private String select(Chunk chunk, long fromMillis, long toMillis) {
        String time = chunk.kind().timeColumn();
        return "SELECT " + chunk.kind().names() + " FROM " + table(chunk) + " WHERE " + time + " >= " + fromMillis
                + " AND " + time + " < " + toMillis;
    }

    /** What stands behind FROM. */
    String table(Chunk chunk) {
        String file = chunk.file();
        return file == null || archive == null
                ? chunk.table()
                : "read_parquet(" + text(archive.resolve(file).toString()) + ")";
    }

    /** A text as SQL has it. */
    static String text(String value) {
        return "'" + value.replace("'", "''") + "'";
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
