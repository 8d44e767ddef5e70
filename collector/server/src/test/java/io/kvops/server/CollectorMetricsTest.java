package io.kvops.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvops.analyzer.AnalyzerConfig;
import io.kvops.analyzer.LiveSnapshot;
import io.kvops.analyzer.PerformanceAnalyzer;
import io.kvops.histogram.LatencyBuckets;
import io.kvops.histogram.SparseHistogram;
import io.kvops.ingest.Ingest;
import io.kvops.ingest.IngestConfig;
import io.kvops.ingest.IngestStats;
import io.kvops.op.OpClass;
import io.kvops.server.http.HttpStats;
import io.kvops.server.http.StoreState;
import io.kvops.wire.Frame;
import io.kvops.wire.SeriesDelta;
import io.kvops.wire.SeriesKey;
import io.kvops.wire.Source;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CollectorMetricsTest {
    private static final HttpStats HTTP = new HttpStats(4, 1, 0, Map.of("2xx", 9L), 0, 3, 0, 0, 0, 5, 2);

    @TempDir
    private Path folder;

    private final List<MetricSnapshot> more = new ArrayList<>();
    private final List<StoreState> stores = new ArrayList<>();
    private final List<LiveSnapshot.Agent> agents = new ArrayList<>();

    @Test
    void storesAndOps_becomeCounters() throws Exception {
        String text = text(List.of(op("GET", 7)));

        assertThat(text)
                .contains("# TYPE kvops_ops_total counter")
                .contains("kvops_ops_total{op=\"GET\",store=\"redis\"} 7.0")
                .contains("kvops_ready 1.0")
                .contains("kvops_journal_paused 0.0")
                .contains("kvops_http_requests_total{status=\"2xx\"} 9.0")
                .contains("kvops_http_connections_closed_total{reason=\"evicted\"} 3.0");
    }

    @Test
    void manyOps_areBounded_andTheirSumIsKept() throws Exception {
        int ops = CollectorMetrics.MAX_STORE_OPS + 250;
        List<String> lines = text(IntStream.range(0, ops)
                        .mapToObj(i -> op("OP" + i, 2))
                        .toList())
                .lines()
                .filter(line -> line.startsWith("kvops_ops_total{"))
                .toList();

        assertThat(lines).hasSize(CollectorMetrics.MAX_STORE_OPS + 1).anyMatch(line -> line.contains("op=\"other\""));
        assertThat(lines.stream()
                        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                        .sum())
                .isEqualTo(2.0 * ops);
    }

    @Test
    void latencies_becomeAHistogram_andWhatIsMeasured_itsNames() throws Exception {
        OpLatencies latencies = new OpLatencies();
        SparseHistogram two = SparseHistogram.of(
                new int[] {LatencyBuckets.indexOf(90_000), LatencyBuckets.indexOf(3_000_000)}, new long[] {5, 1});
        SeriesKey key = new SeriesKey("redis", "h:1", "GET", OpClass.READ, "user:{n}", false);
        SeriesDelta delta = new SeriesDelta(key, 6, 0, Map.of(), 0, 0, 0, 70, 8, 3_450_000, 3_000_000, two, 0);
        Source source = new Source(new UUID(1, 1), "shop", "h:1", "h", 1, "test");
        latencies.accept(new Frame(source, 1, 0, 1, List.of(delta), List.of(), List.of(), Map.of(), Map.of()));
        more.addAll(latencies.metrics());
        stores.add(store(Map.of("memory.used.bytes", 12.0, "operations.count.total", 7.0, "age.millis", 1_500.0)));

        assertThat(text(List.of()))
                .contains("# TYPE kvops_op_latency_seconds histogram")
                .contains("kvops_op_latency_seconds_bucket{op=\"GET\",store=\"redis\",le=\"5.0E-5\"} 0")
                .contains("kvops_op_latency_seconds_bucket{op=\"GET\",store=\"redis\",le=\"1.0E-4\"} 5")
                .contains("kvops_op_latency_seconds_bucket{op=\"GET\",store=\"redis\",le=\"0.005\"} 6")
                .contains("kvops_op_latency_seconds_count{op=\"GET\",store=\"redis\"} 6")
                .contains("kvops_op_received_bytes_total{op=\"GET\",store=\"redis\"} 70.0")
                .contains("kvops_store_up{kind=\"redis\",subject=\"redis://h:1\"} 1.0")
                .contains("kvops_store_memory_used_bytes{kind=\"redis\",subject=\"redis://h:1\"} 12.0")
                .contains("kvops_store_operations_total{kind=\"redis\",subject=\"redis://h:1\"} 7.0")
                .contains("kvops_store_age_seconds{kind=\"redis\",subject=\"redis://h:1\"} 1.5");
    }

    @Test
    void agentsOfOneName_areOne_theLatestHeard_andTheOtherIsCounted() throws Exception {
        agents.add(agent(2, Map.of("jvm.threads.count", 20.0)));
        agents.add(agent(1, Map.of("jvm.threads.count", 10.0, "jvm.uptime.seconds", 5.0)));

        assertThat(text(List.of()))
                .contains("kvops_jvm_threads{instance_id=\"h:1\",service=\"shop\"} 20.0")
                .doesNotContain("} 10.0")
                .contains("kvops_jvm_uptime_seconds{instance_id=\"h:1\",service=\"shop\"} 5.0")
                .contains("kvops_metrics_left_out 1.0");
    }

    @Test
    void gaugesThatGetOneName_areOne_andNeverTheCollectorsOwn() throws Exception {
        agents.add(agent(1, Map.of("a.items", 1.0, "a.items.count", 1.0, "a_items", 1.0)));
        agents.add(agent(2, Map.of("b.total", 1.0, "b", 1.0)));
        agents.add(agent(3, Map.of("ready.total", 1.0, "metrics.left.out", 1.0, "ops", 1.0, "b", 1.0)));
        stores.add(store(Map.of("up", 7.0)));

        assertThat(text(List.of(op("GET", 7))))
                .containsOnlyOnce("kvops_a_items{")
                .contains("kvops_ready 1.0")
                .contains("kvops_ops_total{op=\"GET\",store=\"redis\"} 7.0")
                .contains("kvops_store_up{kind=\"redis\",subject=\"redis://h:1\"} 1.0")
                // two of a, two of b, three that are the collector's, one of the store
                .contains("kvops_metrics_left_out 8.0");
    }

    @Test
    @DisplayName("symptom: one noisy target that is scraped pushed what stores measure out of /metrics")
    void scrapedGauges_comeLast_andAreCountedPastTheBound() throws Exception {
        Map<String, Double> noisy = new HashMap<>();
        IntStream.range(0, GaugeMetrics.MAX_POINTS).forEach(i -> noisy.put("noise" + i + ".value", 1.0));
        stores.add(store("prometheus", "http://n:1/metrics", noisy));
        IntStream.range(0, 30)
                .forEach(i -> stores.add(store(
                        "redis",
                        "redis://h:" + i,
                        IntStream.range(0, 70)
                                .boxed()
                                .collect(Collectors.toMap(k -> "redis.command" + k + ".value", k -> 1.0)))));
        stores.add(store(Map.of("memory.used.bytes", 12.0)));
        agents.add(agent(1, Map.of("jvm.threads.count", 10.0)));

        assertThat(text(List.of()))
                .contains("kvops_store_memory_used_bytes{kind=\"redis\",subject=\"redis://h:1\"} 12.0")
                .contains("kvops_store_up{kind=\"prometheus\",subject=\"http://n:1/metrics\"} 1.0")
                .doesNotContain("noise")
                // 32 stores are up; one value is common
                .contains("kvops_metrics_left_out " + (32.0 + 1 + 30 * 70 + 1));
    }

    @Test
    @DisplayName("symptom: labels of scraped metrics became part of the names of metrics")
    void labelsInBraces_becomeLabels() throws Exception {
        Map<String, Double> values = new HashMap<>();
        values.put("requests.count.total{code=\"200\",kind=\"a@b\"}", 7.0);
        values.put("requests.count.total{code=\"500\",kind=\"a@b\"}", 1.0);
        values.put("long.value{a=\"x\",b=\"yyy~1f}", 2.0);
        values.put("odd.value{a=\"1\",a=\"2\",__name__=\"x\",9-z=\"\"}", 3.0);
        values.put("gadgets.info.count", 4.0);
        values.put("things.bucket.count.total", 5.0);
        values.put("b.created", 6.0);
        stores.add(store("prometheus", "http://n:1", values));
        stores.add(store("host", "n", Map.of("host.disk.used.bytes{folder=\"/a=b,c\"}", 8.0)));
        String subject = ",subject=\"http://n:1\"";

        assertThat(text(List.of()))
                .contains("# TYPE kvops_store_requests_total counter")
                .contains("kvops_store_requests_total{code=\"200\",exported_kind=\"a@b\",kind=\"prometheus\"" + subject
                        + "} 7.0")
                .contains("kvops_store_requests_total{code=\"500\",exported_kind=\"a@b\",kind=\"prometheus\"" + subject
                        + "} 1.0")
                .contains("kvops_store_long_value{a=\"x\",cut=\"b=\\\"yyy~1f\",kind=\"prometheus\"" + subject + "} 2.0")
                .containsPattern("kvops_store_odd_value\\{.*} 3.0")
                .contains("kvops_host_host_disk_used_bytes{folder=\"/a=b,c\",kind=\"host\",subject=\"n\"} 8.0")
                .containsPattern("kvops_store_gadgets.*} 4.0")
                .containsPattern("kvops_store_things.*} 5.0")
                .containsPattern("kvops_store_b.*} 6.0");
    }

    @Test
    void opOfTwoClasses_isOneCounter() throws Exception {
        LiveSnapshot.StoreOp other = new LiveSnapshot.StoreOp("redis", "GET", "other", 5, 1, 0, 1.5, 1, 1, 1, 1);

        assertThat(text(List.of(op("GET", 7), other)))
                .contains("kvops_ops_total{op=\"GET\",store=\"redis\"} 12.0")
                .contains("kvops_op_errors_total{op=\"GET\",store=\"redis\"} 1.0");
    }

    @Test
    void numbersThatAddUpToMoreThanALong_stayPositive() throws Exception {
        OpLatencies latencies = new OpLatencies();
        SparseHistogram most =
                SparseHistogram.of(new int[] {1, 2}, new long[] {Long.MAX_VALUE / 2, Long.MAX_VALUE / 2});
        SeriesKey key = new SeriesKey("redis", "h:1", "GET", OpClass.READ, "", false);
        long max = Long.MAX_VALUE;
        SeriesDelta delta = new SeriesDelta(key, max, 0, Map.of(), 0, 0, 0, max, max, max, max, most, 0);
        Source source = new Source(new UUID(1, 1), "shop", "h:1", "h", 1, "test");
        for (int i = 1; i <= 3; i++) {
            latencies.accept(new Frame(source, i, 0, 1, List.of(delta), List.of(), List.of(), Map.of(), Map.of()));
        }
        more.addAll(latencies.metrics());

        assertThat(text(List.of(op("GET", max), op("GET", max), op("SET", -2))))
                .contains("kvops_ops_total{op=\"SET\",store=\"redis\"} 0.0")
                .contains("kvops_op_received_bytes_total{op=\"GET\",store=\"redis\"} 9.0")
                .doesNotContain("} -");
    }

    private String text(List<LiveSnapshot.StoreOp> ops) throws Exception {
        LiveSnapshot none = PerformanceAnalyzer.open(AnalyzerConfig.DEFAULTS, Clock.systemUTC())
                .live();
        LiveSnapshot live = new LiveSnapshot(
                none.at(),
                none.startedAt(),
                none.totalOps(),
                none.totalErrors(),
                none.totalMisses(),
                none.now(),
                none.timeline(),
                ops,
                none.hotKeys(),
                none.latestSlowOps(),
                none.slowestSlowOps(),
                agents,
                none.agentsConnected(),
                none.dropped());
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrometheusTextFormatWriter.create().write(out, CollectorMetrics.of(live, stats(), true, HTTP, more, stores));
        return out.toString(StandardCharsets.UTF_8);
    }

    private IngestStats stats() throws Exception {
        try (Ingest ingest =
                Ingest.open(IngestConfig.builder(folder).port(0).build(), (frame, position) -> {}, Clock.systemUTC())) {
            return ingest.stats();
        }
    }

    private static LiveSnapshot.StoreOp op(String op, long count) {
        return new LiveSnapshot.StoreOp(
                "redis", op, "read", count, 0, 0, 1.5, 1_000_000, 1_500_000, 2_000_000, 3_000_000);
    }

    private static LiveSnapshot.Agent agent(int id, Map<String, Double> gauges) {
        return new LiveSnapshot.Agent(
                new UUID(1, id).toString(), "shop", "h:1", "h", 1, "test", 1, 500, true, 0, gauges);
    }

    private static StoreState store(Map<String, Double> values) {
        return store("redis", "redis://h:1", values);
    }

    private static StoreState store(String kind, String subject, Map<String, Double> values) {
        return new StoreState(kind, subject, "up", Instant.EPOCH, Instant.EPOCH, "", values);
    }
}
