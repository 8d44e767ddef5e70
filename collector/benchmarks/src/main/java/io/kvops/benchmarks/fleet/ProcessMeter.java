package io.kvops.benchmarks.fleet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What a process of this Linux system has used so far. */
final class ProcessMeter {
    /** USER_HZ, which is 100 on every Linux that Java runs on. */
    private static final double TICKS_PER_SECOND = 100;

    private static final int UTIME = 11;
    private static final int STIME = 12;

    private final Path proc;

    ProcessMeter(long pid) {
        proc = Path.of("/proc", Long.toString(pid));
    }

    /** Seconds of processor time, user and system, of all threads that were. */
    double cpuSeconds() throws IOException {
        return cpuSeconds(proc.resolve("stat"));
    }

    /** The same by name of thread, without a number at its end; of threads that live. */
    Map<String, Double> cpuSecondsByThread() throws IOException {
        Map<String, Double> byName = new TreeMap<>();
        try (Stream<Path> threads = Files.list(proc.resolve("task"))) {
            for (Path thread : (Iterable<Path>) threads::iterator) {
                add(thread, byName);
            }
        }
        return byName;
    }

    private static void add(Path thread, Map<String, Double> byName) throws IOException {
        try {
            String name = Files.readString(thread.resolve("comm")).strip().replaceAll("[-# ]*\\d*$", "");
            byName.merge(name, cpuSeconds(thread.resolve("stat")), Double::sum);
        } catch (NoSuchFileException e) {
            byName.merge("ended", 0.0, Double::sum);
        }
    }

    /** Resident memory in MB, now or its peak. */
    long residentMegabytes(boolean peak) throws IOException {
        String field = peak ? "VmHWM:" : "VmRSS:";
        for (String line : Files.readAllLines(proc.resolve("status"))) {
            if (line.startsWith(field)) {
                return Long.parseLong(line.substring(field.length()).strip().split(" +", 2)[0]) / 1_024;
            }
        }
        throw new IOException(proc + "/status has no " + field);
    }

    private static double cpuSeconds(Path stat) throws IOException {
        String line = Files.readString(stat);
        String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ", -1);
        return (Long.parseLong(fields[UTIME]) + Long.parseLong(fields[STIME])) / TICKS_PER_SECOND;
    }
}
