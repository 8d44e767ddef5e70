package io.kvops.analyzer;

import io.kvops.history.GaugePoint;
import io.kvops.history.OpsPoint;
import io.kvops.history.SlowOpPoint;
import io.kvops.wire.Frame;
import io.kvops.wire.SeriesDelta;
import io.kvops.wire.SlowOp;
import io.kvops.wire.Source;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Adds frames to the batch that waits for the history, and to what the live view shows. Guarded by the analyzer's lock. */
final class FrameMerger {
    /** A clock that shows an earlier time was never set; 2020-01-01T00:00:00Z. */
    private static final long EARLIEST_MILLIS = 1_577_836_800_000L;

    /** An interval longer than this is one with a wrong begin. */
    private static final long LONGEST_FRAME_MILLIS = 30L * 24 * 3_600_000;

    private static final long GAUGES_MILLIS = 10_000;
    private static final long SWEEP_MILLIS = 60_000;

    /** A clock that falls back by more was set back; what the live view knows of later is forgotten then. */
    private static final long SET_BACK_MILLIS = 60_000;

    private final LiveTotals totals = new LiveTotals();
    private final SeriesRegistry registry;
    private final AgentTable agents;
    private final LiveView live;
    private final Map<String, Long> agentDropped = new TreeMap<>();
    private AnalyzerConfig config;
    private SlowThresholds thresholds;
    private long newestNowMillis = Long.MIN_VALUE;
    private long sweptMillis = Long.MIN_VALUE;
    private long clampedFrames;
    private long expiredFrames;
    private long expiredOps;
    private long foldedOps;
    private long slowOpsDropped;
    private long slowOpsBelowThreshold;
    private long internalSlowOps;
    private long gaugesDropped;
    private long hotKeysForgotten;

    FrameMerger(AnalyzerConfig config, long startedMillis) {
        this.config = config;
        thresholds = SlowThresholds.of(config);
        registry = new SeriesRegistry(config.maxSeries(), totals);
        agents = new AgentTable(config.maxAgents());
        live = new LiveView(startedMillis, totals, agents);
    }

    void apply(AnalyzerConfig newConfig, SlowThresholds newThresholds) {
        config = newConfig;
        thresholds = newThresholds;
        registry.setMax(newConfig.maxSeries());
        agents.setMax(newConfig.maxAgents());
    }

    LiveView live() {
        return live;
    }

    AgentTable agents() {
        return agents;
    }

    /**
     * Adds one frame.
     *
     * @param localHotKeys uses of keys that come as a table, as a bounded table knows more than increments say
     * @param bucketMillis width of the buckets
     */
    void merge(Frame frame, @Nullable HotKeyTable localHotKeys, PendingBatch batch, long nowMillis, long bucketMillis) {
        tick(nowMillis);
        long end = frame.endMillis();
        if (end > nowMillis || end < EARLIEST_MILLIS) {
            end = nowMillis;
            clampedFrames++;
        }
        long shift = end - frame.endMillis();
        boolean saneStart = frame.startMillis() >= 0
                && frame.startMillis() <= frame.endMillis()
                && frame.endMillis() - frame.startMillis() <= LONGEST_FRAME_MILLIS;
        long start = saneStart ? frame.startMillis() + shift : end;
        AgentTable.Entry agent = agents.saw(frame, end, applicationOps(frame), nowMillis);
        if (end < nowMillis - config.maxAge().toMillis()) {
            expiredFrames++;
            expiredOps = OpsPoint.plus(expiredOps, applicationOps(frame));
            batch.took(0);
            return;
        }
        Bucket bucket = batch.bucket(Math.floorDiv(end, bucketMillis) * bucketMillis, config.hotKeysPerCell());
        bucket.cover(start, end);
        batch.saw(end);
        long bytes = addSeries(frame, agent, bucket, start, end, nowMillis);
        int hotKeys = addHotKeys(frame, localHotKeys, bucket);
        for (SlowOp op : frame.slowOps()) {
            addSlowOp(frame.source(), op, Math.min(op.atMillis() + shift, nowMillis), batch);
        }
        addGauges(frame, agent, end, nowMillis, batch);
        frame.dropped().forEach((reason, n) -> {
            bucket.drop(reason, n);
            boolean room = agentDropped.size() < Bucket.MAX_DROP_REASONS || agentDropped.containsKey(reason);
            agentDropped.merge(room ? reason : SeriesRegistry.OTHER, Math.max(0, n), OpsPoint::plus);
        });
        batch.took(bytes, hotKeys);
    }

    private void tick(long nowMillis) {
        if (nowMillis < newestNowMillis - SET_BACK_MILLIS) {
            newestNowMillis = nowMillis;
            sweptMillis = nowMillis;
            live.reset();
        }
        newestNowMillis = Math.max(newestNowMillis, nowMillis);
        if (nowMillis - SWEEP_MILLIS > sweptMillis) {
            sweptMillis = nowMillis;
            if (registry.expire(nowMillis)) {
                agents.pruneSeries();
            }
        }
    }

