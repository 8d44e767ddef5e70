package io.kvops.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class IngestConfigTest {
    private static final Path DIR = Path.of("data");

    @Test
    void defaults() {
        assertThat(IngestConfig.of(DIR))
                .isEqualTo(new IngestConfig(
                        "127.0.0.1",
                        7171,
                        DIR,
                        null,
                        "",
                        Map.of(),
                        4 << 20,
                        IngestConfig.Sync.ALWAYS,
                        Duration.ofSeconds(1),
                        20_000,
                        0,
                        200_000,
                        10_000,
                        64 << 20,
                        Duration.ofMinutes(5),
                        Duration.ofSeconds(30),
                        Duration.ofHours(24),
                        8L << 30,
                        128 << 20,
                        Duration.ofMinutes(10),
                        16L << 30,
                        256 << 20));
    }

    @Test
    void everyValue_canBeSet() {
        TlsConfig tls = new TlsConfig(Path.of("c.pem"), Path.of("k.pem"), Path.of("ca.pem"));
        Map<String, TokenQuota> tokens = Map.of("shop", new TokenQuota("s", 1, 2, 3));
        IngestConfig config = IngestConfig.builder(DIR)
                .host("::1")
                .port(1)
                .tls(tls)
                .token("t")
                .tokens(tokens)
                .maxFrameBytes(2_000)
                .sync(IngestConfig.Sync.INTERVAL)
                .syncInterval(Duration.ofMillis(2))
                .maxConnections(3)
                .maxConnectionsPerAddress(2)
                .maxAgents(5_000)
                .maxSeriesPerAgent(100)
                .queueBytes(4_000)
                .idleTimeout(Duration.ofSeconds(5))
                .messageTimeout(Duration.ofSeconds(6))
                .retentionAge(Duration.ofSeconds(7))
                .retentionBytes(8 << 20)
                .segmentBytes(9 << 20)
                .segmentAge(Duration.ofSeconds(10))
                .maxPendingBytes(12 << 20)
                .minFreeBytes(11)
                .build();
        assertThat(config)
                .isEqualTo(new IngestConfig(
                        "::1",
                        1,
                        DIR,
                        tls,
                        "t",
                        tokens,
                        2_000,
                        IngestConfig.Sync.INTERVAL,
                        Duration.ofMillis(2),
                        3,
                        2,
                        5_000,
                        100,
                        4_000,
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(6),
                        Duration.ofSeconds(7),
                        8 << 20,
                        9 << 20,
                        Duration.ofSeconds(10),
                        12 << 20,
                        11));
    }

    @Test
    void outOfRange_saysValueAndExpected() {
        rejects(b -> b.host(" "), "host: empty");
        rejects(b -> b.port(65_536), "port: 65536 (expected 0 to 65535)");
        rejects(b -> b.port(-1), "port: -1");
        rejects(b -> b.maxFrameBytes(1_023), "maxFrameBytes: 1023 (expected 1024 to 67108864)");
        rejects(b -> b.syncInterval(Duration.ZERO), "syncInterval: PT0S (expected PT0.001S to PT1M)");
        rejects(b -> b.maxConnections(0), "maxConnections: 0");
        rejects(b -> b.maxConnectionsPerAddress(-1), "maxConnectionsPerAddress: -1");
        rejects(b -> b.maxAgents(0), "maxAgents: 0");
        rejects(b -> b.maxSeriesPerAgent(9), "maxSeriesPerAgent: 9 (expected 10 to 1000000)");
        rejects(b -> b.tokens(Map.of("a", new TokenQuota("t", -1, 0, 0))), "maxFramesPerSecond: -1");
        rejects(b -> b.tokens(Map.of("a", TokenQuota.of(" "))), "token: empty");
        rejects(b -> b.queueBytes(1), "queueBytes: 1 (expected 4194304");
        rejects(b -> b.idleTimeout(Duration.ofMillis(9)), "idleTimeout");
        rejects(b -> b.messageTimeout(Duration.ofHours(2)), "messageTimeout");
        rejects(b -> b.retentionAge(Duration.ZERO), "retentionAge");
        rejects(b -> b.retentionBytes(0), "retentionBytes");
        rejects(b -> b.maxPendingBytes(1_000), "maxPendingBytes: 1000 (expected 1048576");
        rejects(b -> b.segmentBytes(1), "segmentBytes");
        rejects(b -> b.segmentAge(Duration.ofSeconds(-1)), "segmentAge");
        rejects(b -> b.minFreeBytes(-1), "minFreeBytes");
    }

    private static void rejects(UnaryOperator<IngestConfig.Builder> change, String message) {
        assertThatThrownBy(() -> change.apply(IngestConfig.builder(DIR)).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void token_isNotPrinted() {
        IngestConfig config = IngestConfig.builder(DIR)
                .token("s3cret")
                .tokens(Map.of("shop", TokenQuota.of("hidden")))
                .build();
        assertThat(config.toString() + config.tokens())
                .doesNotContain("s3cret")
                .doesNotContain("hidden")
                .contains("token set");
    }
}
