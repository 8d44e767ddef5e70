package io.kvops.analyzer;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What happens now: the sums behind {@link LiveSnapshot}. Guarded by the analyzer's lock. */
final class LiveView {
    static final long TIMELINE_SECONDS = 300;
    static final long HOT_KEYS_MILLIS = 60_000;
    static final long SLOW_OPS_MILLIS = 300_000;
    static final long NOW_SECONDS = 10;
    static final long CONNECTED_MILLIS = 10_000;
    private static final int HOT_KEYS = 20;
    private static final int AGENTS = 1_000;

    private final long startedMillis;
    private final LiveTotals totals;
    private final AgentTable agents;
    private LiveSeconds seconds = new LiveSeconds();
    private LiveRates rates = new LiveRates();
    private LiveHotKeys hotKeys = new LiveHotKeys();
    private LiveSlowOps slowOps = new LiveSlowOps();

    LiveView(long startedMillis, LiveTotals totals, AgentTable agents) {
        this.startedMillis = startedMillis;
        this.totals = totals;
        this.agents = agents;
    }

    /** Forgets all but the totals: the clock was set back, and what is new must not be taken for old. */
    void reset() {
        seconds = new LiveSeconds();
        rates = new LiveRates();
        hotKeys = new LiveHotKeys();
        slowOps = new LiveSlowOps();
        totals.resetPlaces();
    }

    LiveSeconds seconds() {
        return seconds;
    }

    LiveRates rates() {
        return rates;
    }

    LiveHotKeys hotKeys() {
        return hotKeys;
    }

    LiveSlowOps slowOps() {
        return slowOps;
    }

    LiveSnapshot snapshot(long now, PendingBatch filling, Map<String, Long> dropped) {
        // frames of the running second and of the one before are still on their way
        long end = Math.floorDiv(now, 1_000L) - 1;
        LiveSecond.@Nullable Sums[] recent =
                new LiveSecond.@Nullable Sums[totals.ops().size()];
        LiveSecond.Sums all = new LiveSecond.Sums();
        for (long s = end - NOW_SECONDS; s < end; s++) {
            sum(seconds.find(s), recent, all);
        }
        return new LiveSnapshot(
                Instant.ofEpochMilli(now),
                Instant.ofEpochMilli(startedMillis),
                totals.count(),
                totals.errors(),
                totals.misses(),
                now(end, all),
                timeline(end),
                stores(recent),
                hotKeys(now, filling),
                slowOps.latest(),
                slowOps.mostSevere(now - SLOW_OPS_MILLIS),
                agents.forLive(now, CONNECTED_MILLIS, AGENTS),
                agents.connected(now, CONNECTED_MILLIS),
                dropped);
    }

    private static void sum(@Nullable LiveSecond second, LiveSecond.@Nullable Sums[] into, LiveSecond.Sums all) {
        if (second == null) {
            return;
        }
        LiveSecond.@Nullable Sums[] byOp = second.byOp();
        for (int slot = 0; slot < byOp.length; slot++) {
            LiveSecond.Sums sums = byOp[slot];
            if (sums != null) {
                LiveSecond.Sums known = into[slot];
                if (known == null) {
                    known = new LiveSecond.Sums();
                    into[slot] = known;
                }
                known.add(sums);
                all.add(sums);
            }
        }
    }

    private Report.TimelinePoint now(long end, LiveSecond.Sums all) {
        long from = (end - NOW_SECONDS) * 1_000;
        return new Report.TimelinePoint(
                Instant.ofEpochMilli(from),
                NOW_SECONDS,
                all.count,
                all.errors,
                all.misses,
                rates.ops(from, end * 1_000) / NOW_SECONDS,
                rates.transactions(from, end * 1_000) / NOW_SECONDS,
                all.latency.percentile(50),
                all.latency.percentile(90),
                all.latency.percentile(99),
                all.latency.maxNanos());
    }

    private List<Report.TimelinePoint> timeline(long end) {
        List<Report.TimelinePoint> points = new ArrayList<>();
        LiveSecond next = null;
        // backwards, as a second in which no frame ended has the latencies of the frame that reaches back over it
        for (long s = end + 1; s >= end - TIMELINE_SECONDS; s--) {
            LiveSecond here = seconds.find(s);
            if (s < end) {
                LiveSecond shown = here != null
                        ? here
                        : next != null && next.coveredFromMillis <= s * 1_000 + 500 && next.ops() > 0 ? next : null;
                points.add(point(s, here, shown == null ? LiveSecond.Latency.NONE : shown.latency()));
            }
            next = here != null ? here : next;
        }
        Collections.reverse(points);
        int first = 0;
        while (first < points.size() && seconds.find(end - TIMELINE_SECONDS + first) == null) {
            first++;
        }
        return points.subList(first, points.size());
    }

    private Report.TimelinePoint point(long second, @Nullable LiveSecond here, LiveSecond.Latency latency) {
        long at = second * 1_000;
        return new Report.TimelinePoint(
                Instant.ofEpochMilli(at),
                1,
                here == null ? 0 : here.ops(),
                here == null ? 0 : here.errors(),
                here == null ? 0 : here.misses(),
                rates.ops(at, at + 1_000),
                rates.transactions(at, at + 1_000),
                latency.p50Nanos(),
                latency.p90Nanos(),
                latency.p99Nanos(),
                latency.maxNanos());
    }

    private List<LiveSnapshot.StoreOp> stores(LiveSecond.@Nullable Sums[] recent) {
        List<LiveSnapshot.StoreOp> rows = new ArrayList<>(recent.length);
        LiveSecond.Sums none = new LiveSecond.Sums();
        for (LiveOp op : totals.ops()) {
            LiveSecond.Sums known = recent[op.slot];
            LiveSecond.Sums sums = known == null ? none : known;
            if (op.count > 0) {
                rows.add(new LiveSnapshot.StoreOp(
                        op.name.store(),
                        op.name.op(),
                        op.name.opClass(),
                        op.count,
                        op.errors,
                        op.misses,
                        (double) sums.count / NOW_SECONDS,
                        sums.latency.percentile(50),
                        sums.latency.percentile(90),
                        sums.latency.percentile(99),
                        sums.latency.maxNanos()));
            }
        }
        rows.sort(Comparator.comparingLong(LiveSnapshot.StoreOp::count)
                .reversed()
                .thenComparing(LiveSnapshot.StoreOp::store)
                .thenComparing(LiveSnapshot.StoreOp::op));
        return rows;
    }

    private List<Report.HotKey> hotKeys(long now, PendingBatch filling) {
        long since = now - HOT_KEYS_MILLIS;
        HotKeyTable sum = new HotKeyTable(1_000);
        hotKeys.sumInto(sum, since);
        for (Bucket bucket : filling.buckets()) {
            if (bucket.startMillis >= since) {
                sum.addAll(bucket.hotKeys);
            }
        }
        return HotKeyRows.of(sum.counts(), sum.floor(), totals.opsByPlace(since), HOT_KEYS);
    }
}
