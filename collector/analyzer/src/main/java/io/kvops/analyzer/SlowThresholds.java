package io.kvops.analyzer;

import io.kvops.history.OpsPoint;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * From when on an operation is slow for its kind: the first rule that fits, else what was learned from the last day, else
 * one threshold for all. Immutable.
 */
final class SlowThresholds {
    private final List<SlowRule> rules;
    private final Map<Kind, Long> learned;
    private final long otherwiseNanos;

    private record Kind(String store, String op, String pattern) {}

    private SlowThresholds(List<SlowRule> rules, Map<Kind, Long> learned, long otherwiseNanos) {
        this.rules = rules;
        this.learned = learned;
        this.otherwiseNanos = otherwiseNanos;
    }

    /** With nothing learned yet. */
    static SlowThresholds of(AnalyzerConfig config) {
        long fixed = config.slowThreshold().toNanos();
        return new SlowThresholds(
                config.slowRules(),
                Map.of(),
                fixed > 0 ? fixed : AnalyzerConfig.DEFAULTS.slowThreshold().toNanos());
    }

    /**
     * With what the latencies of some time teach: their p99 times a factor, for each kind with enough of them.
     *
     * @param points by store, op and pattern
     */
    static SlowThresholds learn(AnalyzerConfig config, Collection<OpsPoint> points) {
        Map<Kind, Long> learned = new HashMap<>();
        for (OpsPoint p : points) {
            LatencySum sum = new LatencySum();
            sum.add(p.latency(), p.maxNanos(), p.sumNanos(), false);
            if (sum.count() >= config.learnedMinOps()) {
                double threshold = sum.percentile(99) * config.learnedFactor();
                learned.put(
                        new Kind(p.series().store(), p.series().op(), p.series().pattern()),
                        Math.max(1, (long) Math.min(threshold, Long.MAX_VALUE / 2.0)));
            }
        }
        SlowThresholds fixed = of(config);
        return new SlowThresholds(fixed.rules, learned, fixed.otherwiseNanos);
    }

    /** Whether the threshold of an operation was set or learned for its kind: what is faster is not slow then. */
    boolean filters(String store, String op, String pattern) {
        return rules.stream().anyMatch(rule -> rule.fits(store, op, pattern))
                || learned.containsKey(new Kind(store, op, pattern));
    }

    long nanos(String store, String op, String pattern) {
        for (SlowRule rule : rules) {
            if (rule.fits(store, op, pattern)) {
                return rule.threshold().toNanos();
            }
        }
        return learned.isEmpty() ? otherwiseNanos : learned.getOrDefault(new Kind(store, op, pattern), otherwiseNanos);
    }
}
