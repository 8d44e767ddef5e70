package io.kvops.analyzer;

import io.kvops.op.OpClass;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What happened during one window; the component names are those of {@code report.json}. Immutable. Lists are ordered by
 * descending count (slow operations: most severe first; findings: critical first), then by name, so that equal data gives
 * equal reports. Latencies are in nanoseconds: percentiles are the largest value of the bucket that holds them (at most
 * 0.8 % too high, never too low), capped by the exact maximum; 0 if nothing was timed. Blocking operations (BLPOP and the like) wait by design: where they
 * stand beside others in one number, every latency, the maximum and the mean included, leaves them out.
 *
 * @param window what was asked, and what the numbers cover
 * @param totals what application code called, over all series
 * @param series what application code called, by series
 * @param hotKeys the most used keys, with the bounds of their counts
 * @param patterns by store and key pattern
 * @param slowOps the operations that took longest for their kind, most severe first; see {@link SlowRule}
 * @param findings what deserves attention, with its evidence
 * @param internal what client libraries sent by themselves (handshakes, pool checks); in no other part of this report
 * @param dropped by name: a number for everything that was not kept; names that begin with {@code agent.} were counted by
 *     the agents during the window, the others by the collector since its start
 * @param timeline the window in equal steps, oldest first, without gaps
 * @param queryTypes by store and class of the operation
 * @param stores by store and operation
 * @param services by service
 * @param agents who sent frames, whether during the window or not
 */
