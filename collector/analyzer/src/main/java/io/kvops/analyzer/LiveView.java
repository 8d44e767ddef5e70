package io.kvops.analyzer;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Puts {@link LiveSnapshot}s together: {@link #take} under the analyzer's lock, the rest outside of it. */
final class LiveView {
    static final long TIMELINE_MILLIS = 300_000;
    static final long HOT_KEYS_MILLIS = 60_000;
    static final long SLOW_OPS_MILLIS = 300_000;
    static final long NOW_MILLIS = 10_000;
    static final long CONNECTED_MILLIS = 10_000;
    private static final int HOT_KEYS = 20;
    private static final int SLOW_OPS = 20;

    private final Instant startedAt;
    private final CellStore cells;
    private final LiveRates rates;
    private final LiveTotals totals;
    private final SlowOpLog slowOps;
    private final AgentTable agents;

    LiveView(
            Instant startedAt,
            CellStore cells,
            LiveRates rates,
            LiveTotals totals,
            SlowOpLog slowOps,
            AgentTable agents) {
        this.startedAt = startedAt;
        this.cells = cells;
        this.rates = rates;
        this.totals = totals;
        this.slowOps = slowOps;
        this.agents = agents;
    }

    Taken take(long now, Map<String, Long> dropped) {
        // frames of the running second and of the one before are still on their way
        long end = Math.floorDiv(now, 1_000L) * 1_000 - 1_000;
        LiveRates frozen = rates.copy();
        List<Report.TimelinePoint> timeline = timeline(end);
        return new Taken(
                now,
                startedAt,
                totals.ops(),
                totals.errors(),
                totals.misses(),
                totals.copy(),
                timeline,
                WindowData.of(end - NOW_MILLIS, end, now, cells.between(end - NOW_MILLIS, end), frozen),
                WindowData.of(
                        now - HOT_KEYS_MILLIS, now, now, cells.between(now - HOT_KEYS_MILLIS, Long.MAX_VALUE), frozen),
                slowOps.latest(),
                slowOps.slowest(now - SLOW_OPS_MILLIS, Long.MAX_VALUE, SLOW_OPS),
                agents.forLive(now, CONNECTED_MILLIS),
                dropped);
    }

    private List<Report.TimelinePoint> timeline(long end) {
        List<Report.TimelinePoint> points = new ArrayList<>();
        List<Cell> found = cells.between(end - TIMELINE_MILLIS, end + 2_000);
        long at = Long.MIN_VALUE;
        for (int i = 0; i < found.size(); i++) {
            Cell cell = found.get(i);
            if (cell.startMillis >= end) {
                break;
            }
            for (; at != Long.MIN_VALUE && at < cell.startMillis; at += 1_000) {
                points.add(between(at, cell));
            }
            points.add(point(cell));
            at = cell.endMillis();
        }
        for (; at != Long.MIN_VALUE && at < end; at += 1_000) {
            points.add(between(at, null));
        }
        return points;
    }

    private Report.TimelinePoint point(Cell cell) {
        double seconds = cell.widthMillis / 1_000.0;
        Cell.Latency latency = cell.latency();
        return new Report.TimelinePoint(
                Instant.ofEpochMilli(cell.startMillis),
                seconds,
                cell.ops(),
                cell.errors(),
                cell.misses(),
                rates.ops(cell.startMillis, cell.endMillis()) / seconds,
                rates.transactions(cell.startMillis, cell.endMillis()) / seconds,
                latency.p50Nanos(),
                latency.p90Nanos(),
                latency.p99Nanos(),
                latency.maxNanos());
    }

    /** A second in which no frame ended; if the next frame reaches back over it, its latencies are those of that frame. */
    private Report.TimelinePoint between(long at, @Nullable Cell next) {
        Cell.Latency latency = next != null && next.coveredFromMillis() <= at + 500 && next.ops() > 0
                ? next.latency()
                : new Cell.Latency(0, 0, 0, 0);
        return new Report.TimelinePoint(
                Instant.ofEpochMilli(at),
                1,
                0,
                0,
                0,
                rates.ops(at, at + 1_000),
                rates.transactions(at, at + 1_000),
                latency.p50Nanos(),
                latency.p90Nanos(),
                latency.p99Nanos(),
                latency.maxNanos());
    }

    /** All that a snapshot needs; immutable, but for maps that belong to the thread that took it. */
    record Taken(
            long now,
            Instant startedAt,
            long ops,
            long errors,
            long misses,
            Map<LiveTotals.Op, long[]> totals,
            List<Report.TimelinePoint> timeline,
            WindowData latest,
            WindowData hotKeys,
            List<Report.SlowOp> latestSlowOps,
            List<Report.SlowOp> slowestSlowOps,
            List<LiveSnapshot.Agent> agents,
            Map<String, Long> dropped) {

        LiveSnapshot toSnapshot() {
            List<SeriesCount> counts = new ArrayList<>();
            for (WindowData.Slice slice : latest.slices()) {
                for (SeriesCount c : slice.series()) {
                    if (!c.id.key.internal()) {
                        counts.add(c);
                    }
                }
            }
            return new LiveSnapshot(
                    Instant.ofEpochMilli(now),
                    startedAt,
                    ops,
                    errors,
                    misses,
                    now(Sum.of(counts)),
                    timeline,
                    stores(counts),
                    HotKeyRows.of(hotKeys.slices(), HOT_KEYS),
                    latestSlowOps,
                    slowestSlowOps,
                    agents,
                    (int) agents.stream().filter(LiveSnapshot.Agent::connected).count(),
                    dropped);
        }

        private Report.TimelinePoint now(Sum sum) {
            long from = latest.toMillis() - NOW_MILLIS;
            double seconds = NOW_MILLIS / 1_000.0;
            return new Report.TimelinePoint(
                    Instant.ofEpochMilli(from),
                    seconds,
                    sum.count,
                    sum.errors,
                    sum.misses,
                    latest.rates().ops(from, latest.toMillis()) / seconds,
                    latest.rates().transactions(from, latest.toMillis()) / seconds,
                    sum.percentile(50),
                    sum.percentile(90),
                    sum.percentile(99),
                    sum.maxNanos);
        }

        private List<LiveSnapshot.StoreOp> stores(List<SeriesCount> counts) {
            Map<LiveTotals.Op, Sum> recent = new HashMap<>();
            for (SeriesCount c : counts) {
                recent.computeIfAbsent(LiveTotals.Op.of(c.id), op -> new Sum()).add(c);
            }
            Sum none = new Sum();
            List<LiveSnapshot.StoreOp> rows = new ArrayList<>(totals.size());
            totals.forEach((op, n) -> {
                Sum sum = recent.getOrDefault(op, none);
                rows.add(new LiveSnapshot.StoreOp(
                        op.store(),
                        op.op(),
                        op.opClass(),
                        n[0],
                        n[1],
                        n[2],
                        sum.count / (NOW_MILLIS / 1_000.0),
                        sum.percentile(50),
                        sum.percentile(90),
                        sum.percentile(99),
                        sum.maxNanos));
            });
            rows.sort(Comparator.comparingLong(LiveSnapshot.StoreOp::count)
                    .reversed()
                    .thenComparing(LiveSnapshot.StoreOp::store)
                    .thenComparing(LiveSnapshot.StoreOp::op));
            return rows;
        }
    }
}
