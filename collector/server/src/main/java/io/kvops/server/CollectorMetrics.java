package io.kvops.server;

import io.kvops.analyzer.LiveSnapshot;
import io.kvops.analyzer.LiveSnapshot.StoreOp;
import io.kvops.ingest.IngestStats;
import io.kvops.server.http.HttpStats;
import io.kvops.server.http.StoreState;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/**
 * Turns snapshots into metrics by the naming rules of Prometheus (base units, counters end in total). Labels are store and
 * op only, and at most {@link #MAX_STORE_OPS} pairs; the rest is summed under {@code op="other"}.
 */
final class CollectorMetrics {
    static final int MAX_STORE_OPS = 500;
    private static final Labels OTHER = Labels.of("store", "other", "op", "other");
    private static final double NANOS = 1e9;

    private final List<MetricSnapshot> metrics = new ArrayList<>();

    private CollectorMetrics() {}

    static MetricSnapshots of(
            LiveSnapshot live,
            IngestStats ingest,
            boolean ready,
            HttpStats http,
            List<MetricSnapshot> more,
            List<StoreState> measured) {
        CollectorMetrics made = new CollectorMetrics();
        made.stores(live.stores());
        made.agents(live);
        made.ingest(ingest);
        made.gauge("kvops_ready", "1 once what the journal held at start has been processed", ready ? 1 : 0);
        made.http(http);
        made.metrics.addAll(more);
        // last: what others measure must not take a name of the collector's own
        Set<String> taken = made.metrics.stream()
                .map(metric -> metric.getMetadata().getName())
                .collect(Collectors.toSet());
        made.metrics.addAll(GaugeMetrics.of(measured, live.agents(), taken));
        return new MetricSnapshots(made.metrics);
    }

    private void stores(List<StoreOp> stores) {
        byStoreOp("kvops_ops", "Operations that application code called", stores, StoreOp::count);
        byStoreOp("kvops_op_errors", "Operations that failed", stores, StoreOp::errors);
        byStoreOp("kvops_op_misses", "Reads that found nothing", stores, StoreOp::misses);
    }

    private void byStoreOp(String name, String help, List<StoreOp> stores, ToLongFunction<StoreOp> count) {
        CounterSnapshot.Builder counter = CounterSnapshot.builder().name(name).help(help);
        // an op may be there more than once, by class; the library refuses two points of the same labels, with all
        // metrics
        Map<Labels, Double> sums = new LinkedHashMap<>();
        for (StoreOp op : stores) {
            Labels labels = Labels.of("store", op.store(), "op", op.op());
            boolean kept = sums.containsKey(labels) || sums.size() < MAX_STORE_OPS;
            sums.merge(kept ? labels : OTHER, (double) count.applyAsLong(op), Double::sum);
        }
        sums.forEach((labels, sum) -> counter.dataPoint(point(labels, sum)));
        metrics.add(counter.build());
    }

    private void agents(LiveSnapshot live) {
        gauge("kvops_agents", "Agents whose newest frame is at most ten seconds old", live.agentsConnected());
        CounterSnapshot.Builder dropped = CounterSnapshot.builder()
                .name("kvops_dropped")
                .help("What was not kept, by reason, since the collector's start");
        for (Map.Entry<String, Long> entry : live.dropped().entrySet()) {
            dropped.dataPoint(point(Labels.of("reason", entry.getKey()), entry.getValue()));
        }
        metrics.add(dropped.build());
    }

