package io.kvops.benchmarks.history;

import io.kvops.histogram.LatencyHistogram;
import io.kvops.history.Batch;
import io.kvops.history.Dimension;
import io.kvops.history.Histories;
import io.kvops.history.History;
import io.kvops.history.HistoryConfig;
import io.kvops.history.HistoryStats;
import io.kvops.history.OpsAnswer;
import io.kvops.history.OpsPoint;
import io.kvops.history.OpsQuery;
import io.kvops.history.SeriesId;
import io.kvops.op.OpClass;
import java.io.File;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Fills a history with days of many series, a point each so many minutes, by a clock that runs ahead; then measures.
 *
 * <p>{@code HistoryBenchmark fill FOLDER DAYS SERIES MINUTES}, {@code HistoryBenchmark measure FOLDER SERIES},
 * {@code HistoryBenchmark sizes FOLDER}, {@code HistoryBenchmark live FOLDER SERIES SECONDS}
 */
public final class HistoryBenchmark {
    private static final long MINUTE = 60_000;
    private static final long HOUR = 60 * MINUTE;
    private static final long DAY = 24 * HOUR;

    /** Points of each series in a commit of a fill. */
    private static final int BATCH = 30;

    private static final long BEGIN = Instant.parse("2026-01-01T00:00:00Z").toEpochMilli();

    private final Random random = new Random(1);
    private final AheadClock clock = new AheadClock(BEGIN);
    private final Path folder;

    private HistoryBenchmark(Path folder) {
        this.folder = folder;
    }

    public static void main(String[] args) throws Exception {
        HistoryBenchmark benchmark = new HistoryBenchmark(Path.of(args[1]));
        switch (args[0]) {
            case "fill" ->
                benchmark.fill(Integer.parseInt(args[2]), Integer.parseInt(args[3]), Long.parseLong(args[4]));
            case "measure" -> benchmark.measure(Integer.parseInt(args[2]));
            case "sizes" -> benchmark.sizes();
            case "live" -> benchmark.live(Integer.parseInt(args[2]), Integer.parseInt(args[3]));
            default -> throw new IllegalArgumentException("unknown: " + args[0]);
        }
    }

    private static SeriesId series(int i) {
        return new SeriesId(
                "service-" + i % 10,
                "instance-" + i % 50,
                "redis",
                "redis-" + i % 5 + ":6379/0",
                i % 3 == 0 ? "SET" : "GET",
                i % 3 == 0 ? OpClass.WRITE : OpClass.READ,
                "pattern-" + i + ":{n}",
                false);
    }

    /** Some hundred operations, log-normal about 80 us: 20 to 60 buckets. */
    private OpsPoint point(long at, int i, int ops) {
        LatencyHistogram histogram = new LatencyHistogram();
        long sum = 0;
        for (int n = 0; n < ops; n++) {
            long nanos = (long) (80_000 * Math.exp(random.nextGaussian() * 0.3));
            histogram.record(nanos);
            sum += nanos;
        }
        return new OpsPoint(
                at,
                series(i),
                ops,
                ops / 50,
                Map.of(),
                0,
                0,
                20L * ops,
                100L * ops,
                50L * ops,
                sum,
                histogram.max(),
                ops,
                histogram.toSparse());
    }

    private static Batch batch(long position, List<OpsPoint> ops, long at) {
        return new Batch(
                position,
                ops,
                List.of(),
                Map.of(),
                List.of(),
                List.of(),
                Map.of(),
                Map.of(at, new Batch.Coverage(at - 1_000, at, 1)));
    }

