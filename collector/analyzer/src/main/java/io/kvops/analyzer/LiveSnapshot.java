package io.kvops.analyzer;

import io.kvops.history.OpsPoint;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What happens now, for a page that is redrawn each second. Immutable; what client libraries send by themselves is left out.
 *
 * @param at when it was taken
 * @param startedAt when the analyzer was opened
 * @param totalOps operations merged since then, exact
 * @param totalErrors of them: errors, timeouts and cancellations
 * @param totalMisses of them: reads that found nothing
 * @param now the rates and latencies of the last ten seconds
 * @param timeline the last minutes, a point a second, oldest first, without gaps; a second changes until its frames are in
 * @param stores by store and op, most used first
 * @param hotKeys the most used keys of the last minute
 * @param latestSlowOps the newest slow operations, newest first
 * @param slowestSlowOps the slowest of the last five minutes, slowest first
 * @param agents who sends frames, most recently heard first
 * @param agentsConnected agents whose newest frame arrived at most ten seconds ago
 * @param dropped see {@link Report#dropped()}, all since the start
 */
public record LiveSnapshot(
        Instant at,
        Instant startedAt,
        long totalOps,
        long totalErrors,
        long totalMisses,
        Report.TimelinePoint now,
        List<Report.TimelinePoint> timeline,
        List<StoreOp> stores,
        List<Report.HotKey> hotKeys,
        List<Report.SlowOp> latestSlowOps,
        List<Report.SlowOp> slowestSlowOps,
        List<Agent> agents,
        int agentsConnected,
        Map<String, Long> dropped) {

    public LiveSnapshot {
        timeline = List.copyOf(timeline);
        stores = List.copyOf(stores);
        hotKeys = List.copyOf(hotKeys);
        latestSlowOps = List.copyOf(latestSlowOps);
        slowestSlowOps = List.copyOf(slowestSlowOps);
        agents = List.copyOf(agents);
        dropped = Collections.unmodifiableMap(new LinkedHashMap<>(dropped));
    }

    /** This snapshot with more drop counters, as those of the ingest; a name that is there already is added to. */
    public LiveSnapshot withDropped(Map<String, Long> more) {
        Map<String, Long> all = new LinkedHashMap<>(dropped);
        more.forEach((name, n) -> all.merge(name, n, OpsPoint::plus));
        return new LiveSnapshot(
                at,
                startedAt,
                totalOps,
                totalErrors,
                totalMisses,
                now,
                timeline,
                stores,
                hotKeys,
                latestSlowOps,
                slowestSlowOps,
                agents,
                agentsConnected,
                all);
    }

    /**
     * One operation of one store.
     *
     * @param count operations since the analyzer was opened, exact
     * @param errors of them
     * @param misses of them
     * @param opsPerSecond over the last ten seconds
     * @param p50Nanos of the last ten seconds, as all the latencies here
     */
    public record StoreOp(
            String store,
            String op,
            String opClass,
            long count,
            long errors,
            long misses,
            double opsPerSecond,
            long p50Nanos,
            long p90Nanos,
            long p99Nanos,
            long maxNanos) {}

    /**
     * A process that sends frames.
     *
     * @param lastFrameAgeMillis since its newest frame arrived here
     * @param connected true if that is at most ten seconds
     * @param ops operations of its frames since the analyzer was opened
     */
    public record Agent(
            String agentId,
            String service,
            String instance,
            String host,
            long pid,
            String jvm,
            long lastSequence,
            long lastFrameAgeMillis,
            boolean connected,
            long ops,
            Map<String, Double> gauges) {}
}
