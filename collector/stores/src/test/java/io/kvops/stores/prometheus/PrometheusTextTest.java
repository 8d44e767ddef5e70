package io.kvops.stores.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrometheusTextTest {
    @Test
    void parse_everyForm_isRead() {
        PrometheusText text = PrometheusText.parse("""
                # HELP http_requests_total The total.
                # TYPE http_requests_total counter
                http_requests_total{method="post",code="200"} 1027 1395066363000
                http_requests_total { method = "get" , path="a\\"b\\\\c\\nd", } 3
                plain +Inf
                odd NaN
                small -1.5e-9
                """);

        assertThat(text.bad()).isZero();
        assertThat(text.samples()).hasSize(5);
        assertThat(text.sum("http_requests_total")).isEqualTo(1030);
        assertThat(text.type("http_requests_total")).isEqualTo("counter");
        assertThat(text.samples().get(1).labels()).isEqualTo(Map.of("method", "get", "path", "a\"b\\c\nd"));
        assertThat(text.sum("plain")).isInfinite();
        assertThat(text.sum("absent")).isNaN();
    }

    @Test
    void parse_nonsense_isCountedNeverThrown() {
        long seed = System.nanoTime();
        System.out.println("PrometheusTextTest seed " + seed);
        Random random = new Random(seed);
        String alphabet = "ab_{}\"=,\\ 19.+-eN#\n\t";
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < 200_000; i++) {
            all.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        PrometheusText text = PrometheusText.parse(all.toString());
        assertThat(text.bad()).isPositive();
        for (PrometheusText.Sample sample : text.samples()) {
            assertThat(sample.name()).matches("[a-zA-Z_:][a-zA-Z0-9_:]*");
        }
    }

    @Test
    void parse_tooManyAndTooLong_areBounded() {
        String many = "x{l=\"" + "v".repeat(10_000) + "\"} 1\n";
        PrometheusText text = PrometheusText.parse(many + "y 1\n".repeat(PrometheusText.MAX_SAMPLES));
        assertThat(text.samples()).hasSize(PrometheusText.MAX_SAMPLES);
        assertThat(text.skipped()).isEqualTo(1);
        assertThat(text.samples().get(0).labels().get("l")).hasSize(200);
    }

    @ParameterizedTest
    @CsvSource({
        "process_cpu_seconds_total, true, process.cpu.seconds.total",
        "http_requests_total, true, http.requests.count.total",
        "http_request_duration_seconds_sum, true, http.request.duration.seconds.total",
        "http_request_duration_seconds_count, true, http.request.duration.seconds.count.total",
        "node_memory_MemFree_bytes, false, node.memory.memfree.bytes",
        "go_goroutines, false, go.goroutines.value",
        "_odd__name_, false, odd.name.value",
        "up, false, up.value",
    })
    void gaugeName_ofAMetric_hasItsUnitLast(String metric, boolean counter, String gauge) {
        assertThat(GaugeNames.of(metric, counter, Map.of())).isEqualTo(gauge);
    }

    @Test
    void gaugeName_withLabels_keepsSeriesApart() {
        assertThat(GaugeNames.of("up", false, Map.of("job", "a\"{b}"))).isEqualTo("up.value{job=\"a__b_\"}");
        String one = GaugeNames.of("up", false, Map.of("job", "x".repeat(190) + "1"));
        String two = GaugeNames.of("up", false, Map.of("job", "x".repeat(190) + "2"));
        assertThat(one).isNotEqualTo(two).hasSizeLessThan(200);
    }

    @Test
    void gaugeName_ofAnyLength_isOneThatAReadingTakes() {
        for (int length : new int[] {1, 119, 120, 121, 250, 100_000}) {
            String one = GaugeNames.of("y".repeat(length), true, Map.of("job", "x".repeat(length) + "1"));
            String two = GaugeNames.of("y".repeat(length) + "z", true, Map.of("job", "x".repeat(length) + "1"));
            assertThat(one).isNotEqualTo(two);
            assertThat(one).hasSizeLessThanOrEqualTo(250).matches("[a-z.0-9-]+\\.count\\.total\\{[^{}]{1,200}\\}");
        }
    }
}
