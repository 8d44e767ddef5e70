package io.kvops.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
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
                        "",
                        4 << 20,
                        IngestConfig.Sync.ALWAYS,
                        Duration.ofSeconds(1),
                        1_024,
                        64 << 20,
                        Duration.ofMinutes(5),
                        Duration.ofSeconds(30),
                        Duration.ofHours(24),
                        8L << 30,
                        128 << 20,
                        Duration.ofMinutes(10),
                        256 << 20));
    }

    @Test
    void everyValue_canBeSet() {
        IngestConfig config = IngestConfig.builder(DIR)
                .host("::1")
                .port(1)
                .token("t")
                .maxFrameBytes(2_000)
                .sync(IngestConfig.Sync.INTERVAL)
                .syncInterval(Duration.ofMillis(2))
                .maxConnections(3)
                .queueBytes(4_000)
                .idleTimeout(Duration.ofSeconds(5))
                .messageTimeout(Duration.ofSeconds(6))
                .retentionAge(Duration.ofSeconds(7))
                .retentionBytes(8 << 20)
                .segmentBytes(9 << 20)
                .segmentAge(Duration.ofSeconds(10))
                .minFreeBytes(11)
                .build();
        assertThat(config)
                .isEqualTo(new IngestConfig(
                        "::1",
                        1,
                        DIR,
                        "t",
                        2_000,
                        IngestConfig.Sync.INTERVAL,
                        Duration.ofMillis(2),
                        3,
                        4_000,
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(6),
                        Duration.ofSeconds(7),
                        8 << 20,
                        9 << 20,
                        Duration.ofSeconds(10),
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
        rejects(b -> b.queueBytes(1), "queueBytes: 1 (expected 4194304");
        rejects(b -> b.idleTimeout(Duration.ofMillis(9)), "idleTimeout");
        rejects(b -> b.messageTimeout(Duration.ofHours(2)), "messageTimeout");
        rejects(b -> b.retentionAge(Duration.ZERO), "retentionAge");
        rejects(b -> b.retentionBytes(0), "retentionBytes");
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
        assertThat(IngestConfig.builder(DIR).token("s3cret").build().toString())
                .doesNotContain("s3cret")
                .contains("token set");
    }
}
