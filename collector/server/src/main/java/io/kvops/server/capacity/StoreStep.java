package io.kvops.server.capacity;

import io.kvops.histogram.LatencyHistogram;
import io.kvops.history.OpsPoint;
import io.kvops.op.OpClass;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What the operations of a store did in one step of time.
 *
 * @param count operations
 * @param timed of them whose latency counts: those that wait by design do not
 * @param p99Nanos 99th percentile of the timed, from their merged histograms
 */
record StoreStep(long startMillis, long count, long timed, long p99Nanos) {
    /** Of fewer the 99th percentile is the slowest of them: chance. */
    private static final long LEAST_TIMED = 100;

    boolean isTimed() {
        return timed >= LEAST_TIMED;
    }

    /** Adds up the points of each step, whatever their places and classes; by ascending time. */
    static List<StoreStep> of(List<OpsPoint> points) {
        List<StoreStep> steps = new ArrayList<>();
        List<OpsPoint> sorted = points.stream()
                .sorted(Comparator.comparingLong(OpsPoint::startMillis))
                .toList();
        LatencyHistogram latency = new LatencyHistogram();
        long count = 0;
        for (int i = 0; i < sorted.size(); i++) {
            OpsPoint p = sorted.get(i);
            count += p.count();
            if (p.series().opClass() != OpClass.BLOCKING && p.latency().size() > 0) {
                latency.add(p.latency(), p.maxNanos());
            }
            if (i == sorted.size() - 1 || sorted.get(i + 1).startMillis() != p.startMillis()) {
                steps.add(new StoreStep(p.startMillis(), count, latency.count(), latency.valueAtPercentile(99)));
                latency.reset();
                count = 0;
            }
        }
        return steps;
    }
}
