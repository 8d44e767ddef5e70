package io.kvops.benchmarks.files;

import io.kvops.migration.Action;
import io.kvops.migration.DataMigrationManager;
import io.kvops.migration.FileOptions;
import io.kvops.migration.MigrationConfig;
import io.kvops.migration.MigrationJob;
import io.kvops.tasks.TaskState;
import io.kvops.tasks.TaskStatus;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Exports a million mixed keys from a real Redis and imports them again, format by format, beside a native {@code REPLICAOF} of
 * the same keys. Arguments: number of keys (1 000 000), runs (3), names of files (dump.jsonl dump.kvb).
 */
public final class FileSpeed {
    private static final long FAR_MILLIS = 4_102_444_800_000L;

    private FileSpeed() {}

    public static void main(String[] args) throws Exception {
        int keys = args.length > 0 ? Integer.parseInt(args[0]) : 1_000_000;
        int runs = args.length > 1 ? Integer.parseInt(args[1]) : 3;
        List<String> files =
                args.length > 2 ? Arrays.asList(args).subList(2, args.length) : List.of("dump.jsonl", "dump.kvb");
        Path folder = Files.createTempDirectory("kvops-file-speed");
        PrintStream out = System.out;
        try (RedisHost source = RedisHost.start(folder);
                RedisHost target = RedisHost.start(folder);
                DataMigrationManager manager = DataMigrationManager.open(MigrationConfig.in(folder.resolve("tasks")))) {
            fill(source, keys);
            out.println("| | run | keys | seconds | keys/s | file, MB | CPU of Redis, s | CPU of the copier, s |");
            out.println("|---|---:|---:|---:|---:|---:|---:|---:|");
            for (int run = 1; run <= runs; run++) {
                replicate(source, target, run, keys, out);
                for (String name : files) {
                    Path file = folder.resolve(name);
                    MigrationJob there = MigrationJob.of(Action.EXPORT, source.address(), file.toString());
                    run(manager, there, new Row(file, run, source, out));
                    target.ask("FLUSHALL");
                    MigrationJob back = MigrationJob.of(Action.IMPORT, file.toString(), target.address());
                    run(manager, back, new Row(file, run, target, out));
                    check(target, keys);
                }
                target.ask("FLUSHALL");
            }
        } finally {
            delete(folder);
        }
    }

    private static void check(RedisHost host, int keys) throws IOException {
        long found = Long.parseLong(host.ask("DBSIZE"));
        if (found != keys) {
            throw new IllegalStateException("the target has " + found + " keys, not " + keys);
        }
    }

    private record Row(Path file, int run, RedisHost host, PrintStream out) {}

    private static void run(DataMigrationManager manager, MigrationJob job, Row row) throws Exception {
        double hostBefore = row.host.cpuSeconds();
        double ownBefore = ownCpuSeconds();
        String id = manager.submit(job.with(FileOptions.DEFAULT), "benchmark").id();
        TaskStatus end = manager.tasks().ended(id).toCompletableFuture().get(10, TimeUnit.MINUTES);
        if (end.state() != TaskState.DONE) {
            throw new IllegalStateException(end.error());
        }
        long records = Long.parseLong(end.result().get("records"));
        double seconds = Double.parseDouble(end.result().get("copySeconds"));
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

    private static void replicate(RedisHost source, RedisHost target, int run, int keys, PrintStream out)
            throws IOException {
        target.ask("FLUSHALL");
        long began = System.nanoTime();
        target.ask("REPLICAOF", "127.0.0.1", Integer.toString(source.port()));
        while (!target.ask("INFO", "replication").contains("master_link_status:up")) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        check(target, keys);
        target.ask("REPLICAOF", "NO", "ONE");
        target.ask("FLUSHALL");
        row(new Row(Path.of(""), run, source, out), "native REPLICAOF", keys, seconds, 0, "|");
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

    /** 70 % strings, 10 % hashes, the rest lists, sets, sorted sets and streams; 7 % expire; some 220 bytes each. */
    private static void fill(RedisHost host, int keys) throws IOException {
        Random random = new Random(1);
        for (int i = 0; i < keys; i++) {
            String key = "shop:" + i;
            List<String> command = new ArrayList<>();
            if (i % 10 < 7) {
                command.addAll(List.of("SET", key, text(random, 220)));
            } else if (i % 10 == 7) {
                command.addAll(List.of("HSET", key));
                for (int f = 0; f < 8; f++) {
                    command.addAll(List.of("field" + f, text(random, 20)));
                }
            } else {
                others(command, key, i / 10 % 4, random);
            }
            host.send(command.toArray(String[]::new));
            if (i % 100 < 7) {
                host.send("PEXPIREAT", key, Long.toString(FAR_MILLIS + i));
            }
        }
        host.settle();
    }

    private static void others(List<String> command, String key, int kind, Random random) {
        command.addAll(List.of(kind == 0 ? "RPUSH" : kind == 1 ? "SADD" : kind == 2 ? "ZADD" : "XADD", key));
        if (kind == 3) {
            command.add("1-1");
        }
        for (int e = 0; e < 10; e++) {
            if (kind == 2) {
                command.add(Integer.toString(random.nextInt(1_000)));
            } else if (kind == 3) {
                command.add("name" + e);
            }
            command.add(text(random, 20));
        }
    }

    private static String text(Random random, int length) {
        StringBuilder text = new StringBuilder(length);
        while (text.length() < length) {
            text.append(Long.toString(random.nextLong() & Long.MAX_VALUE, 36)).append(' ');
        }
        text.setLength(length);
        return text.toString();
    }

    private static void delete(Path folder) throws IOException {
        try (var all = Files.walk(folder)) {
            for (Path path : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
