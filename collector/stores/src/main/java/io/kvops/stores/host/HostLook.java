package io.kvops.stores.host;

import com.sun.management.OperatingSystemMXBean;
import io.kvops.stores.Reading;
import io.kvops.stores.StoreConnection;
import io.kvops.stores.StoreDescription;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** From /proc where there is one (see proc(5)), else what the JDK knows of the machine. */
final class HostLook implements StoreConnection {
    private static final int MAX_FOLDERS = 32;
    /** A gauge's labels have 200 characters. */
    private static final int MAX_FOLDER_CHARS = 180;
    /** USER_HZ, 100 on every Linux that Java runs on. */
    private static final double TICKS = 100;

    private static final double KIB = 1024;

    private final Path proc;
    private final List<Path> folders;
    private final OperatingSystemMXBean system;

    HostLook(Path proc, List<Path> folders) {
        this.proc = proc;
        this.folders = folders;
        this.system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    }

    @Override
    public void measure(Reading into) {
        into.put("cpu.cores.count", system.getAvailableProcessors());
        double load = system.getCpuLoad();
        if (load >= 0) {
            into.put("cpu.used.ratio", load);
        }
        if (system.getSystemLoadAverage() >= 0) {
            into.put("host.load.one.minute.count", system.getSystemLoadAverage());
        }
        if (Files.isReadable(proc.resolve("meminfo"))) {
            part("uptime", into, () -> uptime(into));
            part("stat", into, () -> cpu(into));
            part("loadavg", into, () -> load(into));
            part("meminfo", into, () -> memory(into));
            part("net/dev", into, () -> network(into));
            part("vmstat", into, () -> paging(into));
        } else {
            into.put("memory.limit.bytes", system.getTotalMemorySize());
            into.put("memory.used.bytes", system.getTotalMemorySize() - system.getFreeMemorySize());
        }
        disks(into);
    }

    @Override
    public StoreDescription describe() {
        return new StoreDescription(
                "host",
                system.getName(),
                system.getVersion(),
                "",
                "standalone",
                Map.of(
                        "memory.limit.bytes", (double) system.getTotalMemorySize(),
                        "cpu.cores.count", (double) system.getAvailableProcessors()),
                Map.of("architecture", system.getArch()));
    }

    private interface Part {
        void run() throws IOException;
    }

    private static void part(String file, Reading into, Part part) {
        try {
            part.run();
        } catch (IOException | NumberFormatException | IndexOutOfBoundsException e) {
            into.missing("/proc/" + file, "not as expected: " + e.getMessage());
        }
    }

    private void uptime(Reading into) throws IOException {
        double seconds = Double.parseDouble(words("uptime")[0]);
        into.put("uptime.seconds", seconds);
        into.run("", seconds);
    }

    private void load(Reading into) throws IOException {
        String[] words = words("loadavg");
        into.put("host.load.one.minute.count", Double.parseDouble(words[0]));
        into.put("host.load.five.minutes.count", Double.parseDouble(words[1]));
        into.put("host.load.fifteen.minutes.count", Double.parseDouble(words[2]));
        into.put("host.processes.running.count", Double.parseDouble(words[3].split("/", 2)[0]));
        into.put("host.processes.count", Double.parseDouble(words[3].split("/", 2)[1]));
    }

    /** user nice system idle iowait irq softirq steal. */
    private void cpu(Reading into) throws IOException {
        String[] words = words("stat");
        double[] ticks = new double[8];
        for (int i = 0; i < ticks.length; i++) {
            ticks[i] = Double.parseDouble(words[i + 1]) / TICKS;
        }
        into.put("cpu.used.seconds.total", ticks[0] + ticks[1] + ticks[2] + ticks[5] + ticks[6]);
        into.put("host.cpu.idle.seconds.total", ticks[3]);
        into.put("host.cpu.wait.seconds.total", ticks[4]);
        into.put("host.cpu.stolen.seconds.total", ticks[7]);
    }

