package io.kvops.analyzer;

import io.kvops.histogram.LatencyHistogram;
import io.kvops.histogram.SparseHistogram;
import io.kvops.history.OpsPoint;

/**
 * Latencies added up; percentiles come from the sum of the histograms. Blocking operations wait by design: their latencies
 * are told where nothing else is summed, and otherwise left out, lest an idle queue look like a slow store. Belongs to one
 * thread at a time.
 */
final class LatencySum {
    private final LatencyHistogram histogram = new LatencyHistogram();
    private long sumNanos;
    private long maxNanos;
    private boolean onlyBlocking = true;

    void add(SparseHistogram latency, long max, long sum, boolean blocking) {
        if (latency.size() > 0 && takes(blocking)) {
            histogram.add(latency, max);
            sumNanos = OpsPoint.plus(sumNanos, sum);
            maxNanos = Math.max(maxNanos, max);
        }
    }

    void add(LatencySum other) {
        if (other.histogram.count() > 0 && takes(other.onlyBlocking)) {
            histogram.add(other.histogram);
            sumNanos = OpsPoint.plus(sumNanos, other.sumNanos);
            maxNanos = Math.max(maxNanos, other.maxNanos);
        }
    }

    private boolean takes(boolean blocking) {
        if (onlyBlocking && !blocking) {
            onlyBlocking = false;
            histogram.reset();
            sumNanos = 0;
            maxNanos = 0;
        }
        return onlyBlocking == blocking;
    }

    /** Latencies in it. */
    long count() {
        return histogram.count();
    }

    long percentile(double p) {
        return histogram.valueAtPercentile(p);
    }

    long sumNanos() {
        return sumNanos;
    }

    long meanNanos() {
        return histogram.count() == 0 ? 0 : sumNanos / histogram.count();
    }

    long maxNanos() {
        return maxNanos;
    }

    SparseHistogram toSparse() {
        return histogram.toSparse();
    }
}