    private void ingest(IngestStats stats) {
        counter("kvops_ingest_frames", "Frames journaled and acknowledged", stats.frames());
        counter("kvops_ingest_frame_bytes", "Encoded bytes of the frames journaled", stats.frameBytes());
        counter("kvops_ingest_duplicate_frames", "Frames that had come before", stats.duplicates());
        counter("kvops_ingest_consumed_frames", "Frames handed to the analyzer", stats.consumed());
        counter("kvops_ingest_connections_opened", "Connections accepted", stats.connectionsTotal());
        gauge("kvops_ingest_connections", "Connections open now", stats.connections());
        gauge("kvops_ingest_queue_bytes", "Bytes of frames that wait for the journal", stats.queueBytes());
        gauge("kvops_ingest_pending_frames", "Journaled frames that wait for the analyzer", stats.pendingFrames());
        CounterSnapshot.Builder refusals =
                CounterSnapshot.builder().name("kvops_ingest_refusals").help("Connections refused, by kind");
        stats.refusals()
                .forEach((kind, count) -> refusals.dataPoint(
                        point(Labels.of("kind", kind.name().toLowerCase(java.util.Locale.ROOT)), count)));
        metrics.add(refusals.build());
        gauge("kvops_journal_bytes", "Size of the journal's files", stats.journalBytes());
        gauge("kvops_journal_pending_bytes", "Bytes in the journal that wait for the analyzer", stats.pendingBytes());
        counter(
                "kvops_journal_held_back_seconds",
                "Time in which nothing was journaled as too much waits for the analyzer",
                stats.heldBackNanos() / NANOS);
        gauge(
                "kvops_journal_paused",
                "1 while nothing is journaled: the disk is full or fails",
                stats.paused() ? 1 : 0);
        counter("kvops_journal_fsyncs", "Times the journal was made durable", stats.fsyncs());
        counter("kvops_journal_fsync_seconds", "Time spent making the journal durable", stats.fsyncNanos() / NANOS);
        counter("kvops_journal_errors", "Appends or syncs that failed and were tried again", stats.journalErrors());
    }

    private void http(HttpStats stats) {
        gauge("kvops_http_connections", "Connections open now", stats.connections());
        gauge("kvops_http_streams", "Live streams open now", stats.streams());
        gauge("kvops_http_sessions", "Browsers that are logged in", stats.sessions());
        CounterSnapshot.Builder answers =
                CounterSnapshot.builder().name("kvops_http_requests").help("Requests answered, by class of the status");
        stats.answers().forEach((status, count) -> answers.dataPoint(point(Labels.of("status", status), count)));
        metrics.add(answers.build());
        counter("kvops_http_stream_skipped_events", "Live events skipped for slow clients", stats.skippedEvents());
        counter("kvops_http_login_failures", "Wrong tokens", stats.loginFailures());
        counter("kvops_http_requests_refused", "Requests answered 503, all workers were busy", stats.requestsRefused());
        counter("kvops_http_requests_late", "Requests answered 503, they took too long", stats.requestsLate());
        CounterSnapshot.Builder closed = CounterSnapshot.builder()
                .name("kvops_http_connections_closed")
                .help("Connections closed by the collector, by reason");
        closed.dataPoint(point(Labels.of("reason", "refused"), stats.connectionsRefused()));
        closed.dataPoint(point(Labels.of("reason", "evicted"), stats.connectionsEvicted()));
        closed.dataPoint(point(Labels.of("reason", "timeout"), stats.connectionsTimedOut()));
        metrics.add(closed.build());
    }

    private void counter(String name, String help, Number value) {
        metrics.add(CounterSnapshot.builder()
                .name(name)
                .help(help)
                .dataPoint(point(Labels.EMPTY, value))
                .build());
    }

    private void gauge(String name, String help, Number value) {
        metrics.add(GaugeSnapshot.builder()
                .name(name)
                .help(help)
                .dataPoint(GaugeDataPointSnapshot.builder()
                        .value(value.doubleValue())
                        .build())
                .build());
    }

    private static CounterDataPointSnapshot point(Labels labels, Number value) {
        return CounterDataPointSnapshot.builder()
                .labels(labels)
                // one below 0 is refused, with all metrics
                .value(Math.max(0, value.doubleValue()))
                .build();
    }

    /** What the ingest did not keep, named as report.json's {@code dropped} has it. */
    static Map<String, Long> dropped(IngestStats stats) {
        Map<String, Long> drops = new LinkedHashMap<>();
        drops.put("ingest.framesMissing", stats.gaps());
        drops.put("ingest.framesDamaged", stats.damagedRecords());
        drops.put("ingest.framesNotMerged", stats.consumerErrors());
        drops.put("ingest.messagesUnknown", stats.unknownMessages());
        drops.put("ingest.agentsForgotten", stats.forgottenAgents());
        return drops;
    }
}
