package io.kvops.analyzer;

import java.time.Duration;
import java.util.Objects;

/**
 * Settings of {@link PerformanceAnalyzer}. Immutable. {@link #DEFAULTS} suits one machine; {@link #builder()} changes parts.
 *
 * @param service name under which operations timed by {@link PerformanceAnalyzer#start} appear; not empty
 * @param slowThreshold operations timed here that take at least this long are kept as slow; 0 keeps none. Agents apply
 *     their own threshold. 0 to 1 h; default 1 000 µs
 * @param maxSlowQueries slow operations kept for each hour of the last 24, and returned by a report: the slowest ones;
 *     1 to 100 000; default 1 000
 * @param enableStackTrace whether slow operations timed here keep the caller's stack; default false, as taking one
 *     costs tens of microseconds
 * @param maxSeries distinct series held at a time; past it operations count under the pattern {@code other}, then under
 *     one series per store; 100 to 10 000 000; default 200 000
 * @param maxHotKeys hot keys that a report returns; 1 to 10 000; default 100
 * @param hotKeysPerCell hot keys kept for each cell of time; more cost memory, fewer widen the bounds; 10 to 100 000;
 *     default 1 000
 * @param maxAgents agents remembered; 1 to 1 000 000; default 10 000
 * @param maxBytes memory that cells may take, estimated; past it old cells merge into coarser ones before their time,
 *     which costs resolution, not counts; 1 MiB at least; default 256 MiB
 * @param findings thresholds of the findings
 */
public record AnalyzerConfig(
        String service,
        Duration slowThreshold,
        int maxSlowQueries,
        boolean enableStackTrace,
        int maxSeries,
        int maxHotKeys,
        int hotKeysPerCell,
        int maxAgents,
        long maxBytes,
        FindingThresholds findings) {

    /** The defaults. */
    public static final AnalyzerConfig DEFAULTS = new AnalyzerConfig(
            "local",
            Duration.ofMillis(1),
            1_000,
            false,
            200_000,
            100,
            1_000,
            10_000,
            256L << 20,
            FindingThresholds.DEFAULTS);

    /** Checks all settings. @throws IllegalArgumentException naming the setting, the value received and the one expected */
    public AnalyzerConfig {
        Objects.requireNonNull(slowThreshold, "slowThreshold");
        Objects.requireNonNull(findings, "findings");
        if (service.isBlank() || service.length() > 255) {
            throw new IllegalArgumentException("service: '" + service + "' (expected 1 to 255 characters)");
        }
        if (slowThreshold.isNegative() || slowThreshold.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException("slowThreshold: " + slowThreshold + " (expected 0 to 1 h)");
        }
        between("maxSlowQueries", maxSlowQueries, 1, 100_000);
        between("maxSeries", maxSeries, 100, 10_000_000);
        between("maxHotKeys", maxHotKeys, 1, 10_000);
        between("hotKeysPerCell", hotKeysPerCell, 10, 100_000);
        between("maxAgents", maxAgents, 1, 1_000_000);
        between("maxBytes", maxBytes, 1L << 20, Long.MAX_VALUE);
    }

    private static void between(String name, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + ": " + value
                    + (most == Long.MAX_VALUE
                            ? " (expected >= " + least + ")"
                            : " (expected " + least + " to " + most + ")"));
        }
    }

    /** Begins with the defaults. */
    public static Builder builder() {
        return new Builder(DEFAULTS);
    }

    /** Changes some settings; {@link #build} checks them. Belongs to one thread. */
    public static final class Builder {
        private String service;
        private Duration slowThreshold;
        private int maxSlowQueries;
        private boolean enableStackTrace;
        private int maxSeries;
        private int maxHotKeys;
        private int hotKeysPerCell;
        private int maxAgents;
        private long maxBytes;
        private FindingThresholds findings;

        Builder(AnalyzerConfig from) {
            service = from.service;
            slowThreshold = from.slowThreshold;
            maxSlowQueries = from.maxSlowQueries;
            enableStackTrace = from.enableStackTrace;
            maxSeries = from.maxSeries;
            maxHotKeys = from.maxHotKeys;
            hotKeysPerCell = from.hotKeysPerCell;
            maxAgents = from.maxAgents;
            maxBytes = from.maxBytes;
            findings = from.findings;
        }

        /** See {@link AnalyzerConfig#service()}. */
        public Builder service(String value) {
            service = value;
            return this;
        }

        /** See {@link AnalyzerConfig#slowThreshold()}. */
        public Builder slowThreshold(Duration value) {
            slowThreshold = value;
            return this;
        }

        /** See {@link AnalyzerConfig#maxSlowQueries()}. */
        public Builder maxSlowQueries(int value) {
            maxSlowQueries = value;
            return this;
        }

        /** See {@link AnalyzerConfig#enableStackTrace()}. */
        public Builder enableStackTrace(boolean value) {
            enableStackTrace = value;
            return this;
        }

        /** See {@link AnalyzerConfig#maxSeries()}. */
        public Builder maxSeries(int value) {
            maxSeries = value;
            return this;
        }

        /** See {@link AnalyzerConfig#maxHotKeys()}. */
        public Builder maxHotKeys(int value) {
            maxHotKeys = value;
            return this;
        }

        /** See {@link AnalyzerConfig#hotKeysPerCell()}. */
        public Builder hotKeysPerCell(int value) {
            hotKeysPerCell = value;
            return this;
        }

        /** See {@link AnalyzerConfig#maxAgents()}. */
        public Builder maxAgents(int value) {
            maxAgents = value;
            return this;
        }

        /** See {@link AnalyzerConfig#maxBytes()}. */
        public Builder maxBytes(long value) {
            maxBytes = value;
            return this;
        }

        /** See {@link AnalyzerConfig#findings()}. */
        public Builder findings(FindingThresholds value) {
            findings = value;
            return this;
        }

        /** The settings, checked. @throws IllegalArgumentException as {@link AnalyzerConfig} does */
        public AnalyzerConfig build() {
            return new AnalyzerConfig(
                    service,
                    slowThreshold,
                    maxSlowQueries,
                    enableStackTrace,
                    maxSeries,
                    maxHotKeys,
                    hotKeysPerCell,
                    maxAgents,
                    maxBytes,
                    findings);
        }
    }
}
