package io.kvops.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvops.analyzer.AnalyzerConfig;
import io.kvops.analyzer.LiveSnapshot;
import io.kvops.analyzer.PerformanceAnalyzer;
import io.kvops.ingest.Ingest;
import io.kvops.ingest.IngestConfig;
import io.kvops.ingest.IngestStats;
import io.kvops.server.http.HttpStats;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CollectorMetricsTest {
    private static final HttpStats HTTP = new HttpStats(4, 1, 0, Map.of("2xx", 9L), 0, 3, 0, 0, 0, 5, 2);

    @TempDir
    private Path folder;

    @Test
    void storesAndOps_becomeCounters() throws Exception {
        String text = text(List.of(op("GET", 7)));

        assertThat(text)
                .contains("# TYPE kvops_ops_total counter")
                .contains("kvops_ops_total{op=\"GET\",store=\"redis\"} 7.0")
                .contains("kvops_op_latency_seconds{op=\"GET\",quantile=\"0.99\",store=\"redis\"} 0.002")
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

    private String text(List<LiveSnapshot.StoreOp> stores) throws Exception {
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
                stores,
                none.hotKeys(),
                none.latestSlowOps(),
                none.slowestSlowOps(),
                none.agents(),
                none.agentsConnected(),
                none.dropped());
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrometheusTextFormatWriter.create().write(out, CollectorMetrics.of(live, stats(), true, HTTP));
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
}