    private void memory(Reading into) throws IOException {
        Map<String, Double> kib = new HashMap<>();
        for (String line : Files.readAllLines(proc.resolve("meminfo"))) {
            String[] words = line.split("[:\\s]+", -1);
            if (words.length >= 2) {
                kib.put(words[0], Double.parseDouble(words[1]) * KIB);
            }
        }
        double all = kib.getOrDefault("MemTotal", Double.NaN);
        double available = kib.getOrDefault("MemAvailable", Double.NaN);
        into.put("memory.limit.bytes", all);
        into.put("memory.used.bytes", all - available);
        into.put("host.memory.cached.bytes", kib.getOrDefault("Cached", Double.NaN));
        into.put("host.memory.dirty.bytes", kib.getOrDefault("Dirty", Double.NaN));
        double swap = kib.getOrDefault("SwapTotal", Double.NaN);
        into.put("host.swap.limit.bytes", swap);
        into.put("host.swap.used.bytes", swap - kib.getOrDefault("SwapFree", Double.NaN));
    }

    /** All interfaces but the loopback, added up. */
    private void network(Reading into) throws IOException {
        double[] sums = new double[4];
        for (String line : Files.readAllLines(proc.resolve("net/dev"))) {
            int colon = line.indexOf(':');
            if (colon < 0 || line.substring(0, colon).strip().equals("lo")) {
                continue;
            }
            String[] words = line.substring(colon + 1).strip().split("\\s+", -1);
            sums[0] += Double.parseDouble(words[0]);
            sums[1] += Double.parseDouble(words[8]);
            sums[2] += Double.parseDouble(words[2]) + Double.parseDouble(words[10]);
            sums[3] += Double.parseDouble(words[3]) + Double.parseDouble(words[11]);
        }
        into.put("network.in.bytes.total", sums[0]);
        into.put("network.out.bytes.total", sums[1]);
        into.put("host.network.errors.count.total", sums[2]);
        into.put("host.network.dropped.count.total", sums[3]);
    }

    private void paging(Reading into) throws IOException {
        for (String line : Files.readAllLines(proc.resolve("vmstat"))) {
            String[] words = line.split(" ", 2);
            switch (words[0]) {
                case "pgpgin" -> into.put("host.disk.read.bytes.total", Double.parseDouble(words[1]) * KIB);
                case "pgpgout" -> into.put("host.disk.written.bytes.total", Double.parseDouble(words[1]) * KIB);
                case "pgmajfault" -> into.put("host.page.faults.count.total", Double.parseDouble(words[1]));
                default -> {
                    // some hundred more
                }
            }
        }
    }

    /** Each folder's disk; the host's own storage is that of the fullest one. */
    private void disks(Reading into) {
        double fullest = -1;
        for (Path folder : folders.subList(0, Math.min(folders.size(), MAX_FOLDERS))) {
            try {
                FileStore disk = Files.getFileStore(folder);
                double limit = disk.getTotalSpace();
                double used = limit - disk.getUnallocatedSpace();
                String name = folder.toString().replaceAll("[{}\"]", "_");
                String label = "{folder=\"" + name.substring(0, Math.min(name.length(), MAX_FOLDER_CHARS)) + "\"}";
                into.put("host.disk.used.bytes" + label, used);
                into.put("host.disk.limit.bytes" + label, limit);
                into.put("host.disk.usable.bytes" + label, disk.getUsableSpace());
                if (limit > 0 && used / limit > fullest) {
                    fullest = used / limit;
                    into.put("storage.used.bytes", used);
                    into.put("storage.limit.bytes", limit);
                }
            } catch (IOException e) {
                into.missing(
                        "disk of " + folder, "can't be read (" + e.getClass().getSimpleName() + ")");
            }
        }
    }

    private String[] words(String file) throws IOException {
        try (var lines = Files.lines(proc.resolve(file))) {
            return lines.findFirst().orElse("").strip().split("\\s+", -1);
        }
    }
}
