package io.kvops.history;

import io.kvops.histogram.SparseHistogram;
import io.kvops.op.OpClass;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Answers an {@link OpsQuery} within one transaction: sums, then histograms and errors of the groups that are wanted. */
final class OpsReader {
    private static final String SUMS =
            Stream.of("count", "misses", "timeouts", "cancelled", "key_bytes", "bytes_in", "bytes_out", "sum_nanos")
                            .map(RollupSql::sum)
                            .collect(Collectors.joining(", "))
                    + ", max(max_nanos), max(distinct_keys)";

    private static final String NOTABLE =
            ", sum(timeouts::HUGEINT + cancelled + coalesce(list_sum(error_counts), 0)) AS failures,"
                    + " max(max_nanos) AS slowest";

    /** Ids up to which rows are asked for by a range of them. */
    private static final int MOST_IDS = 50;

    private final Connection connection;
    private final OpsQuery query;
    private final List<Dimension> dimensions;
    private final RowKind kind;
    private final Segments segments;
    private final String rows;

    /** Rows that are in the heap already; null where they are many. */
    private final @Nullable FewSeries few;

    OpsReader(Connection connection, Catalog catalog, Sources sources, OpsQuery query) throws SQLException {
        this.connection = connection;
        this.query = query;
        this.dimensions = query.groupBy().stream().sorted().toList();
        Set<Dimension> asked = EnumSet.noneOf(Dimension.class);
        asked.addAll(query.groupBy());
        asked.addAll(query.where().keySet());
        RowKind summed = leastRows(RowKind.of(asked));
        Segments cut = Segments.of(catalog, summed, query.fromMillis(), query.toMillis(), query.stepMillis());
        boolean complete = summed == RowKind.OPS || cut.fromMillis() >= Sums.since(connection);
        this.kind = complete ? summed : RowKind.OPS;
        this.segments = cut; // all kinds of operations have the same levels
        List<Integer> ids = ids();
        this.rows = sources.rows(catalog, kind, segments, range(ids));
        this.few = rows.isEmpty() || !FewSeries.areFew(ids, segments)
                ? null
                : FewSeries.read(connection, rows, ids, query, segments.fromMillis());
    }

    /** The kind with the fewest series: a bucket has a row for each. */
    private RowKind leastRows(List<RowKind> kinds) throws SQLException {
        RowKind least = RowKind.OPS;
        if (kinds.size() > 1) {
            long fewest = Long.MAX_VALUE;
            try (Statement statement = connection.createStatement();
                    ResultSet r = statement.executeQuery("SELECT kind, count(*) FROM store.series GROUP BY kind")) {
                while (r.next()) {
                    RowKind kind = RowKind.valueOf(r.getString(1));
                    if (kinds.contains(kind) && r.getLong(2) < fewest) {
                        fewest = r.getLong(2);
                        least = kind;
                    }
                }
            }
        }
        return least;
    }

    /** Ids of the series that the question is about, where it says so. @return one more than are few, if there are */
    private List<Integer> ids() throws SQLException {
        List<Integer> ids = new ArrayList<>();
        if (query.where().isEmpty()) {
            return ids;
        }
        List<String> where = new ArrayList<>();
        List<String> values = new ArrayList<>();
        Sources.where(query.where(), where, values);
        try (PreparedStatement statement = connection.prepareStatement("SELECT id FROM store.series WHERE kind = '"
                + kind + "' AND " + String.join(" AND ", where) + " LIMIT " + (MOST_IDS + 1))) {
            for (int i = 0; i < values.size(); i++) {
                statement.setString(i + 1, values.get(i));
            }
            try (ResultSet r = statement.executeQuery()) {
                while (r.next()) {
                    ids.add(r.getInt(1));
                }
            }
        }
        return ids;
    }

    /** A condition on rows where the question is about few series: then sorted tables are hardly read. */
    private String range(List<Integer> ids) {
        if (query.where().isEmpty() || ids.size() > MOST_IDS) {
            return "";
        }
        // a range, as the statistics of sorted tables take it; a list is a join for each table, of some megabytes
        return ids.isEmpty()
                ? " AND false"
                : " AND series BETWEEN " + Collections.min(ids) + " AND " + Collections.max(ids);
    }

    private record Place(int group, long bucket) {}