    private void fill(int days, int series, long minutes) throws Exception {
        OpsPoint[] samples = new OpsPoint[2_000];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = point(0, i % series, 100);
        }
        long began = System.nanoTime();
        try (History history = Histories.open(HistoryConfig.of(folder), clock)) {
            long position = Math.max(0, history.position());
            long next = BEGIN + position * BATCH * minutes * MINUTE; // goes on where another fill was ended
            for (long at = next; at < BEGIN + days * DAY; at += BATCH * minutes * MINUTE) {
                List<OpsPoint> ops = new ArrayList<>(BATCH * series);
                for (int n = 0; n < BATCH; n++) {
                    for (int i = 0; i < series; i++) {
                        ops.add(at(samples[random.nextInt(samples.length)], at + n * minutes * MINUTE, series(i)));
                    }
                }
                clock.set(at + BATCH * minutes * MINUTE);
                history.commit(batch(++position, ops, at));
                history.upkeep();
                if ((at - BEGIN) % (DAY / 4) == 0) {
                    System.out.printf(
                            "day %.2f of %d after %d s, %d MB%n",
                            (at - BEGIN) / (double) DAY,
                            days,
                            (System.nanoTime() - began) / 1_000_000_000,
                            history.stats().fileBytes() >> 20);
                }
            }
            clock.set(clock.millis() + 2 * HOUR);
            history.upkeep();
        }
    }

    private static OpsPoint at(OpsPoint p, long at, SeriesId series) {
        return new OpsPoint(
                at,
                series,
                p.count(),
                p.misses(),
                p.errorsByClass(),
                p.timeouts(),
                p.cancelled(),
                p.keyBytes(),
                p.bytesIn(),
                p.bytesOut(),
                p.sumNanos(),
                p.maxNanos(),
                p.distinctKeys(),
                p.latency());
    }

    private void measure(int series) throws Exception {
        try (History history = Histories.open(HistoryConfig.of(folder), clock)) {
            HistoryStats stats = history.stats();
            System.out.println(stats);
            long to = stats.levels().get(2).uptoMillis();
            clock.set(to);
            long from = stats.levels().get(2).fromMillis();
            System.out.printf("window of %d days%n", (to - from) / DAY);
            Set<Dimension> all = Set.of(Dimension.values());
            time("one series, whole window", 20, i -> one(history, from, to, 0, i * 37 % series));
            time("one series, whole window, steps of 1 h", 20, i -> one(history, from, to, HOUR, i * 37 % series));
            time("one series, whole window, steps of 1 min", 20, i -> one(history, from, to, MINUTE, i * 37 % series));
            time("one series, one day, steps of 1 min", 20, i -> one(history, to - DAY, to, MINUTE, i * 37 % series));
            time(
                    "all series apart, whole window",
                    5,
                    i -> history.ops(new OpsQuery(from + 12_345L * i, to - 3_333, 0, all, Map.of(), series)));
            time(
                    "all series by service, whole window",
                    5,
                    i -> history.ops(new OpsQuery(from, to, 0, Set.of(Dimension.SERVICE), Map.of(), series)));
            time(
                    "all in one, steps of 1 h",
                    5,
                    i -> history.ops(new OpsQuery(from, to, HOUR, Set.of(), Map.of(), series)));
        }
    }

    private static void one(History history, long from, long to, long step, int i) throws Exception {
        SeriesId s = series(i);
        Map<Dimension, String> exact = Map.of(
                Dimension.SERVICE, s.service(),
                Dimension.INSTANCE, s.instance(),
                Dimension.OP, s.op(),
                Dimension.PATTERN, s.pattern());
        OpsAnswer answer = history.ops(new OpsQuery(from, to, step, Set.of(), exact, 10));
        if (answer.groups() != 1) {
            throw new IllegalStateException(answer.groups() + " groups (expected 1)");
        }
    }

    /** Commits a second of all series every second of the real clock, and asks about the last minutes meanwhile. */
    private void live(int series, int seconds) throws Exception {
        clock.set(System.currentTimeMillis());
        clock.follow();
        long[] commits = new long[seconds];
        List<Long> queries = new ArrayList<>();
        try (History history = Histories.open(HistoryConfig.of(folder), clock)) {
            long position = history.position();
            for (int s = 0; s < seconds; s++) {
                long next = System.nanoTime() + 1_000_000_000;
                long at = clock.millis() / 1_000 * 1_000;
                List<OpsPoint> ops = new ArrayList<>(series);
                for (int i = 0; i < series; i++) {
                    ops.add(point(at, i, 20));
                }
                long began = System.nanoTime();
                history.commit(batch(++position, ops, at));
                commits[s] = System.nanoTime() - began;
                while (System.nanoTime() < next - 100_000_000) {
                    began = System.nanoTime();
                    history.ops(new OpsQuery(
                            at - 5 * MINUTE, at + 1_000, 0, Set.of(Dimension.SERVICE, Dimension.OP), Map.of(), 100));
                    queries.add(System.nanoTime() - began);
                }
                Thread.sleep(Math.max(0, (next - System.nanoTime()) / 1_000_000));
            }
            System.out.println(history.stats());
        }
        print("commit of " + series + " rows", commits);
        print(
                "query of the last 5 min by service and op",
                queries.stream().mapToLong(Long::longValue).toArray());
    }

    /** Bytes of a row, by level: each level is copied to a file of its own. */
    private void sizes() throws Exception {
        File copy = File.createTempFile("history-level", ".duckdb");
        try (Connection c = DriverManager.getConnection("jdbc:duckdb:" + folder.resolve("history.duckdb"));
                Statement s = c.createStatement()) {
            for (String level : List.of("SECOND", "TEN_SECONDS", "MINUTE", "HOUR", "DAY")) {
                List<String> selects = new ArrayList<>();
                try (ResultSet r = s.executeQuery("SELECT id FROM store.chunks WHERE kind = 'OPS' AND level = '" + level
                        + "' ORDER BY start_millis DESC LIMIT 3")) {
                    while (r.next()) {
                        selects.add("FROM store.\"ops_" + label(level) + "_" + r.getInt(1) + "\"");
                    }
                }
                if (selects.isEmpty()) {
                    continue;
                }
                if (!copy.delete()) {
                    throw new IllegalStateException("cannot remove " + copy);
                }
                s.execute("ATTACH '" + copy + "' AS level_copy");
                s.execute("CREATE TABLE level_copy.t AS " + String.join(" UNION ALL ", selects));
                s.execute("CHECKPOINT level_copy");
                try (ResultSet r = s.executeQuery("SELECT count(*), avg(len(latency_buckets)) FROM level_copy.t")) {
                    r.next();
                    System.out.printf(
                            "%s: %d rows, %.1f buckets, %.1f bytes a row%n",
                            level, r.getLong(1), r.getDouble(2), (double) copy.length() / r.getLong(1));
                }
                s.execute("DETACH level_copy");
            }
        }
        if (!copy.delete()) {
            copy.deleteOnExit();
        }
    }

    private static String label(String level) {
        return switch (level) {
            case "SECOND" -> "1s";
            case "TEN_SECONDS" -> "10s";
            case "MINUTE" -> "1m";
            case "HOUR" -> "1h";
            default -> "1d";
        };
    }

    /** Something that is timed. */
    private interface Timed {
        void run(int i) throws Exception;
    }

    /** Asks as often before, unmeasured, as a collector does that has run for a while; the very first time is printed apart. */
    private static void time(String what, int times, Timed timed) throws Exception {
        long first = System.nanoTime();
        timed.run(0);
        System.out.printf("%-45s first %8.1f ms%n", what, (System.nanoTime() - first) / 1e6);
        for (int i = 1; i < times; i++) {
            timed.run(times + i);
        }
        long[] nanos = new long[times];
        for (int i = 0; i < times; i++) {
            long began = System.nanoTime();
            timed.run(i);
            nanos[i] = System.nanoTime() - began;
        }
        print(what, nanos);
    }

    private static void print(String what, long[] nanos) {
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        System.out.printf(
                "%-45s n %6d  p50 %8.1f ms  p99 %8.1f ms  max %8.1f ms%n",
                what,
                sorted.length,
                sorted[sorted.length / 2] / 1e6,
                sorted[Math.max(0, (int) Math.ceil(sorted.length * 0.99) - 1)] / 1e6,
                sorted[sorted.length - 1] / 1e6);
    }
}