public record Report(
        Window window,
        Totals totals,
        List<Series> series,
        List<HotKey> hotKeys,
        List<Pattern> patterns,
        List<SlowOp> slowOps,
        List<Finding> findings,
        List<Series> internal,
        Map<String, Long> dropped,
        List<TimelinePoint> timeline,
        List<QueryType> queryTypes,
        List<StoreOp> stores,
        List<Service> services,
        List<Agent> agents) {

    public Report {
        series = List.copyOf(series);
        hotKeys = List.copyOf(hotKeys);
        patterns = List.copyOf(patterns);
        slowOps = List.copyOf(slowOps);
        findings = List.copyOf(findings);
        internal = List.copyOf(internal);
        dropped = Collections.unmodifiableMap(new LinkedHashMap<>(dropped));
        timeline = List.copyOf(timeline);
        queryTypes = List.copyOf(queryTypes);
        stores = List.copyOf(stores);
        services = List.copyOf(services);
        agents = List.copyOf(agents);
    }

    /** This report with more drop counters, as those of the ingest; a name that is there already is added to. */
    public Report withDropped(Map<String, Long> more) {
        Map<String, Long> all = new LinkedHashMap<>(dropped);
        more.forEach((name, n) -> all.merge(name, n, Long::sum));
        return new Report(
                window,
                totals,
                series,
                hotKeys,
                patterns,
                slowOps,
                findings,
                internal,
                all,
                timeline,
                queryTypes,
                stores,
                services,
                agents);
    }

    Report withFindings(List<Finding> found) {
        return new Report(
                window,
                totals,
                series,
                hotKeys,
                patterns,
                slowOps,
                found,
                internal,
                dropped,
                timeline,
                queryTypes,
                stores,
                services,
                agents);
    }

    /**
     * The time that a report is about. Older data is held in coarser cells, and a cell counts as a whole: the numbers are
     * exact for {@code [from, to)}, which contains the window that was asked for.
     *
     * @param from begin, inclusive: the one asked for, or the begin of the cell that holds it
     * @param to end, exclusive: likewise
     * @param coveredFrom begin of the oldest frame interval in the window; from if there is none
     * @param coveredTo end of the newest frame interval in the window; from if there is none
     * @param coveredSeconds from coveredFrom to coveredTo, at least 0.001; every rate in the report is a count divided by
     *     this, so that a young process is not spread over an hour that it did not see; 0 without frames
     */
    public record Window(Instant from, Instant to, Instant coveredFrom, Instant coveredTo, double coveredSeconds) {}

    /**
     * The window as a whole.
     *
     * @param ops operations that completed, however they ended
     * @param errors of them: errors, timeouts and cancellations
     * @param misses of them: reads that found nothing
     * @param bytesIn bytes of values received by the applications
     * @param bytesOut bytes of values sent
     * @param opsPerSecond queries per second (QPS): ops / window.coveredSeconds
     * @param transactionsPerSecond TPS: operations that change data (classes write, delete and transaction) /
     *     window.coveredSeconds
     * @param timed operations whose latency was measured; less than ops where timing is sampled
     * @param meanNanos exact mean of the measured latencies
     */
    public record Totals(
            long ops,
            long errors,
            long misses,
            long bytesIn,
            long bytesOut,
            double opsPerSecond,
            double transactionsPerSecond,
            long timed,
            long meanNanos,
            long p50Nanos,
            long p90Nanos,
            long p99Nanos,
            long p999Nanos,
            long p9999Nanos,
            long maxNanos) {}

    /**
     * One series: everything that is counted apart.
     *
     * @param service name of the application
     * @param instance which run or host of it
     * @param store kind of store: redis, rocksdb, ...
     * @param endpoint host:port/db, or a path
     * @param op upper case: GET, HSET, ...
     * @param opClass lower case: read, write, delete, scan, script, transaction, blocking, admin, other
     * @param pattern template of the keys; empty if the op has no key; {@code other} past a bound
     * @param count operations that completed, however they ended
     * @param errors of them: errors, timeouts and cancellations
     * @param misses of them: reads that found nothing
     * @param bytesIn bytes of values received
     * @param bytesOut bytes of values sent
     * @param opsPerSecond count / window.coveredSeconds
     * @param timeouts of errors: the caller stopped waiting
     * @param cancelled of errors: cancelled
     * @param errorsByClass of errors: the others, by the simple name of the exception class
     * @param meanNanos exact mean of the measured latencies
     */
    public record Series(
            String service,
            String instance,
            String store,
            String endpoint,
            String op,
            String opClass,
            String pattern,
            long count,
            long errors,
            long misses,
            long bytesIn,
            long bytesOut,
            double opsPerSecond,
            long p50Nanos,
            long p90Nanos,
            long p99Nanos,
            long p999Nanos,
            long p9999Nanos,
            long maxNanos,
            long meanNanos,
            long timeouts,
            long cancelled,
            Map<String, Long> errorsByClass) {}

    /**
     * A heavily used key. Its true count lies in {@code [count - errorBound, count]}.
     *
     * @param store kind of store
     * @param endpoint host:port/db, or a path
     * @param key the text of the key; bytes that are no printable UTF-8 are written {@code \xNN}, a backslash {@code \\};
     *     with hashed, the hexadecimal digits of the keyed hash
     * @param hashed true if the application sent the hash of the key
     * @param pattern template of the key; empty where it is hashed
     * @param count upper bound of the uses
     * @param errorBound how much too high count may be
     * @param reads uses seen that read
     * @param writes uses seen that wrote or deleted
     * @param bytes bytes of values, both ways
     * @param share of the operations of its store and endpoint, 0 to 1, by the lower bound of its count
     * @param services the applications that used it
     */
    public record HotKey(
            String store,
            String endpoint,
            String key,
            boolean hashed,
            String pattern,
            long count,
            long errorBound,
            long reads,
            long writes,
            long bytes,
            double share,
            List<String> services) {}

    /**
     * Keys of one template in one store.
     *
     * @param count operations on them
     * @param share of all operations of the store, 0 to 1
     * @param reads of count: class read
     * @param writes of count: classes write and delete
     * @param errors of count
     * @param misses of count
     * @param distinctKeys estimate of the distinct keys, the largest that one process saw (processes may share keys, so
     *     their estimates do not add up); 0 if not estimated
     * @param totalNanos time spent in them, the sum of the measured latencies
     * @param timeShare of the time spent in the store, 0 to 1; blocking operations left out on both sides
     */
    public record Pattern(
            String store,
            String pattern,
            long count,
            double share,
            long reads,
            long writes,
            long errors,
            long misses,
            long distinctKeys,
            long bytesIn,
            long bytesOut,
            double opsPerSecond,
            long p50Nanos,
            long p99Nanos,
            long maxNanos,
            long totalNanos,
            double timeShare) {}

    /**
     * An operation that took longer than the threshold of its process, and than that for its kind if there is one.
     *
     * @param at when it ended, clock of its process
     * @param key as {@link HotKey#key()}; null if it has none or the key stays in the process
     * @param latencyNanos from call to completion
     * @param stack the caller, innermost first; empty if stacks are off
     * @param outcome lower case: ok, miss, error, timeout, cancelled
     * @param severity latencyNanos / the threshold for its kind: how slow it is for what it is
     */
    public record SlowOp(
            Instant at,
            String service,
            String store,
            String op,
            @Nullable String key,
            long latencyNanos,
            List<String> stack,
            String instance,
            String endpoint,
            String opClass,
            String pattern,
            boolean hashed,
            String outcome,
            double severity) {}

    /**
     * Something that deserves attention.
     *
     * @param severity info, warning or critical
     * @param title what, in one line
     * @param evidence the numbers it rests on
     * @param advice what to do
     */
    public record Finding(String severity, String title, String evidence, String advice) {}

    /**
     * One step of a timeline.
     *
     * @param at begin of the step
     * @param seconds its length; rates are counts divided by it
     * @param ops operations in frames that ended in this step
     * @param transactionsPerSecond see {@link Totals}
     */
    public record TimelinePoint(
            Instant at,
            double seconds,
            long ops,
            long errors,
            long misses,
            double opsPerSecond,
            double transactionsPerSecond,
            long p50Nanos,
            long p90Nanos,
            long p99Nanos,
            long maxNanos) {}

    /** Operations of one class on one store. Components as in {@link Series}; share of all operations, 0 to 1. */
    public record QueryType(
            String store,
            String opClass,
            long count,
            double share,
            long errors,
            long misses,
            double opsPerSecond,
            long p50Nanos,
            long p99Nanos,
            long maxNanos) {}

    /** One operation of one store, over all services, endpoints and patterns. Components as in {@link Series}. */
    public record StoreOp(
            String store,
            String op,
            String opClass,
            long count,
            long errors,
            long misses,
            long bytesIn,
            long bytesOut,
            double opsPerSecond,
            long p50Nanos,
            long p90Nanos,
            long p99Nanos,
            long p999Nanos,
            long p9999Nanos,
            long maxNanos) {}

    /** One application over all its instances; instances counts those active in the window. */
    public record Service(
            String service,
            int instances,
            long count,
            long errors,
            long misses,
            double opsPerSecond,
            long p50Nanos,
            long p99Nanos,
            long maxNanos) {}

    /**
     * A process that sends frames.
     *
     * @param agentId drawn by the agent at its start
     * @param jvm vendor and version
     * @param lastSequence highest frame number seen
     * @param frames frames merged since the collector's start
     * @param ops operations in them that application code called
     * @param lastFrameAt end of its newest frame
     * @param gauges its newest gauges, by name with the unit last
     */
    public record Agent(
            String agentId,
            String service,
            String instance,
            String host,
            long pid,
            String jvm,
            long lastSequence,
            long frames,
            long ops,
            Instant lastFrameAt,
            Map<String, Double> gauges) {}

    static String lower(OpClass opClass) {
        return opClass.name().toLowerCase(Locale.ROOT);
    }
}
