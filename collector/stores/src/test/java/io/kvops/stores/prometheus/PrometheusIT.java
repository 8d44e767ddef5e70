package io.kvops.stores.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.kvops.stores.Measurement;
import io.kvops.stores.Measurement.State;
import io.kvops.stores.testing.Addresses;
import io.kvops.stores.testing.ServerProcess;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrometheusIT {
    @Test
    void measure_aRealPrometheus_equalsItsMetrics(@TempDir Path dir) throws Exception {
        ServerProcess.require("prometheus", "prometheus");
        Path config = Files.writeString(dir.resolve("prometheus.yml"), "scrape_configs: []\n");
        int port = ServerProcess.freePort();
        List<String> command = List.of(
                "prometheus",
                "--config.file=" + config,
                "--storage.tsdb.path=" + dir.resolve("data"),
                "--web.listen-address=127.0.0.1:" + port);
        try (ServerProcess server = ServerProcess.start(command, dir.resolve("prometheus.log"), port)) {
            String url = "http://127.0.0.1:" + server.port() + "/metrics";

            Measurement found = Addresses.measure(url);
            Measurement some = Addresses.measure(url + "#metrics=prometheus_tsdb_*,process_*");
            PrometheusText own = PrometheusText.parse(
                    new String(URI.create(url).toURL().openStream().readAllBytes(), StandardCharsets.UTF_8));

            assertThat(found.state()).as(found.problem()).isEqualTo(State.UP);
            assertThat(found.kind()).isEqualTo("prometheus");
            assertThat(own.bad()).isZero();
            assertThat(found.values())
                    .containsEntry("process.max.fds.value", own.sum("process_max_fds"))
                    .containsEntry("prometheus.tsdb.head.series.value", own.sum("prometheus_tsdb_head_series"))
                    .containsEntry("process.start.time.seconds", own.sum("process_start_time_seconds"))
                    .hasEntrySatisfying(
                            "process.cpu.seconds.total",
                            v -> assertThat(v).isCloseTo(own.sum("process_cpu_seconds_total"), within(2.0)));
            assertThat(some.values().keySet()).isNotEmpty().allMatch(n -> n.matches("(prometheus\\.tsdb|process).*"));
            assertThat(some.values().size()).isLessThan(found.values().size());
        }
    }
}
