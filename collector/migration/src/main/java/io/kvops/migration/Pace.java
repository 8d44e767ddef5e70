package io.kvops.migration;

import io.kvops.migration.filter.Range;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * How fast, in how many steps, and how the source is read.
 *
 * @param batch records after which the target is asked to acknowledge all, and a checkpoint may be kept; 1 to 1 000 000
 * @param parallel parts of the source that are read at once, 1 to 64
 * @param maxOps records a second at most; 0: no limit
 * @param maxBytes bytes a second at most, of keys and values; 0: no limit
 * @param maxLatencyMillis how long the source may take to say its size, asked each second; if it takes longer, the copy halves its
 *     rate; 0: is not asked
 * @param retrySeconds how long a store that can't be reached is tried again, 0 to 86 400
 * @param reading how the source is read
 */
public record Pace(
        int batch, int parallel, long maxOps, long maxBytes, long maxLatencyMillis, int retrySeconds, Reading reading) {
    /** 2 000 a batch, 4 parts, no limits, a minute of new tries, read as is best. */
    public static final Pace DEFAULT = new Pace(2_000, 4, 0, 0, 0, 60, Reading.AUTO);

    public Pace {
        check("batch", batch, new Range(1, 1_000_000));
        check("parallel", parallel, new Range(1, 64));
        check("maxOps", maxOps, Range.ALL);
        check("maxBytes", maxBytes, Range.ALL);
        check("maxLatencyMillis", maxLatencyMillis, new Range(0, 3_600_000));
        check("retrySeconds", retrySeconds, new Range(0, 86_400));
        Objects.requireNonNull(reading, "reading");
    }

    private static void check(String name, long value, Range expected) {
        if (!expected.has(value)) {
            throw new IllegalArgumentException(name + ": " + value + " (expected " + expected + ")");
        }
    }

    public Pace withBatch(int records) {
        return new Pace(records, parallel, maxOps, maxBytes, maxLatencyMillis, retrySeconds, reading);
    }

    public Pace withParallel(int parts) {
        return new Pace(batch, parts, maxOps, maxBytes, maxLatencyMillis, retrySeconds, reading);
    }

    public Pace withLimits(long opsPerSecond, long bytesPerSecond, long latencyMillis) {
        return new Pace(batch, parallel, opsPerSecond, bytesPerSecond, latencyMillis, retrySeconds, reading);
    }

    public Pace withRetry(int seconds) {
        return new Pace(batch, parallel, maxOps, maxBytes, maxLatencyMillis, seconds, reading);
    }

    public Pace with(Reading how) {
        return new Pace(batch, parallel, maxOps, maxBytes, maxLatencyMillis, retrySeconds, how);
    }

    void putInto(Map<String, String> map) {
        map.put("batch", Integer.toString(batch));
        map.put("parallel", Integer.toString(parallel));
        map.put("maxOps", Long.toString(maxOps));
        map.put("maxBytes", Long.toString(maxBytes));
        map.put("maxLatencyMillis", Long.toString(maxLatencyMillis));
        map.put("retrySeconds", Integer.toString(retrySeconds));
        map.put("reading", reading.toString());
    }

    static Pace of(Map<String, String> map) {
        return new Pace(
                (int) number(map, "batch"),
                (int) number(map, "parallel"),
                number(map, "maxOps"),
                number(map, "maxBytes"),
                number(map, "maxLatencyMillis"),
                (int) number(map, "retrySeconds"),
                Reading.valueOf(map.getOrDefault("reading", "auto").toUpperCase(Locale.ROOT)));
    }

    private static long number(Map<String, String> map, String name) {
        return Long.parseLong(map.getOrDefault(name, "0"));
    }
}
