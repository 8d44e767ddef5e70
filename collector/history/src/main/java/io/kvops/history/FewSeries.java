package io.kvops.history;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Rows of few series, added up in the heap. To merge histograms the database makes a row of each of their buckets, and it reads
 * all tables once for each thing that is asked; here they are read once. Belongs to one thread.
 */
final class FewSeries {
    /** Series that lie side by side. */
    private static final int MOST_SERIES = 50;

    /** Rows that are read, as a rule; late ones come on top. */
    private static final long MOST_ROWS = 50_000;

    private final Map<Place, OpsTotal> totals = new HashMap<>();
    private final Map<Integer, Ranks> bySeries = new TreeMap<>();

    private record Place(int of, long bucket) {}

    /** What groups are ranked by. */
    private record Ranks(long count, long failures, long slowest) {
        static final Ranks NONE = new Ranks(0, 0, 0);

        Ranks plus(OpsPoint p) {
            long failed = OpsPoint.plus(p.timeouts(), p.cancelled());
            for (long n : p.errorsByClass().values()) {
                failed = OpsPoint.plus(failed, n);
            }
            return new Ranks(
                    OpsPoint.plus(count, p.count()), OpsPoint.plus(failures, failed), Math.max(slowest, p.maxNanos()));
        }
    }

    private FewSeries() {}

    /** Whether the rows of these series are few. */
    static boolean areFew(List<Integer> ids, Segments segments) {
        if (ids.isEmpty()) {
            return false;
        }
        long series = 1L
                + ids.stream().max(Integer::compare).orElse(0)
                - ids.stream().min(Integer::compare).orElse(0);
        long buckets = 0;
        for (Segments.Part part : segments.parts()) {
            buckets += (part.toMillis() - part.fromMillis()) / part.level().widthMillis + 1;
        }
        return series <= MOST_SERIES && buckets * series <= MOST_ROWS;
    }

    /**
     * Reads them.
     *
     * @param rows a query with the columns of {@link RowKind#OPS}, also of series between those asked for
     * @param ids those asked for
     * @param fromMillis begin of the bucket, where there is one alone
     */
    static FewSeries read(Connection connection, String rows, List<Integer> ids, OpsQuery query, long fromMillis)
            throws SQLException {
        FewSeries few = new FewSeries();
        Set<Integer> wanted = Set.copyOf(ids);
        boolean ranksErrors = query.keep() == OpsQuery.Keep.NOTABLE;
        long step = query.stepMillis();
        try (Statement statement = connection.createStatement();
                ResultSet r = statement.executeQuery(rows)) {
            while (r.next()) {
                int series = r.getInt(1);
                if (wanted.contains(series)) {
                    OpsPoint point = OpsMerge.read(r, query.latencies());
                    long bucket = step == 0 ? fromMillis : Level.floor(point.startMillis(), step);
                    few.totals
                            .computeIfAbsent(new Place(series, bucket), place -> new OpsTotal())
                            .add(point);
                    OpsPoint ranked = ranksErrors && !query.latencies() ? OpsMerge.read(r, true) : point;
                    few.bySeries.put(
                            series,
                            few.bySeries.getOrDefault(series, Ranks.NONE).plus(ranked));
                }
            }
        }
        return few;
    }

    boolean isEmpty() {
        return bySeries.isEmpty();
    }

    /** A query of each series with its sums: the columns series, c, failures, slowest. */
    String sums() {
        return "SELECT * FROM (VALUES "
                + bySeries.entrySet().stream()
                        .map(e -> "(" + e.getKey() + ", " + e.getValue().count() + "::BIGINT, "
                                + e.getValue().failures() + "::BIGINT, "
                                + e.getValue().slowest() + "::BIGINT)")
                        .collect(Collectors.joining(", "))
                + ") v(series, c, failures, slowest)";
    }

    /**
     * The points of groups, in their order: by time, then by count.
     *
     * @param groupOf numbers of groups, from 1 on, by series; those of others are left out
     */
    List<OpsPoint> points(Map<Integer, Integer> groupOf, List<SeriesId> groups) {
        Map<Place, OpsTotal> ofGroups = new HashMap<>();
        totals.forEach((place, total) -> {
            @Nullable Integer group = groupOf.get(place.of());
            if (group != null) {
                ofGroups.computeIfAbsent(new Place(group, place.bucket()), p -> new OpsTotal())
                        .add(total.toPoint(place.bucket(), groups.get(group - 1)));
            }
        });
        Map<Place, OpsPoint> points = new HashMap<>();
        ofGroups.forEach((place, total) ->
                points.put(place, total.toPoint(place.bucket(), groups.get(place.of() - 1))));
        List<Map.Entry<Place, OpsPoint>> sorted = new ArrayList<>(points.entrySet());
        sorted.sort(Comparator.comparingLong(
                        (Map.Entry<Place, OpsPoint> e) -> e.getKey().bucket())
                .thenComparing(e -> e.getValue().count(), Comparator.reverseOrder())
                .thenComparingInt(e -> e.getKey().of()));
        return sorted.stream().map(Map.Entry::getValue).toList();
    }
}
