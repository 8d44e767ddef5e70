package io.kvops.agent.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Measures what the agent costs, and writes tables in Markdown to the standard output and to {@code target/bench}.
 *
 * <pre>{@code
 * Bench [--quick] [--only TEXT]    time and allocation of an operation
 * Bench --start [--runs N]         time and memory of a start
 * }</pre>
 */
public final class Bench {
    private Bench() {}

    public static void main(String[] args) throws Exception {
        List<String> options = Arrays.asList(args);
        Path root =
                Path.of(System.getProperty("kvops.root", ".")).toAbsolutePath().normalize();
        Path work = Files.createTempDirectory("kvops-bench");
        boolean start = options.contains("--start");
        String table;
        try (Sink sink = Sink.open()) {
            table = start
                    ? new StartCost(root, work, sink, Integer.parseInt(option(options, "--runs", "11"))).run()
                    : operations(root, work, sink, options);
        }
        System.out.println(table);
        Path results = root.resolve("agent/benchmarks/target/bench");
        Files.createDirectories(results);
        Files.writeString(results.resolve(start ? "start.md" : "operations.md"), table);
    }

    private static String operations(Path root, Path work, Sink sink, List<String> options)
            throws RunnerException, IOException {
        boolean quick = options.contains("--quick");
        String only = option(options, "--only", "");
        List<Row> rows = new ArrayList<>();
        for (Subject subject : Subject.ALL) {
            for (Variant variant : subject.variants) {
                if ((subject.title + " " + variant).contains(only)) {
                    rows.add(run(subject, variant, quick, variant.jvmArgs(root, work, sink), sink));
                }
            }
        }
        StringBuilder table =
                new StringBuilder("| " + machine() + " | ns/op | fastest | added ns/op | times the clock reads "
                        + "| B/op | added B/op | recorded |\n|---|---:|---:|---:|---:|---:|---:|---:|\n");
        for (Row row : rows) {
            table.append(row.format(rows));
        }
        return table.toString();
    }

    private static Row run(Subject subject, Variant variant, boolean quick, List<String> jvmArgs, Sink sink)
            throws RunnerException {
        List<String> all = new ArrayList<>(List.of("-Xms1g", "-Xmx1g", "-XX:+UseParallelGC"));
        all.addAll(jvmArgs);
        if (subject.outOfLine) {
            all.add("-XX:CompileCommand=quiet");
            all.add("-XX:CompileCommand=dontinline,redis.clients.jedis.Connection::executeCommand");
        }
        String method = variant == Variant.CLOCK ? "getBetweenTwoClockReads" : "get";
        ChainedOptionsBuilder builder = new OptionsBuilder()
                .include(subject.benchmark.getName() + "\\." + method + "$")
                .forks(quick ? 1 : 2)
                .warmupIterations(quick ? 4 : 8)
                .warmupTime(TimeValue.seconds(1))
                // many short ones, of which the median counts: another program's burst spoils some, not all
                .measurementIterations(20)
                .measurementTime(TimeValue.milliseconds(200))
                .addProfiler(GCProfiler.class)
                .jvmArgs(all.toArray(new String[0]));
        if (!subject.keys.isEmpty()) {
            builder.param("keys", subject.keys);
        }
        sink.takeOperations();
        sink.takeOtlpRequests();
        Collection<RunResult> results = new Runner(builder.build()).run();
        RunResult result = results.iterator().next();
        long recorded = variant == Variant.OTEL ? sink.takeOtlpRequests() : sink.takeOperations();
        return new Row(
                subject,
                variant,
                result.getPrimaryResult().getStatistics().getPercentile(50),
                result.getPrimaryResult().getStatistics().getMin(),
                Objects.requireNonNull(result.getSecondaryResults().get("gc.alloc.rate.norm"))
                        .getScore(),
                recorded);
    }

    static String machine() {
        return Runtime.getRuntime().availableProcessors() + " cores, " + System.getProperty("java.vm.name") + " "
                + System.getProperty("java.runtime.version");
    }

    private static String option(List<String> options, String name, String otherwise) {
        int at = options.indexOf(name);
        return at < 0 || at + 1 == options.size() ? otherwise : options.get(at + 1);
    }

    /** What is measured, under which variants. */
    private record Subject(String title, Class<?> benchmark, String keys, boolean outOfLine, List<Variant> variants) {
        static final List<Subject> ALL = List.of(
                new Subject("Jedis GET, one key", JedisGet.class, "one", false, List.of(Variant.values())),
                new Subject("Jedis GET, Zipf keys", JedisGet.class, "zipf", false, List.of(Variant.values())),
                // an escaped CommandObject of 24 bytes depends on whether HotSpot inlines that method: here it never
                // does
                new Subject(
                        "Jedis GET, Zipf keys, executeCommand not inlined",
                        JedisGet.class,
                        "zipf",
                        true,
                        List.of(Variant.NONE, Variant.CLOCK, Variant.KVOPS)),
                new Subject("Jedis GET, 1 M uniform keys", JedisGet.class, "uniform", false, List.of(Variant.values())),
                new Subject(
                        "RocksDB get", RocksGet.class, "", false, List.of(Variant.NONE, Variant.CLOCK, Variant.KVOPS)));
    }

    private record Row(Subject subject, Variant variant, double nanos, double fastest, double bytes, long recorded) {
        String format(List<Row> rows) {
            Row none = of(rows, Variant.NONE);
            Row clock = of(rows, Variant.CLOCK);
            double added = nanos - none.nanos;
            boolean agent = variant == Variant.KVOPS || variant == Variant.OTEL;
            return String.format(
                    Locale.ROOT,
                    "| %s: %s | %.0f | %.0f | %s | %s | %.1f | %s | %s |%n",
                    subject.title,
                    variant.title,
                    nanos,
                    fastest,
                    variant == Variant.NONE ? "" : String.format(Locale.ROOT, "%.0f", added),
                    agent ? String.format(Locale.ROOT, "%.1f", added / (clock.nanos - none.nanos)) : "",
                    bytes,
                    agent ? String.format(Locale.ROOT, "%.1f", bytes - none.bytes) : "",
                    variant == Variant.KVOPS
                            ? recorded + " ops"
                            : variant == Variant.OTEL ? recorded + " exports" : "");
        }

        private Row of(List<Row> rows, Variant wanted) {
            return rows.stream()
                    .filter(r -> r.subject.equals(subject) && r.variant == wanted)
                    .findFirst()
                    .orElse(this);
        }
    }
}
