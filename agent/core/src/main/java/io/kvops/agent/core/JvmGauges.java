package io.kvops.agent.core;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.BufferedReader;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.lang.management.OperatingSystemMXBean;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;

/**
 * What the JVM knows of itself, by its management beans: called directly, so no MBean server is made, and no logging is
 * touched. The thread that measures.
 */
final class JvmGauges {
    private static final File SYSTEM_TIMES = new File("/proc/stat");
    private static final int IDLE = 3;
    private static final int IO_WAIT = 4;
    /** After it come the times of guests, which are in the first ones, too. */
    private static final int STEAL = 7;

    private long processNanos = -1;
    private long atNanos;
    private long systemTicks;
    private long idleTicks;

    /** Adds all that can be had here. */
    void read(Map<String, Double> into) {
        MemoryUsage nonHeap = ManagementFactory.getMemoryMXBean().getNonHeapMemoryUsage();
        into.put("jvm.nonheap.used.bytes", (double) nonHeap.getUsed());
        into.put("jvm.threads.live.count", (double)
                ManagementFactory.getThreadMXBean().getThreadCount());
        into.put("jvm.uptime.seconds", ManagementFactory.getRuntimeMXBean().getUptime() / 1e3);
        garbage(into);
        for (BufferPoolMXBean pool : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
            // a third one has a name with blanks, and is empty everywhere
            if (pool.getName().equals("direct") || pool.getName().equals("mapped")) {
                into.put("jvm.buffers." + pool.getName() + ".used.bytes", (double) pool.getMemoryUsed());
                into.put("jvm.buffers." + pool.getName() + ".count", (double) pool.getCount());
            }
        }
        system(into);
    }

    private static void garbage(Map<String, Double> into) {
        into.put("jvm.gc.pause.seconds.total", 0.0);
        into.put("jvm.gc.collections.count.total", 0.0);
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            double seconds = Math.max(0, collector.getCollectionTime()) / 1e3;
            double count = Math.max(0, collector.getCollectionCount());
            String kind = kindOf(collector.getName());
            if (kind.equals("concurrent")) {
                into.merge("jvm.gc.concurrent.seconds.total", seconds, Double::sum);
                into.merge("jvm.gc.concurrent.count.total", count, Double::sum);
            } else {
                into.merge("jvm.gc.pause.seconds.total", seconds, Double::sum);
                into.merge("jvm.gc.collections.count.total", count, Double::sum);
                into.merge("jvm.gc." + kind + ".pause.seconds.total", seconds, Double::sum);
                into.merge("jvm.gc." + kind + ".collections.count.total", count, Double::sum);
            }
        }
    }

    /** What a collector of HotSpot or OpenJ9 does: young, old, or concurrent, whose time is no pause. */
    static String kindOf(String collector) {
        String name = collector.toLowerCase(Locale.ROOT);
        if (name.endsWith(" cycles") || name.contains("concurrent gc")) {
            return "concurrent";
        }
        for (String young : new String[] {"young", "scavenge", "copy", "parnew", "minor"}) {
            if (name.contains(young)) {
                return "young";
            }
        }
        return "old";
    }

    private void system(Map<String, Double> into) {
        OperatingSystemMXBean bean = ManagementFactory.getOperatingSystemMXBean();
        if (bean instanceof com.sun.management.OperatingSystemMXBean) {
            // as a difference of our own: the bean's own ratio is since the last call, which may be the application's
            long nanos = ((com.sun.management.OperatingSystemMXBean) bean).getProcessCpuTime();
            long now = System.nanoTime();
            if (nanos >= 0) {
                into.put("jvm.cpu.seconds.total", nanos / 1e9);
                if (processNanos >= 0 && now > atNanos) {
                    double all = (double) (now - atNanos) * bean.getAvailableProcessors();
                    into.put("jvm.cpu.process.ratio", ratio((double) (nanos - processNanos), all));
                }
            }
            processNanos = nanos;
            atNanos = now;
        }
        if (bean instanceof UnixOperatingSystemMXBean) {
            UnixOperatingSystemMXBean unix = (UnixOperatingSystemMXBean) bean;
            into.put("jvm.files.open.count", (double) unix.getOpenFileDescriptorCount());
            into.put("jvm.files.limit.count", (double) unix.getMaxFileDescriptorCount());
        }
        systemTimes(into);
    }

    /** The whole machine's, of Linux. */
    private void systemTimes(Map<String, Double> into) {
        if (!SYSTEM_TIMES.exists()) {
            return;
        }
        long ticks = 0;
        long idle = 0;
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(new FileInputStream(SYSTEM_TIMES), StandardCharsets.US_ASCII))) {
            String line = lines.readLine();
            String[] words = line == null ? new String[0] : line.trim().split(" +");
            for (int i = 0; i <= STEAL && i + 1 < words.length; i++) {
                long n = Long.parseLong(words[i + 1]);
                ticks += n;
                idle += i == IDLE || i == IO_WAIT ? n : 0;
            }
        } catch (IOException | NumberFormatException e) {
            return;
        }
        if (systemTicks > 0 && ticks > systemTicks) {
            double all = (double) (ticks - systemTicks);
            into.put("jvm.cpu.system.ratio", ratio(all - (double) (idle - idleTicks), all));
        }
        systemTicks = ticks;
        idleTicks = idle;
    }

    private static double ratio(double part, double all) {
        return Math.max(0, Math.min(1, part / all));
    }
}
