package io.kvops.analyzer;

import io.kvops.history.OpsPoint;
import io.kvops.op.OpClass;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Some points added up. Belongs to one thread. */
final class Sum {
    final LatencySum latency = new LatencySum();
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
    long distinctKeys;

    /** Time spent, without blocking operations, which wait by design; scaled up where timing is sampled. */
    double busyNanos;

    static Sum of(Collection<OpsPoint> points) {
        Sum sum = new Sum();
        points.forEach(sum::add);
        return sum;
    }

    static <K> Map<K, List<OpsPoint>> group(Collection<OpsPoint> points, Function<OpsPoint, K> by) {
        Map<K, List<OpsPoint>> groups = new LinkedHashMap<>();
        for (OpsPoint p : points) {
            groups.computeIfAbsent(by.apply(p), k -> new ArrayList<>(2)).add(p);
        }
        return groups;
    }

    void add(OpsPoint p) {
        OpClass opClass = p.series().opClass();
        boolean write = opClass == OpClass.WRITE || opClass == OpClass.DELETE;
        count = OpsPoint.plus(count, p.count());
        reads = OpsPoint.plus(reads, opClass == OpClass.READ ? p.count() : 0);
        writes = OpsPoint.plus(writes, write ? p.count() : 0);
        transactions = OpsPoint.plus(transactions, write || opClass == OpClass.TRANSACTION ? p.count() : 0);
        errors = OpsPoint.plus(errors, failures(p));
        if (!p.errorsByClass().isEmpty()) {
            errorsByClass = OpsSum.withErrors(errorsByClass, p.errorsByClass());
        }
        misses = OpsPoint.plus(misses, p.misses());
        timeouts = OpsPoint.plus(timeouts, p.timeouts());
        cancelled = OpsPoint.plus(cancelled, p.cancelled());
        bytesIn = OpsPoint.plus(bytesIn, p.bytesIn());
        bytesOut = OpsPoint.plus(bytesOut, p.bytesOut());
        distinctKeys = Math.max(distinctKeys, p.distinctKeys());
        boolean blocking = opClass == OpClass.BLOCKING;
        latency.add(p.latency(), p.maxNanos(), p.sumNanos(), blocking);
        if (!blocking) {
            long timed = p.latency().total();
            busyNanos += timed > 0 && timed < p.count() ? (double) p.sumNanos() * p.count() / timed : p.sumNanos();
        }
    }

    /** Errors, timeouts and cancellations. */
    static long failures(OpsPoint p) {
        long sum = OpsPoint.plus(p.timeouts(), p.cancelled());
        for (long n : p.errorsByClass().values()) {
            sum = OpsPoint.plus(sum, n);
        }
        return sum;
    }

    long percentile(double p) {
        return latency.percentile(p);
    }

    long maxNanos() {
        return latency.maxNanos();
    }
}
