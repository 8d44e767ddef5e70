package io.kvops.analyzer;

import io.kvops.history.Histories;
import io.kvops.history.History;
import io.kvops.history.HistoryException;
import io.kvops.history.OpsAnswer;
import io.kvops.wire.Frame;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Merges what agents counted, and what code of this process times by itself, writes it to a history, and says what
 * happened: rates, percentiles, hot keys, patterns, slow operations, findings, comparisons.
 *
 * <pre>{@code
 * try (PerformanceAnalyzer analyzer = PerformanceAnalyzer.open(AnalyzerConfig.DEFAULTS, Clock.systemUTC())) {
 *     try (TimedOp op = analyzer.start(OpType.GET, "user:1")) {
 *         if (store.get("user:1") == null) op.miss();
 *     }
 *     System.out.println(analyzer.stats().qps());
 * }
 * }</pre>
 *
 * <p>Frames are added up in memory, and written once a second by the thread {@code kvops-analyzer}, together with the
 * position of the journal that they reach; a question is answered after what is pending was written. A frame counts as a
 * whole in the bucket of its end; buckets merge by addition, so a report over any window equals the sum of the frames in
 * it, to the last operation. Memory is bounded, see {@link AnalyzerConfig}; what does not fit is counted in {@link
 * Report#dropped()}. When the history can't be written, frames wait: first here, then in the journal.
 *
 * <p>Any thread may call anything. Questions throw {@link AnalyzerException} if the history fails.
 */
public final class PerformanceAnalyzer implements AutoCloseable {
    private static final long SETTLE_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long CLOSE_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final Duration LEARN_EVERY = Duration.ofMinutes(10);
    private static final Duration DAY = Duration.ofDays(1);

    private final Clock clock;
    private final History history;
    private final boolean ownsHistory;
    private final LocalOps localOps;
    private final ReentrantLock lock = new ReentrantLock();
    private final Committer committer;
    private final HistoryReader reader;
    private final Reports reports;
    private final Breakdowns breakdowns;

    /** Rates by second are whole from here on. */
    private final long ratesSinceMillis;

    private volatile AnalyzerConfig config;
    private volatile SlowThresholds thresholds;
    private volatile @Nullable Instant learnedAt;

    // guarded by lock
    private final FrameMerger merger;
    private long localOpsDropped;
    private boolean closed;

    private PerformanceAnalyzer(
            AnalyzerConfig config, History history, boolean ownsHistory, Clock clock, LongSupplier nanoTicker) {
        this.config = config;
        this.clock = clock;
        this.history = history;
        this.ownsHistory = ownsHistory;
        thresholds = SlowThresholds.of(config);
        long now = clock.millis();
        ratesSinceMillis = history.position() < 0 ? Long.MIN_VALUE : now;
        merger = new FrameMerger(config, now);
        committer = new Committer(history, clock, lock, config.maxBytes(), new Hooks());
        reader = new HistoryReader(history, clock);
        reports = new Reports(reader);
        breakdowns = new Breakdowns(reader);
        localOps = new LocalOps(() -> this.config, () -> this.thresholds, clock, nanoTicker, this::acceptLocal);
    }

    /**
     * An analyzer that begins with nothing and forgets everything when it is closed.
     *
     * @param clock says what time it is; frames carry their own
     * @throws AnalyzerException if the history in memory can't be made
     */
    public static PerformanceAnalyzer open(AnalyzerConfig config, Clock clock) {
        return open(config, clock, System::nanoTime);
    }

    /** As {@link #open(AnalyzerConfig, Clock)}, with what times operations, in ns. */
    static PerformanceAnalyzer open(AnalyzerConfig config, Clock clock, LongSupplier nanoTicker) {
        History inMemory = HistoryReader.ask(() -> Histories.inMemory(clock));
        return started(new PerformanceAnalyzer(config, inMemory, true, clock, nanoTicker));
    }

    /**
     * An analyzer over what a history holds, and goes on to hold.
     *
     * @param history written by this analyzer alone; to be closed by the caller after it
     */
    public static PerformanceAnalyzer open(AnalyzerConfig config, History history, Clock clock) {
        return started(new PerformanceAnalyzer(config, history, false, clock, System::nanoTime));
    }

    private static PerformanceAnalyzer started(PerformanceAnalyzer analyzer) {
        analyzer.committer.start();
        return analyzer;
    }

    /**
     * Changes the settings; what is counted already stays as it is.
     *
     * @throws IllegalArgumentException never: settings are checked where they are made
     */
    public void apply(AnalyzerConfig newConfig) {
        Objects.requireNonNull(newConfig, "config");
        lock.lock();
        try {
            config = newConfig;
            thresholds = SlowThresholds.of(newConfig);
            learnedAt = null;
            committer.setMaxBytes(newConfig.maxBytes());
            merger.apply(newConfig, thresholds);
        } finally {
            lock.unlock();
        }
        localOps.configured();
    }

    /** The settings in force. */
    public AnalyzerConfig config() {
        return config;
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
     * one of now ({@code clampedFrames}); one that is older than the history goes back is not kept ({@code expiredFrames}).
     * Waits while the history can't be written and memory is full.
     *
     * @throws IllegalStateException if it is closed
     */
    public void accept(Frame frame) {
        lock.lock();
        try {
            merge(frame);
        } finally {
            lock.unlock();
        }
    }

    /**
     * As {@link #accept(Frame)}, for a frame of a journal.
     *
     * @param position of the frame, more than that of the one before; see {@link #durable()}
     */
    public void accept(Frame frame, long position) {
        lock.lock();
        try {
            merge(frame);
            committer.reached(position);
        } finally {
            lock.unlock();
        }
    }

    private void merge(Frame frame) {
        PendingBatch batch = committer.room(true);
        if (batch == null) {
            throw new IllegalStateException("analyzer: closed, it takes no more frames");
        }
        merger.merge(frame, null, batch, clock.millis(), history.bucketMillis());
    }

    /** Never waits: who times an operation must not stand still because a disk is full. */
    private void acceptLocal(Frame frame, HotKeyTable hotKeys) {
        lock.lock();
        try {
            PendingBatch batch = committer.room(false);
            if (batch == null) {
                frame.series().forEach(delta -> localOpsDropped += delta.count());
            } else {
                merger.merge(frame, hotKeys, batch, clock.millis(), history.bucketMillis());
            }
        } finally {
            lock.unlock();
        }
    }

    /** Position of the last frame that the history had when this analyzer was opened, or has by now; -1 if none. */
    public long resumeAfter() {
        return committer.durable();
    }

    /** Position of the last frame that the history has for good: what is before need not be kept elsewhere. */
    public long durable() {
        return committer.durable();
    }

    /** Whether all frames up to a position are in every answer from now on, whatever happens. */
    public boolean caughtUp(long position) {
        return committer.durable() >= position;
    }

    /** Position of the last frame that was taken. */
    public long accepted() {
        return committer.accepted();
    }

    /** What keeps it from writing to the history, or failed just now, in one line; null if nothing did. */
    public @Nullable String problem() {
        return committer.problem();
    }

    /**
     * What happened from one moment to another.
     *
     * @param from inclusive
     * @param to exclusive; now or later means all that was merged so far
     * @throws IllegalArgumentException if to is before from
     */
    public Report report(Instant from, Instant to) {
        return settled(() -> {
            Reports.Known known;
            lock.lock();
            try {
                known = new Reports.Known(config, rates(), merger.agents().forReport(), ownDropped());
            } finally {
                lock.unlock();
            }
            return reports.report(from, to, known);
        });
    }

    /** What happens now. Takes a millisecond or so: once a second is fine, once a request is not. */
    public LiveSnapshot live() {
        localOps.flush();
        lock.lock();
        try {
            Map<String, Long> dropped = ownDropped();
            merger.agentDropped().forEach((reason, n) -> dropped.put("agent." + reason, n));
            return merger.live().snapshot(clock.millis(), committer.filling(), dropped);
        } finally {
            lock.unlock();
        }
    }

    /** The figures of the last day. */
    public PerformanceStats stats() {
        return stats(DAY);
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
        return settled(() -> {
            Instant now = clock.instant();
            return reports.stats(now.minus(last), now);
        });
    }

    /**
     * The operations of the last day that took longest for their kind, most severe first.
     *
     * @param limit 0 or more
     */
    public List<Report.SlowOp> slowQueries(int limit) {
        Instant now = clock.instant();
        return slowQueries(now.minus(DAY), now, Map.of(), limit);
    }

    /**
     * The operations of a window that took longest for their kind, most severe first.
     *
     * @param where exact values that they must have; empty: all; not by outcome
     * @param limit 0 or more
     */
    public List<Report.SlowOp> slowQueries(Instant from, Instant to, Map<GroupBy, String> where, int limit) {
        if (limit < 0) {
            throw new IllegalArgumentException("limit: " + limit + " (expected >= 0)");
        }
        Breakdowns.refuseOutcome(where.keySet());
        return settled(() -> reports.slowQueries(from, to, where, limit));
    }

    /**
     * What some operations of a window did, by anything: who pays for a store's time is {@code by} PATTERN {@code where}
     * STORE is redis.
     *
     * @param by none: all in one group
     * @param where exact values; empty: all operations that applications called
     * @param limit groups in the answer, most used first; 1 or more
     * @throws AnalyzerException of kind LIMIT if there are too many groups to add up
     */
    public Breakdown breakdown(Instant from, Instant to, List<GroupBy> by, Map<GroupBy, String> where, int limit) {
        return breakdown(from, to, by, where, Breakdown.Order.COUNT, limit);
    }

    /** As {@link #breakdown(Instant, Instant, List, Map, int)}, in another order. */
    public Breakdown breakdown(
            Instant from, Instant to, List<GroupBy> by, Map<GroupBy, String> where, Breakdown.Order order, int limit) {
        return settled(() -> breakdowns.breakdown(from, to, by, where, order, limit));
    }

    /**
     * As {@link #breakdown(Instant, Instant, List, Map, int)}, of what is in the history by now: for those who look again and
     * again. Operations of the last seconds, in a large fleet of the last minute, may be missing.
     */
    public Breakdown writtenBreakdown(
            Instant from, Instant to, List<GroupBy> by, Map<GroupBy, String> where, int limit) {
        return unchanged(() -> breakdowns.breakdown(from, to, by, where, Breakdown.Order.COUNT, limit));
    }

    /**
     * The course of the most used groups.
     *
     * @param by not by outcome: each point tells errors and misses
     * @param limit groups, 1 to {@link Timeline#MAX_LINES}
     */
    public Timeline timeline(Instant from, Instant to, List<GroupBy> by, Map<GroupBy, String> where, int limit) {
        return settled(() -> breakdowns.timeline(from, to, by, where, limit));
    }

    /**
     * What changed from one window to another, and whether that may be chance.
     *
     * @param by not by outcome: each group tells errors and misses
     * @param limit groups, the most used of both windows; 1 or more
     */
    public Comparison compare(Window before, Window after, List<GroupBy> by, Map<GroupBy, String> where, int limit) {
        return settled(() -> new Comparisons(reader, config.significance()).compare(before, after, by, where, limit));
    }

    /**
     * Where the slow operations of a window came from: their stacks, folded.
     *
     * @param where exact values; not by outcome
     */
    public FlameGraph flameGraph(Instant from, Instant to, Map<GroupBy, String> where) {
        Breakdowns.refuseOutcome(where.keySet());
        return settled(() -> FlameGraph.of(reader.slowOps(reader.range(from, to), where, FlameGraph.MAX_STACKS)));
    }

    /** Answers a question after what was taken before it is in the history, and while nothing is added. */
    private <T> T settled(Supplier<T> question) {
        localOps.flush();
        committer.settle(SETTLE_NANOS);
        return unchanged(question);
    }

    private <T> T unchanged(Supplier<T> question) {
        Lock noCommit = committer.readLock();
        noCommit.lock();
        try {
            return question.get();
        } finally {
            noCommit.unlock();
        }
    }

    private Timelines.Rates rates() {
        return new Timelines.Rates(merger.live().rates().copy(), ratesSinceMillis, clock.millis());
    }

    private Map<String, Long> ownDropped() {
        Map<String, Long> dropped = merger.dropped();
        dropped.put("localOps", localOpsDropped);
        dropped.put("framesNotYetInHistory", committer.pendingFrames());
        return dropped;
    }

    /** Thresholds change slowly: looked at again now and then, in the thread that writes. */
    private void learn() {
        AnalyzerConfig current = config;
        Instant now = clock.instant();
        Instant last = learnedAt;
        if (!current.learnThresholds() || (last != null && now.isBefore(last.plus(LEARN_EVERY)))) {
            return;
        }
        learnedAt = now;
        OpsAnswer answer;
        try {
            answer = reader.ops(
                    reader.range(now.minus(DAY), now),
                    Set.of(GroupBy.STORE, GroupBy.OP, GroupBy.PATTERN),
                    Map.of(),
                    0,
                    HistoryReader.MAX_GROUPS);
        } catch (AnalyzerException e) {
            return; // they stay as they are until the next look
        }
        SlowThresholds learned = SlowThresholds.learn(current, answer.points());
        lock.lock();
        try {
            if (config.equals(current)) {
                thresholds = learned;
                merger.apply(current, learned);
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Writes what is pending to the history, for ten seconds at most, and takes no more. May be called again.
     *
     * @throws AnalyzerException if not all could be written: what came from a journal is still there, what was timed here or
     *     given by hand is lost
     */
    @Override
    public void close() {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
        } finally {
            lock.unlock();
        }
        localOps.flush();
        boolean written = committer.close(CLOSE_NANOS);
        String problem = committer.problem();
        try {
            if (ownsHistory) {
                history.close();
            }
        } catch (HistoryException e) {
            throw new AnalyzerException(AnalyzerException.Kind.HISTORY, String.valueOf(e.getMessage()), e);
        }
        if (!written) {
            throw new AnalyzerException(
                    AnalyzerException.Kind.HISTORY,
                    "analyzer: closed with frames that are not in the history (" + problem
                            + "); the journal has them, and they are read again at the next start");
        }
    }

    private final class Hooks implements Committer.Hooks {
        @Override
        public void beforeSeal() {
            localOps.flush();
        }

        @Override
        public void sealed(PendingBatch batch) {
            merger.sealed(batch);
        }

        @Override
        public void betweenBatches() {
            learn();
        }
    }
}
