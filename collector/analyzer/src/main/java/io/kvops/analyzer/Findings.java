package io.kvops.analyzer;

import io.kvops.history.OpsPoint;
import io.kvops.op.OpClass;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The rules that turn a report's numbers into findings. Each speaks only where its evidence is in the report, at most
 * {@link #MAX_PER_RULE} times, worst first. Pure.
 */
final class Findings {
    static final int MAX_PER_RULE = 5;

    private static final String INFO = "info";
    private static final String WARNING = "warning";
    private static final String CRITICAL = "critical";

    /** Walk over all keys of a store in one command, which blocks a single-threaded server meanwhile. */
    private static final Set<String> BLOCKING_WALKS = Set.of("KEYS");

    /** Return or walk a whole value, however many members it has. */
    private static final Set<String> WHOLE_VALUES = Set.of(
            "HGETALL", "HKEYS", "HVALS", "SMEMBERS", "LRANGE", "ZRANGE", "SORT", "SINTER", "SUNION", "SDIFF", "XRANGE");

    /** Single reads of stores over a network, and what would do many of them in one round trip. */
    private static final Map<String, String> BATCHES = Map.of(
            "GET",
            "MGET",
            "HGET",
            "HMGET",
            "SISMEMBER",
            "SMISMEMBER",
            "ZSCORE",
            "ZMSCORE",
            "EXISTS",
            "EXISTS k1 k2 ...");

    /** Stores in the application's own process, where a call costs no round trip. */
    private static final Set<String> EMBEDDED = Set.of("rocksdb", "lmdb", "mapdb", "mvstore", "leveldb", "xodus");

    private final Report report;
    private final ReportBuilder.Views views;
    private final FindingThresholds t;
    private final List<Report.Finding> found = new ArrayList<>();

    private Findings(Report report, ReportBuilder.Views views, FindingThresholds thresholds) {
        this.report = report;
        this.views = views;
        this.t = thresholds;
    }

    /**
     * What deserves attention in a report, critical first.
     *
     * @param views what the report's tables were made of, as the report may not list every series
     */
    static List<Report.Finding> of(Report report, ReportBuilder.Views views, FindingThresholds thresholds) {
        Findings f = new Findings(report, views, thresholds);
        f.hotKeys();
        f.misses();
        f.errors();
        f.tails();
        f.walks();
        f.chatty();
        f.bigValues();
        f.patternGrowth();
        f.dropped();
        f.found.sort(Comparator.comparingInt(
                finding -> List.of(CRITICAL, WARNING, INFO).indexOf(finding.severity())));
        return f.found;
    }

    private void add(String severity, String title, String evidence, String advice) {
        found.add(new Report.Finding(severity, title, evidence, advice));
    }

    private void hotKeys() {
        record Place(String store, String endpoint) {}
        Map<Place, Long> ops = new HashMap<>();
        views.byEndpoint()
                .forEach(p ->
                        ops.merge(new Place(p.series().store(), p.series().endpoint()), p.count(), OpsPoint::plus));
        report.hotKeys().stream()
                .filter(k -> ops.getOrDefault(new Place(k.store(), k.endpoint()), 0L) >= t.minOps())
                .filter(k -> k.share() >= t.hotKeyShare())
                .limit(MAX_PER_RULE)
                .forEach(k -> add(
                        k.share() >= 5 * t.hotKeyShare() ? CRITICAL : WARNING,
                        "Hot key " + k.key() + " takes " + percent(k.share()) + " of " + k.store() + " " + k.endpoint(),
                        count(k.count() - k.errorBound()) + " to " + count(k.count()) + " of "
                                + count(ops.getOrDefault(new Place(k.store(), k.endpoint()), 0L)) + " operations; "
                                + count(k.reads()) + " reads, " + count(k.writes()) + " writes; used by "
                                + String.join(", ", k.services()),
                        k.reads() >= k.writes()
                                ? "Keep it in the application for a short time (client-side cache), or read copies of it"
                                        + " under several names, so that one shard does not carry it alone."
                                : "Split it into parts by a suffix and add them up when reading, or collect its changes in"
                                        + " the application and write them now and then."));
    }

    private void misses() {
        record Reads(String store, String pattern) {}
        Map<Reads, long[]> reads = new HashMap<>();
        for (OpsPoint p : views.byPattern()) {
            if (p.series().opClass() == OpClass.READ) {
                Reads place = new Reads(p.series().store(), p.series().pattern());
                long[] n = reads.computeIfAbsent(place, k -> new long[2]);
                n[0] += p.count();
                n[1] += p.misses();
            }
        }
        reads.entrySet().stream()
                .filter(e ->
                        e.getValue()[0] >= t.minOps() && (double) e.getValue()[1] / e.getValue()[0] >= t.missRate())
                .sorted(Comparator.comparingLong((Map.Entry<Reads, long[]> e) -> -e.getValue()[1])
                        .thenComparing(e -> e.getKey().toString()))
                .limit(MAX_PER_RULE)
                .forEach(e -> add(
                        WARNING,
                        "Reads of " + shown(e.getKey().pattern) + " in " + e.getKey().store + " mostly find nothing",
                        count(e.getValue()[1]) + " of " + count(e.getValue()[0]) + " reads missed ("
                                + percent((double) e.getValue()[1] / e.getValue()[0]) + ")",
                        "If this is a cache: look at its time to live, its size and its warm-up, and remember absence too."
                                + " If not: ask whether these reads are needed."));
    }

    private void errors() {
        report.stores().stream()
                .filter(s -> s.count() >= Math.min(t.minOps(), 100) && s.errors() > 0)
                .filter(s -> rate(s.errors(), s.count()) >= t.errorRate())
                .sorted(Comparator.comparingLong(Report.StoreOp::errors).reversed())
                .limit(MAX_PER_RULE)
                .forEach(s -> add(
                        rate(s.errors(), s.count()) >= Math.min(1, 5 * t.errorRate()) ? CRITICAL : WARNING,
                        s.store() + " " + s.op() + " fails in " + percent(rate(s.errors(), s.count()))
                                + " of its calls",
                        count(s.errors()) + " of " + count(s.count()) + " failed: " + kinds(s),
                        "Look at the store's log and at the slow operations of the same time; a retry needs a limit and a"
                                + " pause, or it adds to the load that caused this."));
    }

    private String kinds(Report.StoreOp op) {
        Map<String, Long> kinds = new HashMap<>();
        for (OpsPoint p : views.byOp()) {
            if (p.series().store().equals(op.store())
                    && p.series().op().equals(op.op())
                    && Report.lower(p.series().opClass()).equals(op.opClass())) {
                p.errorsByClass().forEach((name, n) -> kinds.merge(name, n, OpsPoint::plus));
                kinds.merge("timeout", p.timeouts(), OpsPoint::plus);
                kinds.merge("cancelled", p.cancelled(), OpsPoint::plus);
            }
        }
        return String.join(
                ", ",
                kinds.entrySet().stream()
                        .filter(e -> e.getValue() > 0)
                        .sorted(Map.Entry.<String, Long>comparingByValue()
                                .reversed()
                                .thenComparing(Map.Entry.comparingByKey()))
                        .limit(MAX_PER_RULE)
                        .map(e -> count(e.getValue()) + " " + e.getKey())
                        .toList());
    }

    private void tails() {
        report.stores().stream()
                .filter(s -> s.count() >= t.minOps() && !s.opClass().equals("blocking") && s.p50Nanos() > 0)
                .filter(s -> s.p99Nanos() >= t.tailP99().toNanos() && s.p99Nanos() >= t.tailRatio() * s.p50Nanos())
                .sorted(Comparator.comparingLong(Report.StoreOp::p99Nanos).reversed())
                .limit(MAX_PER_RULE)
                .forEach(
                        s -> add(
                                s.p99Nanos() >= 10 * t.tailP99().toNanos() ? WARNING : INFO,
                                "The slowest hundredth of " + s.store() + " " + s.op() + " takes "
                                        + s.p99Nanos() / s.p50Nanos() + " times the median",
                                "p50 " + time(s.p50Nanos()) + ", p99 " + time(s.p99Nanos()) + ", p99.9 "
                                        + time(s.p999Nanos()) + ", max " + time(s.maxNanos()) + " over "
                                        + count(s.count()) + " calls",
                                "Compare the times of the slow operations: if they come in bursts, look for garbage collections,"
                                        + " long commands, snapshots or compactions at those moments; if they share a key, look at it."));
    }

    private void walks() {
        report.stores().stream()
                .filter(s -> BLOCKING_WALKS.contains(s.op()) && s.count() > 0)
                .limit(MAX_PER_RULE)
                .forEach(s -> add(
                        s.maxNanos() >= 10 * t.slowScan().toNanos() ? CRITICAL : WARNING,
                        s.store() + " " + s.op() + " is used",
                        count(s.count()) + " calls, p99 " + time(s.p99Nanos()) + ", max " + time(s.maxNanos()),
                        "It walks over all keys while everyone else waits. Use SCAN with a COUNT, or keep a set of the keys"
                                + " that you look for."));
        report.stores().stream()
                .filter(s -> !BLOCKING_WALKS.contains(s.op())
                        && (WHOLE_VALUES.contains(s.op()) || s.opClass().equals("scan")))
                .filter(s -> s.p99Nanos() >= t.slowScan().toNanos())
                .sorted(Comparator.comparingLong(Report.StoreOp::p99Nanos).reversed())
                .limit(MAX_PER_RULE)
                .forEach(
                        s -> add(
                                WARNING,
                                "Slow walks over many elements: " + s.store() + " " + s.op(),
                                count(s.count()) + " calls, p50 " + time(s.p50Nanos()) + ", p99 " + time(s.p99Nanos())
                                        + ", max "
                                        + time(s.maxNanos()) + ", mean reply "
                                        + count(s.bytesIn() / Math.max(1, s.count()))
                                        + " bytes",
                                "Ask for the fields or the range that are needed, walk in smaller steps, or split the collection."));
    }

    private void chatty() {
        record Reader(String service, String store, String op, String pattern) {}
        record Place(String service, String store) {}
        Map<Reader, double[]> readers = new HashMap<>();
        Map<Place, Double> busy = new HashMap<>();
        for (Report.Series s : report.series()) {
            double nanos = (double) s.meanNanos() * s.count();
            if (!s.opClass().equals("blocking")) {
                busy.merge(new Place(s.service(), s.store()), nanos, Double::sum);
            }
            if (BATCHES.containsKey(s.op())
                    && !EMBEDDED.contains(s.store())
                    && !s.endpoint().isEmpty()
                    && !s.pattern().isEmpty()) {
                double[] n = readers.computeIfAbsent(
                        new Reader(s.service(), s.store(), s.op(), s.pattern()), k -> new double[3]);
                n[0] += s.count();
                n[1] += s.opsPerSecond();
                n[2] += nanos;
            }
        }
        readers.entrySet().stream()
                .filter(e -> e.getValue()[0] >= t.minOps() && e.getValue()[1] >= t.chattyOpsPerSecond())
                .filter(e -> timeShare(e.getValue()[2], busy.get(new Place(e.getKey().service, e.getKey().store)))
                        >= t.chattyTimeShare())
                .sorted(Comparator.comparingDouble((Map.Entry<Reader, double[]> e) -> -e.getValue()[1])
                        .thenComparing(e -> e.getKey().toString()))
                .limit(MAX_PER_RULE)
                .forEach(e -> add(
                        INFO,
                        e.getKey().service + " reads " + e.getKey().pattern + " one by one",
                        count((long) e.getValue()[0]) + " single " + e.getKey().op + " on " + e.getKey().store + ", "
                                + count(Math.round(e.getValue()[1])) + " a second, mean "
                                + time((long) (e.getValue()[2] / e.getValue()[0])) + ", "
                                + percent(timeShare(
                                        e.getValue()[2], busy.get(new Place(e.getKey().service, e.getKey().store))))
                                + " of its time in this store",
                        "Where one request makes several of them, " + BATCHES.get(e.getKey().op)
                                + " or a pipeline needs one round trip instead."));
    }

    private void bigValues() {
        report.stores().stream()
                .filter(s -> s.count() >= 10 && meanBytes(s) >= t.bigValueBytes())
                .sorted(Comparator.comparingLong(Findings::meanBytes).reversed())
                .limit(MAX_PER_RULE)
                .forEach(s -> add(
                        meanBytes(s) >= 10 * t.bigValueBytes() ? CRITICAL : WARNING,
                        s.store() + " " + s.op() + " moves big values",
                        "mean " + count(meanBytes(s)) + " bytes over " + count(s.count()) + " calls, "
                                + count(s.bytesIn()) + " bytes in, " + count(s.bytesOut()) + " out; p99 "
                                + time(s.p99Nanos()),
                        "Split the value, compress it, or keep it elsewhere and store where it is: every other request on"
                                + " the connection waits behind it."));
    }

    private void patternGrowth() {
        Map<String, long[]> stores = new HashMap<>();
        for (Report.Pattern p : report.patterns()) {
            long[] n = stores.computeIfAbsent(p.store(), s -> new long[3]);
            n[0]++;
            n[1] += p.count();
            n[2] += p.pattern().equals(SeriesRegistry.OTHER) ? p.count() : 0;
        }
        stores.entrySet().stream()
                .filter(e -> e.getValue()[0] >= t.maxPatterns()
                        || (e.getValue()[1] >= t.minOps() && e.getValue()[2] * 10 >= e.getValue()[1]))
                .sorted(Map.Entry.comparingByKey())
                .limit(MAX_PER_RULE)
                .forEach(e -> add(
                        WARNING,
                        "The key patterns of " + e.getKey() + " grow without bound",
                        count(e.getValue()[0]) + " patterns; " + count(e.getValue()[2]) + " of "
                                + count(e.getValue()[1]) + " operations had to count as 'other'",
                        "Put what varies in keys between delimiters (user:42:cart), in a recognisable form: a number, a"
                                + " UUID, a date."));
    }

    private void dropped() {
        Set<String> reasons = new HashSet<>();
        long lost = 0;
        for (Map.Entry<String, Long> d : report.dropped().entrySet()) {
            if (d.getKey().startsWith("agent.") && d.getValue() > 0) {
                reasons.add(count(d.getValue()) + " " + d.getKey().substring("agent.".length()));
                lost = OpsPoint.plus(lost, d.getValue());
            }
        }
        if (lost > 0) {
            add(
                    WARNING,
                    "Agents did not keep everything",
                    String.join(", ", reasons.stream().sorted().toList()),
                    "Give the agents more room (memory=, spool.max=, slow.max=), or look why the collector was away.");
        }
        long folded = report.dropped().getOrDefault("foldedOps", 0L);
        if (folded > 0) {
            add(
                    WARNING,
                    "More series than the collector tells apart",
                    count(folded)
                            + " operations count under the pattern 'other' or one series per store (since its start)",
                    "Raise the bound on series, or look which service makes so many patterns or instances.");
        }
    }

    private static long meanBytes(Report.StoreOp s) {
        return s.count() == 0 ? 0 : Math.max(s.bytesIn(), s.bytesOut()) / s.count();
    }

    private static double rate(long part, long whole) {
        return whole == 0 ? 0 : (double) part / whole;
    }

    private static double timeShare(double part, @Nullable Double whole) {
        return whole == null || whole <= 0 ? 0 : part / whole;
    }

    private static String shown(String pattern) {
        return pattern.isEmpty() ? "(no key)" : pattern;
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", share * 100);
    }

    private static String count(long n) {
        return String.format(Locale.ROOT, "%,d", n).replace(',', ' ');
    }

    private static String time(long nanos) {
        if (nanos < 1_000_000) {
            return String.format(Locale.ROOT, "%.1f µs", nanos / 1e3);
        }
        return nanos < 1_000_000_000
                ? String.format(Locale.ROOT, "%.2f ms", nanos / 1e6)
                : String.format(Locale.ROOT, "%.2f s", nanos / 1e9);
    }
}
