package io.kvops.history;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which level holds which time, in which tables and files, at one moment. Immutable.
 *
 * @param levels of each level
 * @param chunks all tables and files
 */
record Catalog(Map<Level, LevelState> levels, List<Chunk> chunks) {
    Catalog {
        levels = new EnumMap<>(levels);
        chunks = List.copyOf(chunks);
    }

    /** As a transaction sees it. */
    static Catalog read(Connection connection) throws SQLException {
        Map<Level, LevelState> levels = new EnumMap<>(Level.class);
        List<Chunk> chunks = new ArrayList<>();
        try (Statement statement = connection.createStatement()) {
            try (ResultSet rows = statement.executeQuery(
                    "SELECT level, archived_millis, from_millis, upto_millis FROM store.levels")) {
                while (rows.next()) {
                    levels.put(
                            Level.valueOf(rows.getString(1)),
                            new LevelState(rows.getLong(2), rows.getLong(3), rows.getLong(4)));
                }
            }
            try (ResultSet rows =
                    statement.executeQuery("SELECT id, kind, level, start_millis, end_millis, sealed, file"
                            + " FROM store.chunks ORDER BY level, start_millis, id")) {
                while (rows.next()) {
                    chunks.add(new Chunk(
                            rows.getInt(1),
                            RowKind.valueOf(rows.getString(2)),
                            Level.valueOf(rows.getString(3)),
                            rows.getLong(4),
                            rows.getLong(5),
                            rows.getBoolean(6),
                            rows.getString(7)));
                }
            }
        }
        return new Catalog(levels, chunks);
    }

    /** A new history: nothing was before now, so everything older counts as merged already. */
    static void create(Connection connection, HistoryConfig config, long nowMillis) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO store.levels VALUES (?, ?, ?, ?)")) {
            for (Level level : Level.ALL) {
                insert.setString(1, level.name());
                long from = level.span(nowMillis - config.keep(level).toMillis());
                insert.setLong(2, from);
                insert.setLong(3, from);
                insert.setLong(4, level == Level.SECOND ? LevelState.NO_END : level.bucket(nowMillis));
                insert.execute();
            }
        }
    }

    LevelState level(Level level) {
        LevelState state = levels.get(level);
        if (state == null) {
            throw new IllegalStateException("no level " + level);
        }
        return state;
    }

    /** Where what a level holds begins, the archive included. */
    long from(Level level) {
        return level(level).archivedMillis();
    }

    /** Where what may be written to a level begins. */
    long writableFrom(Level level) {
        return level(level).fromMillis();
    }

    /** Where it ends; the finest level of a kind has no end. */
    long upto(RowKind kind, Level level) {
        return level == kind.finest ? LevelState.NO_END : level(level).uptoMillis();
    }

    /** The tables and files of a kind and level that overlap a time. */
    List<Chunk> chunks(RowKind kind, Level level, long fromMillis, long toMillis) {
        List<Chunk> found = new ArrayList<>();
        for (Chunk chunk : chunks) {
            if (chunk.kind() == kind
                    && chunk.level() == level
                    && chunk.startMillis() < toMillis
                    && chunk.endMillis() > fromMillis) {
                found.add(chunk);
            }
        }
        return found;
    }

    /** The table that takes new rows of a period; null if there is none yet. */
    @Nullable
    Chunk open(RowKind kind, Level level, long periodStart) {
        for (Chunk chunk : chunks) {
            if (!chunk.sealed()
                    && chunk.kind() == kind
                    && chunk.level() == level
                    && chunk.startMillis() == periodStart) {
                return chunk;
            }
        }
        return null;
    }

    /** Where the last table of the finest level of a kind ends; the least time there is if there is none. */
    long end(RowKind kind) {
        return chunks.stream()
                .filter(c -> c.kind() == kind && c.level() == kind.finest)
                .mapToLong(Chunk::endMillis)
                .max()
                .orElse(Long.MIN_VALUE);
    }

    /** With the seals of another: a table that is being packed takes no rows, which only the memory knows. */
    Catalog sealedAs(Catalog other) {
        Set<Integer> sealed =
                other.chunks.stream().filter(Chunk::sealed).map(Chunk::id).collect(Collectors.toSet());
        return new Catalog(
                levels,
                chunks.stream().map(c -> sealed.contains(c.id()) ? c.seal() : c).toList());
    }

    /** The packed table of a span; null if there is none yet. */
    @Nullable
    Chunk packed(RowKind kind, Level level, long spanStart) {
        for (Chunk chunk : chunks) {
            if (chunk.sealed()
                    && chunk.file() == null
                    && chunk.kind() == kind
                    && chunk.level() == level
                    && chunk.startMillis() == spanStart
                    && chunk.endMillis() == spanStart + level.spanMillis) {
                return chunk;
            }
        }
        return null;
    }

    Catalog with(Collection<Chunk> added) {
        List<Chunk> all = new ArrayList<>(chunks);
        all.addAll(added);
        return new Catalog(levels, all);
    }

    Catalog without(Collection<Chunk> removed) {
        List<Chunk> all = new ArrayList<>(chunks);
        all.removeAll(removed);
        return new Catalog(levels, all);
    }

    Catalog with(Level level, LevelState state) {
        Map<Level, LevelState> changed = new EnumMap<>(levels);
        changed.put(level, state);
        return new Catalog(changed, chunks);
    }
}