    /** Returns by how much the bucket grew, roughly, in bytes. */
    private long addSeries(Frame frame, AgentTable.Entry agent, Bucket bucket, long start, long end, long nowMillis) {
        LiveSecond second = live.seconds().at(end);
        long bytes = 0;
        long ops = 0;
        long transactions = 0;
        agent.series.rewind();
        for (SeriesDelta delta : frame.series()) {
            TrackedSeries series = resolve(frame.source(), agent, delta);
            series.seenMillis = nowMillis;
            OpsSum sum = bucket.sum(series);
            bytes -= sum.isEmpty() ? 0 : sum.approximateBytes();
            sum.add(delta);
            bytes += sum.approximateBytes();
            long count = OpsSum.notNegative(delta.count());
            if (series.id.internal()) {
                continue;
            }
            long failures = OpsSum.failures(delta);
            long misses = OpsSum.notNegative(delta.misses());
            totals.add(series.op, count, failures, misses);
            series.place.add(end, count);
            if (second != null) {
                second.add(series, delta, count, failures, misses);
            }
            ops = OpsPoint.plus(ops, count);
            transactions = OpsPoint.plus(transactions, series.transactional ? count : 0);
        }
        if (second != null) {
            second.coveredFromMillis = Math.min(second.coveredFromMillis, start);
        }
        live.rates().add(start, end, ops, transactions);
        return bytes;
    }

    private TrackedSeries resolve(Source source, AgentTable.Entry agent, SeriesDelta delta) {
        TrackedSeries known = agent.series.find(delta.key());
        if (known != null) {
            return known;
        }
        TrackedSeries series = registry.resolve(source, delta.key());
        if (series.key.equals(delta.key())) {
            agent.series.add(series);
        } else {
            foldedOps = OpsPoint.plus(foldedOps, OpsSum.notNegative(delta.count()));
        }
        return series;
    }

    private int addHotKeys(Frame frame, @Nullable HotKeyTable localHotKeys, Bucket bucket) {
        if (localHotKeys == null && frame.hotKeys().isEmpty()) {
            return 0;
        }
        HotKeyTable table = bucket.hotKeys;
        long forgotten = table.forgotten();
        int size = table.size();
        if (localHotKeys != null) {
            table.addAll(localHotKeys);
        }
        Set<String> service = Set.of(frame.source().service());
        frame.hotKeys().forEach(delta -> table.add(delta, service));
        hotKeysForgotten += table.forgotten() - forgotten;
        return table.size() - size;
    }

    private void addSlowOp(Source source, SlowOp op, long atMillis, PendingBatch batch) {
        if (op.series().internal()) {
            internalSlowOps++;
            return;
        }
        double severity = (double) OpsSum.notNegative(op.latencyNanos())
                / thresholds.nanos(
                        op.series().store(), op.series().op(), op.series().pattern());
        if (severity < 1
                && thresholds.filters(
                        op.series().store(), op.series().op(), op.series().pattern())) {
            slowOpsBelowThreshold++;
            return;
        }
        SlowOpPoint point = SlowOpRows.point(op, atMillis, registry.idOf(source, op.series()), severity);
        live.slowOps().add(SlowOpRows.of(point));
        slowOpsDropped += batch.add(point, config.maxSlowQueries());
    }

    private void addGauges(Frame frame, AgentTable.Entry agent, long end, long nowMillis, PendingBatch batch) {
        // a clock that was set back makes none wait longer
        boolean recent = nowMillis >= agent.gaugesMillis && nowMillis - GAUGES_MILLIS < agent.gaugesMillis;
        // a frame with few gauges must not keep out the next one, which has those of the stores as well
        if (frame.gauges().isEmpty() || (recent && frame.gauges().size() <= agent.gaugesWritten)) {
            return;
        }
        agent.gaugesMillis = nowMillis;
        agent.gaugesWritten = frame.gauges().size();
        int added = 0;
        for (Map.Entry<String, Double> gauge : frame.gauges().entrySet()) {
            GaugePoint point = GaugeNames.point(frame.source(), end, gauge.getKey(), gauge.getValue());
            if (point == null || added++ >= AgentTable.MAX_GAUGES || !batch.add(point)) {
                gaugesDropped++;
            }
        }
    }

    /** What a sealed batch adds to the live view. */
    void sealed(PendingBatch batch) {
        batch.buckets().forEach(live.hotKeys()::add);
    }

    private static long applicationOps(Frame frame) {
        long ops = 0;
        for (SeriesDelta delta : frame.series()) {
            ops = OpsPoint.plus(ops, delta.key().internal() ? 0 : OpsSum.notNegative(delta.count()));
        }
        return ops;
    }

    /** What agents did not keep, since the analyzer was opened. */
    Map<String, Long> agentDropped() {
        return agentDropped;
    }

    /** What was not kept here, since the analyzer was opened. */
    Map<String, Long> dropped() {
        Map<String, Long> dropped = new TreeMap<>();
        dropped.put("expiredOps", expiredOps);
        dropped.put("expiredFrames", expiredFrames);
        dropped.put("hotKeysForgotten", hotKeysForgotten);
        dropped.put("clampedFrames", clampedFrames);
        dropped.put("foldedOps", foldedOps);
        dropped.put("slowOps", slowOpsDropped);
        dropped.put("slowOpsBelowThreshold", slowOpsBelowThreshold);
        dropped.put("internalSlowOps", internalSlowOps);
        dropped.put("agentsForgotten", agents.forgotten());
        dropped.put("gauges", gaugesDropped);
        return dropped;
    }
}
