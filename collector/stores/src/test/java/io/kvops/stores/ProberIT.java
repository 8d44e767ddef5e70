package io.kvops.stores;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kvops.stores.Measurement.State;
import io.kvops.stores.StoreEvent.Type;
import io.kvops.stores.testing.Addresses;
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
            await().atMost(Addresses.TIMEOUT).until(() -> prober.status().get(0).state() == State.UP);

            server.kill();
            await().atMost(Addresses.TIMEOUT).until(() -> prober.status().get(0).failures() >= 2);
            server.restart();
            await().atMost(Addresses.TIMEOUT).until(() -> prober.status().get(0).state() == State.UP);
            await().atMost(Addresses.TIMEOUT)
                    .until(() -> !sink.events(subject, Type.RESTARTED).isEmpty());

            // each once: on a machine so busy that a look takes longer than its timeout there are more, one after the
            // other
            List<Type> moves = sink.of(subject).stream()
                    .flatMap(m -> m.events().stream())
                    .map(StoreEvent::type)
                    .filter(type -> type == Type.DOWN || type == Type.UP)
                    .toList();
            for (int i = 1; i < moves.size(); i++) {
                assertThat(moves.get(i)).isNotEqualTo(moves.get(i - 1));
            }
            assertThat(sink.events(subject, Type.UP))
                    .isNotEmpty()
                    .allSatisfy(e -> assertThat(Double.parseDouble(e.details().get("gapSeconds")))
                            .isNotNegative());
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
            await().atMost(Addresses.TIMEOUT).until(() -> prober.stats().up() == 1);
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
