package io.kvops.analyzer;

import io.kvops.histogram.LatencyHistogram;
import io.kvops.op.OpClass;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Some series added up. Percentiles come from the sum of the histograms. Blocking operations wait by design: their
 * latencies are told where nothing else is summed, and otherwise left out, lest an idle queue look like a slow store.
 * Belongs to one thread.
 */
final class Sum {
    final LatencyHistogram latency = new LatencyHistogram();
    Map<String, Long> errorsByClass = Map.of();
    long count;
    long reads;
    long writes;
    long transactions;
    long errors;
    long misses;
    long timeouts;
    long cancelled;
    long bytesIn;
    long bytesOut;
    long sumNanos;
    long maxNanos;
    long distinctKeys;

    /** Time spent, without blocking operations, which wait by design; scaled up where timing is sampled. */
    double busyNanos;

    private boolean onlyBlocking = true;

    static Sum of(Collection<SeriesCount> counts) {
        Sum sum = new Sum();
        counts.forEach(sum::add);
        return sum;
    }

    static <K> Map<K, List<SeriesCount>> group(Collection<SeriesCount> counts, Function<SeriesCount, K> by) {
        Map<K, List<SeriesCount>> groups = new LinkedHashMap<>();
        for (SeriesCount c : counts) {
            groups.computeIfAbsent(by.apply(c), k -> new ArrayList<>(2)).add(c);
        }
        return groups;
    }

    void add(SeriesCount c) {
        OpClass opClass = c.id.key.opClass();
        count += c.count;
        reads += opClass == OpClass.READ ? c.count : 0;
        writes += opClass == OpClass.WRITE || opClass == OpClass.DELETE ? c.count : 0;
        transactions += c.transactional() ? c.count : 0;
        errors += c.failures();
        errorsByClass = SeriesCount.sum(errorsByClass, c.errorsByClass);
        misses += c.misses;
        timeouts += c.timeouts;
        cancelled += c.cancelled;
        bytesIn += c.bytesIn;
        bytesOut += c.bytesOut;
        distinctKeys = Math.max(distinctKeys, c.distinctKeys);
        addLatency(c);
    }

    /** Adds the latencies alone, for who asks for nothing else. */
    void addLatency(SeriesCount c) {
        boolean blocking = c.id.key.opClass() == OpClass.BLOCKING;
        long timed = c.latency.total();
        if (timed == 0) {
            return;
        }
        if (onlyBlocking && !blocking) {
            onlyBlocking = false;
            latency.reset();
            sumNanos = 0;
            maxNanos = 0;
        }
        if (onlyBlocking == blocking) {
            latency.add(c.latency, c.maxNanos);
            sumNanos += c.sumNanos;
            maxNanos = Math.max(maxNanos, c.maxNanos);
        }
        if (!blocking) {
            busyNanos += timed < c.count ? (double) c.sumNanos * c.count / timed : c.sumNanos;
        }
    }

    /** One value for all of it, under a series' id. */
    SeriesCount toCount(SeriesId id) {
        return new SeriesCount(
                id,
                count,
                misses,
                errorsByClass,
                timeouts,
                cancelled,
                bytesIn,
                bytesOut,
                sumNanos,
                maxNanos,
                distinctKeys,
                latency.toSparse());
    }

    long percentile(double p) {
        return latency.valueAtPercentile(p);
    }

    long meanNanos() {
        return latency.count() == 0 ? 0 : sumNanos / latency.count();
    }
}
