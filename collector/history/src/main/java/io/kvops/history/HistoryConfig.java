package io.kvops.history;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How the history is kept.
 *
 * @param folder of the database file, its archive and its temporary files; created if need be; null: in memory only
 * @param keepSeconds how long buckets of 1 s are kept, 1 min to 1 d
 * @param keepTenSeconds the same for 10 s, and for gauges as they were measured; 1 h to 30 d
 * @param keepMinutes the same for 1 min, and for slow operations; 1 d to 3 660 d
 * @param keepHours the same for 1 h and 1 d; 1 d to 36 600 d, at least keepMinutes
 * @param keepEvents how long events are kept, 1 d to 36 600 d
 * @param memoryLimitBytes what the database may use for its cache and its work, at least 64 MiB
 * @param threads of the database, 1 to 64
 * @param maxSeries ids of series held in memory, at least 100; more are looked up in the database
 * @param maxFineSeries active series up to which buckets are 1 s wide, beyond it 10 s, beyond ten times as many 1 min;
 *     at least 1
 * @param maxSlowOpsPerHour slow operations kept of each hour, the most severe, at least 1
 * @param hotKeysPerBucket keys that a merged summary keeps, at least 10
 * @param archive whether buckets of 1 min and wider go to Parquet files before they expire
 */
public record HistoryConfig(
        @Nullable Path folder,
        Duration keepSeconds,
        Duration keepTenSeconds,
        Duration keepMinutes,
        Duration keepHours,
        Duration keepEvents,
        long memoryLimitBytes,
        int threads,
        int maxSeries,
        int maxFineSeries,
        int maxSlowOpsPerHour,
        int hotKeysPerBucket,
        boolean archive) {
    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration CENTURY = Duration.ofDays(36_600);

    public HistoryConfig {
        between("keepSeconds", keepSeconds, Duration.ofMinutes(1), DAY);
        between("keepTenSeconds", keepTenSeconds, Duration.ofHours(1), Duration.ofDays(30));
        between("keepMinutes", keepMinutes, DAY, Duration.ofDays(3_660));
        between("keepHours", keepHours, DAY, CENTURY);
        between("keepEvents", keepEvents, DAY, CENTURY);
        atLeast("memoryLimit", memoryLimitBytes, 64L << 20);
        atLeast("threads", threads, 1);
        atLeast("maxSeries", maxSeries, 100);
        atLeast("maxFineSeries", maxFineSeries, 1);
        atLeast("maxSlowOpsPerHour", maxSlowOpsPerHour, 1);
        atLeast("hotKeysPerBucket", hotKeysPerBucket, 10);
        if (threads > 64) {
            throw new IllegalArgumentException("threads: " + threads + " (expected 1 to 64)");
        }
        if (keepTenSeconds.compareTo(keepSeconds) < 0
                || keepMinutes.compareTo(keepTenSeconds) < 0
                || keepHours.compareTo(keepMinutes) < 0) {
            throw new IllegalArgumentException("keepSeconds: " + keepSeconds + ", keepTenSeconds: " + keepTenSeconds
                    + ", keepMinutes: " + keepMinutes + ", keepHours: " + keepHours
                    + " (expected none shorter than the one before)");
        }
    }

    /** The defaults. */
    public static HistoryConfig of(Path folder) {
        return defaults(Objects.requireNonNull(folder, "folder"));
    }

    /** The defaults, with nothing on a disk. */
    public static HistoryConfig inMemory() {
        return defaults(null);
    }

    /** In memory it holds all data, and nothing can be moved to a disk. */
    private static final long MEMORY_ALONE = 1L << 30;

    private static final long MEMORY_BESIDE_FILE = 256L << 20;

    private static HistoryConfig defaults(@Nullable Path folder) {
        return new HistoryConfig(
                folder,
                Duration.ofMinutes(10),
                Duration.ofHours(6),
                Duration.ofDays(30),
                Duration.ofDays(3 * 365),
                Duration.ofDays(3 * 365),
                folder == null ? MEMORY_ALONE : MEMORY_BESIDE_FILE,
                2,
                200_000,
                5_000,
                1_000,
                1_000,
                false);
    }

    Duration keep(Level level) {
        return switch (level) {
            case SECOND -> keepSeconds;
            case TEN_SECONDS -> keepTenSeconds;
            case MINUTE -> keepMinutes;
            case HOUR, DAY -> keepHours;
        };
    }

    private static void between(String name, Duration value, Duration least, Duration most) {
        Objects.requireNonNull(value, name);
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new IllegalArgumentException(name + ": " + value + " (expected " + least + " to " + most + ")");
        }
    }

    private static void atLeast(String name, long value, long least) {
        if (value < least) {
            throw new IllegalArgumentException(name + ": " + value + " (expected >= " + least + ")");
        }
    }
}
