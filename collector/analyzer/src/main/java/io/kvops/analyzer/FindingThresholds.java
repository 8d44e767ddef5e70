package io.kvops.analyzer;

import java.time.Duration;
import java.util.Objects;

/**
 * When {@link Report#findings()} speaks up. Shares and rates are 0 to 1.
 *
 * @param minOps a rate or percentile is judged only over at least this many operations; default 1 000
 * @param hotKeyShare least share of a store's operations on one key; default 0.1; five times that is critical
 * @param missRate least share of the reads of a pattern that find nothing; default 0.5
 * @param errorRate least share of the calls of an op that fail; default 0.01; five times that is critical
 * @param tailRatio p99 / p50 from which an op's tail is called long; default 20
 * @param tailP99 and the p99 that it takes as well; default 5 ms; ten times that is a warning
 * @param slowScan p99 from which walks over many keys or members are called slow; default 10 ms
 * @param chattyOpsPerSecond single reads of one pattern by one service and second that a batch could merge; default 1 000
 * @param chattyTimeShare and the share of its time in that store that they take; default 0.3
 * @param bigValueBytes mean size of the values of an op; default 102 400; ten times that is critical
 * @param maxPatterns key patterns in one store from which they are said to grow without bound; default 500
 */
public record FindingThresholds(
        long minOps,
        double hotKeyShare,
        double missRate,
        double errorRate,
        double tailRatio,
        Duration tailP99,
        Duration slowScan,
        double chattyOpsPerSecond,
        double chattyTimeShare,
        long bigValueBytes,
        int maxPatterns) {

    /** The defaults. */
    public static final FindingThresholds DEFAULTS = new FindingThresholds(
            1_000, 0.1, 0.5, 0.01, 20, Duration.ofMillis(5), Duration.ofMillis(10), 1_000, 0.3, 102_400, 500);

    /** Checks all thresholds. @throws IllegalArgumentException naming it, the value received and the one expected */
    public FindingThresholds {
        Objects.requireNonNull(tailP99, "tailP99");
        Objects.requireNonNull(slowScan, "slowScan");
        atLeastOne("minOps", minOps);
        share("hotKeyShare", hotKeyShare);
        share("missRate", missRate);
        share("errorRate", errorRate);
        if (!(tailRatio > 1)) {
            throw new IllegalArgumentException("tailRatio: " + tailRatio + " (expected > 1)");
        }
        positive("tailP99", tailP99);
        positive("slowScan", slowScan);
        if (!(chattyOpsPerSecond > 0)) {
            throw new IllegalArgumentException("chattyOpsPerSecond: " + chattyOpsPerSecond + " (expected > 0)");
        }
        share("chattyTimeShare", chattyTimeShare);
        atLeastOne("bigValueBytes", bigValueBytes);
        atLeastOne("maxPatterns", maxPatterns);
    }

    private static void share(String name, double value) {
        if (!(value > 0 && value <= 1)) {
            throw new IllegalArgumentException(name + ": " + value + " (expected > 0, at most 1)");
        }
    }

    private static void atLeastOne(String name, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + ": " + value + " (expected >= 1)");
        }
    }

    private static void positive(String name, Duration value) {
        if (value.isNegative() || value.isZero() || value.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException(name + ": " + value + " (expected > 0, at most 1 day)");
        }
    }
}
