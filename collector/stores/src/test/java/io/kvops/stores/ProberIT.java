package io.kvops.stores;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kvops.stores.Measurement.State;
import io.kvops.stores.StoreEvent.Type;
import io.kvops.stores.testing.Etcd;
import io.kvops.stores.testing.ServerProcess;
import io.kvops.stores.testing.Sink;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProberIT {
    private final Sink sink = new Sink();

    @ParameterizedTest
    @CsvSource({"redis,memory.used.bytes", "memcached,memory.limit.bytes", "etcd,storage.used.bytes"})
    @DisplayName(
            "a server that dies and returns is said to be down once, then up with the gap; meanwhile no values, no zeros")
    void server_diesAndReturns_isReportedNeverAsZeros(String kind, String gauge, @TempDir Path dir) throws Exception {
        try (ServerProcess server = start(kind, dir);
                Prober prober = prober(target(kind + "://127.0.0.1:" + server.port()))) {
            String subject = kind + "://127.0.0.1:" + server.port();
            await().until(() -> sink.of(subject).size() >= 2);
            assertThat(sink.of(subject))
                    .allMatch(m -> m.state() == State.UP && m.events().isEmpty());

            server.kill();
            await().until(() -> sink.of(subject).stream()
                            .filter(m -> m.state() == State.DOWN)
                            .count()
                    >= 2);
            server.restart();
            await().until(() -> !sink.events(subject, Type.UP).isEmpty());
            await().until(() -> prober.status().get(0).state() == State.UP);

            assertThat(sink.events(subject, Type.DOWN)).hasSize(1);
            assertThat(sink.events(subject, Type.UP))
                    .hasSize(1)
                    .allSatisfy(e -> assertThat(Double.parseDouble(e.details().get("gapSeconds")))
                            .isPositive());
            assertThat(sink.events(subject, Type.RESTARTED)).hasSize(1);
            assertThat(sink.of(subject)).allSatisfy(m -> {
                if (m.state() == State.DOWN) {
                    assertThat(m.values()).isEmpty();
                    assertThat(m.problem()).isNotEmpty();
                } else {
                    assertThat(m.values().get(gauge)).isPositive();
                }
            });
        }
    }

    private static ServerProcess start(String kind, Path dir) throws Exception {
        return switch (kind) {
            case "redis" -> ServerProcess.redis(dir);
            case "memcached" -> ServerProcess.memcached(dir);
            default -> Etcd.start(dir);
        };
    }

    @Test
    void host_isMeasured() {
        try (Prober prober = prober(target("host:/"))) {
            await().until(() -> prober.stats().up() == 1);
            TargetStatus status = prober.status().get(0);
            Measurement found = sink.of(status.subject()).get(0);
            assertThat(found.kind()).isEqualTo("host");
            assertThat(found.values())
                    .containsKeys("memory.used.bytes", "memory.limit.bytes", "storage.used.bytes", "cpu.cores.count");
        }
    }

    private Prober prober(ProbeTarget... targets) {
        ProberConfig config = new ProberConfig(List.of(targets), 4, Duration.ofMillis(300), true);
        Prober prober = Prober.open(config, sink, Clock.systemUTC());
        prober.start();
        return prober;
    }

    private static ProbeTarget target(String address) {
        return new ProbeTarget(StoreAddress.parse(address), "", Duration.ofSeconds(1), Duration.ofSeconds(1), Map.of());
    }
}
