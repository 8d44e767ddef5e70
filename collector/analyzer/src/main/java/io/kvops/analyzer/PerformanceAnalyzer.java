package io.kvops.analyzer;

import io.kvops.wire.Frame;
import io.kvops.wire.SeriesDelta;
import io.kvops.wire.SlowOp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Merges what agents counted, and what code of this process times by itself, and says what happened: rates, percentiles,
 * hot keys, patterns, slow operations, findings.
 *
 * <pre>{@code
 * PerformanceAnalyzer analyzer = PerformanceAnalyzer.open(AnalyzerConfig.DEFAULTS, Clock.systemUTC());
 * try (TimedOp op = analyzer.start(OpType.GET, "user:1")) {
 *     if (store.get("user:1") == null) op.miss();
 * }
 * System.out.println(analyzer.stats().qps());
 * }</pre>
 *
 * <p>All is held in memory, for a day, in cells of 1 s (10 min), 10 s (6 h) and 1 min (24 h). A frame counts as a whole in
 * the cell of its end; cells merge by addition, so a report over any window equals the sum of the frames in it, to the
 * last operation. Memory is bounded, see {@link AnalyzerConfig}; what does not fit is counted in {@link Report#dropped()}.
 *
 * <p>Any thread may call anything. Frames are merged under one lock, for some microseconds each; questions hold it only
 * while they copy references. There is no thread, file or socket here, so there is nothing to close.
 */
public final class PerformanceAnalyzer {
    /** A clock that shows an earlier time was never set; 2020-01-01T00:00:00Z. */
    private static final long EARLIEST_MILLIS = 1_577_836_800_000L;

    /** An interval longer than this is one with a wrong begin. */
    private static final long LONGEST_FRAME_MILLIS = 30L * 24 * 3_600_000;

    private final AnalyzerConfig config;
    private final Clock clock;
    private final LocalOps localOps;
    private final Object lock = new Object();

    // guarded by lock
    private final SeriesRegistry registry;
    private final CellStore cells;
    private final SlowOpLog slowOps;
    private final AgentTable agents;
    private final LiveTotals totals = new LiveTotals();
    private final LiveRates rates = new LiveRates();
    private final LiveView liveView;
    private final Map<String, Long> agentDropped = new TreeMap<>();
    private long clampedFrames;
    private long foldedOps;
    private long internalSlowOps;

    private PerformanceAnalyzer(AnalyzerConfig config, Clock clock, LongSupplier nanoTicker) {
        this.config = config;
        this.clock = clock;
        registry = new SeriesRegistry(config.maxSeries());
        cells = new CellStore(registry, config.hotKeysPerCell(), config.maxBytes());
        slowOps = new SlowOpLog(config.maxSlowQueries());
        agents = new AgentTable(config.maxAgents());
        liveView = new LiveView(clock.instant(), cells, rates, totals, slowOps, agents);
        localOps = new LocalOps(config, clock, nanoTicker, (frame, hotKeys) -> {
            synchronized (lock) {
                merge(frame, hotKeys);
            }
        });
    }

    /**
     * An analyzer that knows nothing yet.
     *
     * @param clock says what time it is; frames carry their own
     */
    public static PerformanceAnalyzer open(AnalyzerConfig config, Clock clock) {
        return open(config, clock, System::nanoTime);
    }

    /** As {@link #open(AnalyzerConfig, Clock)}, with what times operations, in ns. */
    static PerformanceAnalyzer open(AnalyzerConfig config, Clock clock, LongSupplier nanoTicker) {
        return new PerformanceAnalyzer(config, clock, nanoTicker);
    }

    /**
     * Begins to time an operation of the calling code; {@link TimedOp#close} counts it. It appears under the service of the
     * configuration and the store {@code custom}.
     *
     * @param key the key, or null if there is none
     */
    public TimedOp start(OpType type, @Nullable String key) {
        return start("custom", type, key);
    }

    /** As {@link #start(OpType, String)}, with the kind of store. */
    public TimedOp start(String store, OpType type, @Nullable String key) {
        return localOps.start(store, type, key);
    }

    /**
     * Merges one frame; each is to be given once. A frame from the future, or from a clock that was never set, counts as
     * one of now ({@code clampedFrames}); one that is over a day old is not kept ({@code expiredFrames}).
     */
    public void accept(Frame frame) {
        synchronized (lock) {
            merge(frame, null);
        }
    }

    /**
     * What happened from one moment to another.
     *
     * @param from inclusive
     * @param to exclusive; now or later means all that was merged so far
     * @throws IllegalArgumentException if to is before from
     */
    public Report report(Instant from, Instant to) {
        localOps.flush();
        WindowData data;
        List<Report.SlowOp> slow;
        List<Report.Agent> who;
        Map<String, Long> dropped;
        synchronized (lock) {
            data = window(from, to);
            slow = slowOps.slowest(data.fromMillis(), data.toMillis(), config.maxSlowQueries());
            who = agents.forReport();
            dropped = ownDropped();
        }
        data.agentDropped().forEach((reason, n) -> dropped.put("agent." + reason, n));
        ReportBuilder b = new ReportBuilder(data);
        Report report = new Report(
                b.window(),
                b.totals(),
                b.series(),
                b.hotKeys(config.maxHotKeys()),
                b.patterns(),
                slow,
                List.of(),
                b.internal(),
                dropped,
                b.timeline(),
                b.queryTypes(),
                b.stores(),
                b.services(),
                who);
        return report.withFindings(Findings.of(report, config.findings()));
    }

    /** What happens now. Takes a millisecond or so: once a second is fine, once a request is not. */
    public LiveSnapshot live() {
        localOps.flush();
        LiveView.Taken taken;
        synchronized (lock) {
            long now = clock.millis();
            cells.advance(now);
            Map<String, Long> dropped = ownDropped();
            agentDropped.forEach((reason, n) -> dropped.put("agent." + reason, n));
            taken = liveView.take(now, dropped);
        }
        return taken.toSnapshot();
    }

    /** The figures of all that is held: the last day at most. */
    public PerformanceStats stats() {
        return stats(Duration.ofDays(2));
    }

    /**
     * The figures of the last so many seconds, minutes or hours.
     *
     * @param last more than 0
     */
    public PerformanceStats stats(Duration last) {
        if (last.isNegative() || last.isZero()) {
            throw new IllegalArgumentException("last: " + last + " (expected > 0)");
        }
        localOps.flush();
        WindowData data;
        synchronized (lock) {
            Instant now = clock.instant();
            data = window(now.minus(last), now);
        }
        ReportBuilder b = new ReportBuilder(data);
        return new PerformanceStats(b.window(), b.totals(), b.queryTypes(), b.stores());
    }

    /**
     * The slowest operations of the last day that passed the threshold, slowest first.
     *
     * @param limit 0 or more
     */
    public List<Report.SlowOp> slowQueries(int limit) {
        if (limit < 0) {
            throw new IllegalArgumentException("limit: " + limit + " (expected >= 0)");
        }
        localOps.flush();
        synchronized (lock) {
            return slowOps.slowest(Long.MIN_VALUE, Long.MAX_VALUE, limit);
        }
    }

    private void merge(Frame frame, @Nullable HotKeyTable localHotKeys) {
        long now = clock.millis();
        cells.advance(now);
        long end = frame.endMillis();
        if (end > now || end < EARLIEST_MILLIS) {
            end = now;
            clampedFrames++;
        }
        if (cells.expiredByClock(end, now)) {
            // the clock was set back by over a day: what is new must not be taken for old until it has caught up
            end = cells.newestNowMillis();
            clampedFrames++;
        }
        long shift = end - frame.endMillis();
        boolean saneStart = frame.startMillis() >= 0
                && frame.startMillis() <= frame.endMillis()
                && frame.endMillis() - frame.startMillis() <= LONGEST_FRAME_MILLIS;
        long start = saneStart ? frame.startMillis() + shift : end;
        Cell cell = cells.cellAt(end);
        long ops = applicationOps(frame);
        agents.saw(frame, end, ops, now);
        if (cell == null) {
            cells.expire(ops);
            return;
        }
        long bytesBefore = cell.approximateBytes();
        long forgottenBefore = cell.hotKeys.forgotten();
        cell.cover(start, end);
        long frameTransactions = addSeries(frame, cell);
        rates.add(start, end, ops, frameTransactions);
        if (localHotKeys != null) {
            cell.hotKeys.addAll(localHotKeys);
        }
        Set<String> service = Set.of(frame.source().service());
        frame.hotKeys().forEach(delta -> cell.hotKeys.add(delta, service));
        for (SlowOp op : frame.slowOps()) {
            if (op.series().internal()) {
                internalSlowOps++;
            } else {
                slowOps.add(frame.source(), op, Math.min(op.atMillis() + shift, now), now);
            }
        }
        frame.dropped().forEach((reason, n) -> {
            cell.drop(reason, n);
            boolean room = agentDropped.size() < Cell.MAX_DROP_REASONS || agentDropped.containsKey(reason);
            agentDropped.merge(room ? reason : SeriesRegistry.OTHER, Math.max(0, n), Long::sum);
        });
        cells.changed(cell, bytesBefore, forgottenBefore);
    }

    /** Returns how many of the operations count towards TPS. */
    private long addSeries(Frame frame, Cell cell) {
        long frameTransactions = 0;
        for (SeriesDelta delta : frame.series()) {
            SeriesId id = registry.resolve(frame.source(), delta.key());
            SeriesCount count = SeriesCount.of(id, delta);
            cell.add(count);
            if (!id.key.equals(delta.key())) {
                foldedOps += count.count;
            }
            if (!id.key.internal()) {
                totals.add(count);
                frameTransactions += count.transactional() ? count.count : 0;
            }
        }
        return frameTransactions;
    }

    private static long applicationOps(Frame frame) {
        long ops = 0;
        for (SeriesDelta delta : frame.series()) {
            ops += delta.key().internal() ? 0 : Math.max(0, delta.count());
        }
        return ops;
    }

    private WindowData window(Instant from, Instant to) {
        if (to.isBefore(from)) {
            throw new IllegalArgumentException("to: " + to + " (expected not before from: " + from + ")");
        }
        long now = clock.millis();
        cells.advance(now);
        long fromMillis = millis(from);
        long toMillis = millis(to);
        List<Cell> found = cells.between(fromMillis, toMillis >= now ? Long.MAX_VALUE : toMillis);
        return WindowData.of(Math.min(fromMillis, now), Math.min(toMillis, now), now, found, rates.copy());
    }

    private Map<String, Long> ownDropped() {
        Map<String, Long> dropped = new TreeMap<>();
        cells.countDropped(dropped);
        dropped.put("clampedFrames", clampedFrames);
        dropped.put("foldedOps", foldedOps);
        dropped.put("slowOps", slowOps.dropped());
        dropped.put("internalSlowOps", internalSlowOps);
        dropped.put("agentsForgotten", agents.forgotten());
        return dropped;
    }

    /** Never overflows: a moment beyond what a day-long memory can mean is moved to the nearer end. */
    private static long millis(Instant instant) {
        if (instant.isBefore(Instant.EPOCH)) {
            return 0;
        }
        return instant.getEpochSecond() > Long.MAX_VALUE / 4_000 ? Long.MAX_VALUE / 4 : instant.toEpochMilli();
    }
}
