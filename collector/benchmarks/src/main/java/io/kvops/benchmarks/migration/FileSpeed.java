package io.kvops.benchmarks.migration;

import io.kvops.migration.Action;
import io.kvops.migration.DataMigrationManager;
import io.kvops.migration.MigrationConfig;
import io.kvops.migration.MigrationJob;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Exports a million mixed keys from a real Redis and imports them again, format by format, beside a native {@code REPLICAOF} of
 * the same keys. Arguments: number of keys (1 000 000), runs (3), names of files (dump.jsonl dump.kvb).
 */
public final class FileSpeed {
    private FileSpeed() {}

    public static void main(String[] args) throws Exception {
        int keys = args.length > 0 ? Integer.parseInt(args[0]) : 1_000_000;
        int runs = args.length > 1 ? Integer.parseInt(args[1]) : 3;
        List<String> files =
                args.length > 2 ? Arrays.asList(args).subList(2, args.length) : List.of("dump.jsonl", "dump.kvb");
        PrintStream out = System.out;
        try (Workplace place = Workplace.make();
                RedisHost source = RedisHost.start(place.folder());
                RedisHost target = RedisHost.start(place.folder());
                DataMigrationManager manager = DataMigrationManager.open(MigrationConfig.in(place.path("tasks")))) {
            MixedKeys.fill(source, keys);
            out.println("| | run | keys | seconds | keys/s | file, MB | CPU of Redis, s | CPU of the copier, s |");
            out.println("|---|---:|---:|---:|---:|---:|---:|---:|");
            for (int run = 1; run <= runs; run++) {
                double seconds = target.replicate(source, keys);
                row(new Row(Path.of(""), run, source, out), "native REPLICAOF", keys, seconds, 0, "|");
                for (String name : files) {
                    Path file = place.path(name);
                    MigrationJob there = MigrationJob.of(Action.EXPORT, source.address(), file.toString());
                    run(manager, there, new Row(file, run, source, out));
                    target.ask("FLUSHALL");
                    MigrationJob back = MigrationJob.of(Action.IMPORT, file.toString(), target.address());
                    run(manager, back, new Row(file, run, target, out));
                    target.expect(keys);
                }
                target.ask("FLUSHALL");
            }
        }
    }

    private record Row(Path file, int run, RedisHost host, PrintStream out) {}

    private static void run(DataMigrationManager manager, MigrationJob job, Row row) throws Exception {
        double hostBefore = row.host.cpuSeconds();
        double ownBefore = ownCpuSeconds();
        Map<String, String> end = Workplace.run(manager, job);
        long records = Long.parseLong(end.get("records"));
        double seconds = Double.parseDouble(end.get("copySeconds"));
        String cpu = String.format(
                Locale.ROOT, "%.2f | %.2f", row.host.cpuSeconds() - hostBefore, ownCpuSeconds() - ownBefore);
        row(row, job.action() + " " + row.file.getFileName(), records, seconds, Files.size(row.file) / 1_000_000, cpu);
    }

    private static double ownCpuSeconds() {
        return ProcessHandle.current()
                        .info()
                        .totalCpuDuration()
                        .map(java.time.Duration::toNanos)
                        .orElse(0L)
                / 1e9;
    }

    private static void row(Row row, String what, long records, double seconds, long megabytes, String cpu) {
        row.out.printf(
                Locale.ROOT,
                "| %s | %d | %,d | %.2f | %,.0f | %d | %s |%n",
                what,
                row.run,
                records,
                seconds,
                records / seconds,
                megabytes,
                cpu);
    }
}
