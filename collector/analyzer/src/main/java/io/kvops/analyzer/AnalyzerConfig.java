package io.kvops.analyzer;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * Settings of {@link PerformanceAnalyzer}. Immutable. {@link #DEFAULTS} suits one machine; {@link #builder()} changes parts.
 *
 * @param service name under which operations timed by {@link PerformanceAnalyzer#start} appear; not empty
 * @param slowThreshold operations timed here that take at least this long are kept as slow; 0 keeps none. Agents apply
 *     their own threshold. What no rule and nothing learned judges is as severe as its latency is a multiple of this. 0 to 1 h;
 *     default 1 000 µs
 * @param slowRules from when on operations are slow for their kind, first fit; what is faster is not kept, whatever an agent
 *     says; at most 1 000; default none
 * @param learnThresholds whether thresholds of operations that fit no rule are learned from the last day: the p99 of each
 *     store, op and key pattern times learnedFactor; default false
 * @param learnedFactor 0.01 to 1 000; default 3
 * @param learnedMinOps a kind is judged so only after this many timed operations, 100 at least; default 10 000
 * @param maxSlowQueries slow operations that a report returns, and that are kept of an hour: the most severe; 1 to
 *     100 000; default 1 000
 * @param enableStackTrace whether slow operations timed here keep the caller's stack; default false, as taking one
 *     costs tens of microseconds
 * @param maxSeries distinct series that may be active within an hour; past it operations count under the pattern {@code
 *     other}, then under one series per store; 100 to 10 000 000; default 250 000
 * @param maxReportSeries series that a report lists: the most used, a tenth of them for those with most failures, a tenth
 *     for the slowest; totals and tables count all; 10 to 1 000 000; default 5 000
 * @param maxHotKeys hot keys that a report returns; 1 to 10 000; default 100
 * @param hotKeysPerCell hot keys kept for each bucket of time; more cost memory, fewer widen the bounds; 10 to 100 000;
 *     default 1 000
 * @param maxAgents agents remembered; 1 to 1 000 000; default 20 000
 * @param maxBytes memory that frames may take that are not in the history yet, estimated; past it frames wait in the
 *     journal; 1 MiB at least; default 320 MiB
 * @param maxAge frames older than this are not kept: as long as the history keeps its coarsest level; 1 h to 36 500 d; default
 *     1 095 d
 * @param significance how often a comparison may call a change significant where there is none: the false discovery rate;
 *     above 0, at most 0.5; default 0.01
 * @param findings thresholds of the findings
 */
public record AnalyzerConfig(
        String service,
        Duration slowThreshold,
        List<SlowRule> slowRules,
        boolean learnThresholds,
        double learnedFactor,
        int learnedMinOps,
        int maxSlowQueries,
        boolean enableStackTrace,
        int maxSeries,
        int maxReportSeries,
        int maxHotKeys,
        int hotKeysPerCell,
        int maxAgents,
        long maxBytes,
        Duration maxAge,
        double significance,
        FindingThresholds findings) {
    private static final int MAX_RULES = 1_000;

    /** The defaults. */
    public static final AnalyzerConfig DEFAULTS = new AnalyzerConfig(
            "local",
            Duration.ofMillis(1),
            List.of(),
            false,
            3,
            10_000,
            1_000,
            false,
            250_000,
            5_000,
            100,
            1_000,
            20_000,
            320L << 20,
            Duration.ofDays(1_095),
            0.01,
            FindingThresholds.DEFAULTS);

    /** Checks all settings. @throws IllegalArgumentException naming the setting, the value received and the one expected */
    public AnalyzerConfig {
        Objects.requireNonNull(slowThreshold, "slowThreshold");
        Objects.requireNonNull(maxAge, "maxAge");
        Objects.requireNonNull(findings, "findings");
        slowRules = List.copyOf(slowRules);
        if (service.isBlank() || service.length() > 255) {
            throw new IllegalArgumentException("service: '" + service + "' (expected 1 to 255 characters)");
        }
        if (slowThreshold.isNegative() || slowThreshold.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException("slowThreshold: " + slowThreshold + " (expected 0 to 1 h)");
        }
        if (slowRules.size() > MAX_RULES) {
            throw new IllegalArgumentException(
                    "slowRules: " + slowRules.size() + " rules (expected at most " + MAX_RULES + ")");
        }
        if (!(learnedFactor >= 0.01 && learnedFactor <= 1_000)) {
            throw new IllegalArgumentException("learnedFactor: " + learnedFactor + " (expected 0.01 to 1000)");
        }
        if (!(significance > 0 && significance <= 0.5)) {
            throw new IllegalArgumentException("significance: " + significance + " (expected above 0, at most 0.5)");
        }
        if (maxAge.compareTo(Duration.ofHours(1)) < 0 || maxAge.compareTo(Duration.ofDays(36_500)) > 0) {
            throw new IllegalArgumentException("maxAge: " + maxAge + " (expected 1 h to 36500 d)");
        }
        between("learnedMinOps", learnedMinOps, 100, Integer.MAX_VALUE);
        between("maxSlowQueries", maxSlowQueries, 1, 100_000);
        between("maxSeries", maxSeries, 100, 10_000_000);
        between("maxReportSeries", maxReportSeries, 10, 1_000_000);
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

    /** Begins with these settings. */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /** Changes some settings; {@link #build} checks them. Belongs to one thread. */
    public static final class Builder {
        private String service;
        private Duration slowThreshold;
        private List<SlowRule> slowRules;
        private boolean learnThresholds;
        private double learnedFactor;
        private int learnedMinOps;
        private int maxSlowQueries;
        private boolean enableStackTrace;
        private int maxSeries;
        private int maxReportSeries;
        private int maxHotKeys;
        private int hotKeysPerCell;
        private int maxAgents;
        private long maxBytes;
        private Duration maxAge;
        private double significance;
        private FindingThresholds findings;

        Builder(AnalyzerConfig from) {
            service = from.service;
            slowThreshold = from.slowThreshold;
            slowRules = from.slowRules;
            learnThresholds = from.learnThresholds;
            learnedFactor = from.learnedFactor;
            learnedMinOps = from.learnedMinOps;
            maxSlowQueries = from.maxSlowQueries;
            enableStackTrace = from.enableStackTrace;
            maxSeries = from.maxSeries;
            maxReportSeries = from.maxReportSeries;
            maxHotKeys = from.maxHotKeys;
            hotKeysPerCell = from.hotKeysPerCell;
            maxAgents = from.maxAgents;
            maxBytes = from.maxBytes;
            maxAge = from.maxAge;
            significance = from.significance;
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

        /** See {@link AnalyzerConfig#slowRules()}. */
        public Builder slowRules(List<SlowRule> value) {
            slowRules = value;
            return this;
        }

        /** See {@link AnalyzerConfig#learnThresholds()}. */
        public Builder learnThresholds(boolean value) {
            learnThresholds = value;
            return this;
        }

        /** See {@link AnalyzerConfig#learnedFactor()}. */
        public Builder learnedFactor(double value) {
            learnedFactor = value;
            return this;
        }

        /** See {@link AnalyzerConfig#learnedMinOps()}. */
        public Builder learnedMinOps(int value) {
            learnedMinOps = value;
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

        /** See {@link AnalyzerConfig#maxReportSeries()}. */
        public Builder maxReportSeries(int value) {
            maxReportSeries = value;
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

        /** See {@link AnalyzerConfig#maxAge()}. */
        public Builder maxAge(Duration value) {
            maxAge = value;
            return this;
        }

        /** See {@link AnalyzerConfig#significance()}. */
        public Builder significance(double value) {
            significance = value;
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
                    slowRules,
                    learnThresholds,
                    learnedFactor,
                    learnedMinOps,
                    maxSlowQueries,
                    enableStackTrace,
                    maxSeries,
                    maxReportSeries,
                    maxHotKeys,
                    hotKeysPerCell,
                    maxAgents,
                    maxBytes,
                    maxAge,
                    significance,
                    findings);
        }
    }
}