    OpsAnswer answer() throws SQLException {
        if (rows.isEmpty() || (few != null && few.isEmpty())) {
            return new OpsAnswer(segments.fromMillis(), segments.toMillis(), 0, List.of());
        }
        pick();
        List<SeriesId> groups = new ArrayList<>();
        int all = groups(groups);
        List<OpsPoint> points = few == null ? summed(groups) : few.points(groupOf(), groups);
        return new OpsAnswer(segments.fromMillis(), segments.toMillis(), all, points);
    }

    private Map<Integer, Integer> groupOf() throws SQLException {
        Map<Integer, Integer> groupOf = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet r = statement.executeQuery("SELECT series, grp FROM picked")) {
            while (r.next()) {
                groupOf.put(r.getInt(1), r.getInt(2));
            }
        }
        return groupOf;
    }

    private List<OpsPoint> summed(List<SeriesId> groups) throws SQLException {
        Map<Place, SparseHistogram> latencies = query.latencies() ? latencies() : Map.of();
        Map<Place, Map<String, Long>> errors = query.latencies() ? errors() : Map.of();
        List<OpsPoint> points = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet r = statement.executeQuery("SELECT grp, " + bucket() + " AS b, " + SUMS + " FROM (" + rows
                        + ") JOIN picked USING (series) GROUP BY grp, b ORDER BY b, sum(count) DESC, grp")) {
            while (r.next()) {
                Place place = new Place(r.getInt(1), r.getLong(2));
                points.add(new OpsPoint(
                        place.bucket(),
                        groups.get(place.group() - 1),
                        r.getLong(3),
                        r.getLong(4),
                        errors.getOrDefault(place, Map.of()),
                        r.getLong(5),
                        r.getLong(6),
                        r.getLong(7),
                        r.getLong(8),
                        r.getLong(9),
                        r.getLong(10),
                        r.getLong(11),
                        r.getLong(12),
                        latencies.getOrDefault(place, SparseHistogram.EMPTY)));
            }
        }
        return points;
    }

    /** Which series belong to which of the wanted groups. */
    private void pick() throws SQLException {
        String by = String.join(", ", dimensions.stream().map(Sources::column).toList());
        boolean notable = query.keep() == OpsQuery.Keep.NOTABLE;
        String order = by.isEmpty() ? "c DESC" : "c DESC, " + by;
        List<String> where = new ArrayList<>();
        List<String> values = new ArrayList<>();
        Sources.where(query.where(), where, values);
        String sql = "CREATE OR REPLACE TEMP TABLE picked AS"
                + " WITH t AS (" + (few == null ? sums(notable) : few.sums()) + "),"
                + " g AS (SELECT " + (by.isEmpty() ? "" : by + ", ") + "sum(c) AS c, list(id) AS members"
                + (notable ? ", sum(failures) AS failures, max(slowest) AS slowest" : "")
                + " FROM t JOIN store.series ON id = series"
                + (where.isEmpty() ? "" : " WHERE " + String.join(" AND ", where))
                + (by.isEmpty() ? " HAVING count(*) > 0" : " GROUP BY " + by) + "),"
                + " n AS (SELECT members, row_number() OVER (ORDER BY " + order + ")::INTEGER AS grp,"
                + " count(*) OVER ()::INTEGER AS groups"
                + (notable
                        ? ", row_number() OVER (ORDER BY failures DESC, c DESC) AS by_failures, failures,"
                                + " row_number() OVER (ORDER BY slowest DESC, c DESC) AS by_slowest"
                        : "")
                + " FROM g),"
                + " k AS (SELECT members, groups, row_number() OVER (ORDER BY grp)::INTEGER AS grp FROM n WHERE "
                + kept(notable) + ")"
                + " SELECT grp, groups, unnest(members) AS series FROM k";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.size(); i++) {
                statement.setString(i + 1, values.get(i));
            }
            statement.execute();
        }
    }

    private String sums(boolean notable) {
        return "SELECT series, sum(count) AS c" + (notable ? NOTABLE : "") + " FROM (" + rows + ") GROUP BY series";
    }

    private String kept(boolean notable) {
        int some = query.limit() / 10;
        return notable
                ? "groups <= " + query.limit() + " OR grp <= " + (query.limit() - 2 * some) + " OR (by_failures <= "
                        + some + " AND failures > 0) OR by_slowest <= " + some
                : "grp <= " + query.limit();
    }

    /** Fills in what the groups have in common, in the order of their numbers; returns how many there are in all. */
    private int groups(List<SeriesId> groups) throws SQLException {
        int all = 0;
        try (Statement statement = connection.createStatement();
                ResultSet r = statement.executeQuery("SELECT grp, any_value(groups), "
                        + "any_value(service), any_value(instance), any_value(store), any_value(endpoint),"
                        + " any_value(op), any_value(op_class), any_value(pattern), any_value(internal)"
                        + " FROM picked JOIN store.series ON id = series GROUP BY grp ORDER BY grp")) {
            while (r.next()) {
                all = r.getInt(2);
                Map<Dimension, String> of = new EnumMap<>(Dimension.class);
                for (Dimension d : dimensions) {
                    of.put(d, r.getString(3 + Sources.position(d)));
                }
                groups.add(new SeriesId(
                        of.getOrDefault(Dimension.SERVICE, ""),
                        of.getOrDefault(Dimension.INSTANCE, ""),
                        of.getOrDefault(Dimension.STORE, ""),
                        of.getOrDefault(Dimension.ENDPOINT, ""),
                        of.getOrDefault(Dimension.OP, ""),
                        SeriesTable.opClass(of.getOrDefault(Dimension.OP_CLASS, OpClass.OTHER.name())),
                        of.getOrDefault(Dimension.PATTERN, ""),
                        "true".equals(of.getOrDefault(Dimension.INTERNAL, "").toLowerCase(Locale.ROOT))));
            }
        }
        return all;
    }

    private Map<Place, SparseHistogram> latencies() throws SQLException {
        Map<Place, SparseHistogram> latencies = new HashMap<>();
        Buckets found = new Buckets();
        Place place = null;
        try (Statement statement = connection.createStatement();
                ResultSet r = statement.executeQuery(
                        "SELECT grp, b, i, " + RollupSql.sum("n") + " FROM (SELECT grp, " + bucket()
                                + " AS b, unnest(latency_buckets) AS i, unnest(latency_counts) AS n FROM (" + rows
                                + ") JOIN picked USING (series)) GROUP BY grp, b, i ORDER BY grp, b, i")) {
            while (r.next()) {
                Place next = new Place(r.getInt(1), r.getLong(2));
                if (!next.equals(place)) {
                    if (place != null) {
                        latencies.put(place, found.toSparse());
                    }
                    place = next;
                }
                found.add(r.getShort(3), r.getLong(4));
            }
        }
        if (place != null) {
            latencies.put(place, found.toSparse());
        }
        return latencies;
    }

    private Map<Place, Map<String, Long>> errors() throws SQLException {
        Map<Place, Map<String, Long>> errors = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet r = statement.executeQuery(
                        "SELECT grp, b, e, " + RollupSql.sum("n") + " FROM (SELECT grp, " + bucket()
                                + " AS b, unnest(error_classes) AS e, unnest(error_counts) AS n FROM (" + rows
                                + ") JOIN picked USING (series) WHERE error_classes IS NOT NULL) GROUP BY grp, b, e")) {
            while (r.next()) {
                errors.computeIfAbsent(new Place(r.getInt(1), r.getLong(2)), p -> new HashMap<>())
                        .put(r.getString(3), r.getLong(4));
            }
        }
        return errors;
    }

    private String bucket() {
        long step = query.stepMillis();
        return step == 0
                ? segments.fromMillis() + "::BIGINT"
                : "(bucket - ((bucket % " + step + ") + " + step + ") % " + step + ")";
    }

    /** A histogram as its rows come in. */
    private static final class Buckets {
        private int[] indices = new int[16];
        private long[] counts = new long[16];
        private int size;

        void add(int index, long count) {
            if (size == indices.length) {
                indices = Arrays.copyOf(indices, 2 * size);
                counts = Arrays.copyOf(counts, 2 * size);
            }
            indices[size] = index;
            counts[size++] = count;
        }

        SparseHistogram toSparse() {
            SparseHistogram sparse = SparseHistogram.of(Arrays.copyOf(indices, size), Arrays.copyOf(counts, size));
            size = 0;
            return sparse;
        }
    }
}
