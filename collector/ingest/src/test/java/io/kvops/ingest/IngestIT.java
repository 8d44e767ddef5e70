package io.kvops.ingest;

import static io.kvops.ingest.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IngestIT {
    private final UUID agentId = UUID.randomUUID();
    private final FrameLog log = new FrameLog();

    @TempDir
    Path folder;

    private IngestConfig.Builder config() {
        return IngestConfig.builder(folder).port(0).minFreeBytes(0);
    }

    private Ingest start(IngestConfig config, FrameConsumer consumer) throws IngestException {
        Ingest ingest = Ingest.open(config, consumer, Clock.systemUTC());
        ingest.start();
        return ingest;
    }

    private static List<Long> upTo(long last) {
        return LongStream.rangeClosed(1, last).boxed().toList();
    }

    @Test
    @DisplayName("frames are acknowledged and consumed in order, once")
    void frames_ackedAndConsumed() throws Exception {
        try (Ingest ingest = start(config().build(), log);
                TestAgent agent = TestAgent.connect(ingest.port(), "")) {
            for (long i = 1; i <= 100; i++) {
                agent.send(TestAgent.frame(agentId, i, 10));
            }
            agent.awaitAck(agentId, 100);
            await().until(() -> log.entries().size() == 100);
            assertThat(log.of(agentId)).isEqualTo(upTo(100));
            IngestStats stats = ingest.stats();
            assertThat(stats.frames()).isEqualTo(100);
            assertThat(stats.fsyncs()).isBetween(1L, 100L);
            assertThat(stats.series()).isEqualTo(100);
            assertThat(stats.connections()).isEqualTo(1);
            assertThat(ingest.ready()).isTrue();
        }
    }

    @Test
    @DisplayName("after a restart the consumer gets what the journal holds, and what is sent again is dropped")
    void restart_replaysAndDropsRepeated() throws Exception {
        try (Ingest ingest = start(config().build(), log);
                TestAgent agent = TestAgent.connect(ingest.port(), "")) {
            for (long i = 1; i <= 10; i++) {
                agent.send(TestAgent.frame(agentId, i, 10));
            }
            agent.awaitAck(agentId, 10);
        }
        FrameLog second = new FrameLog();
        try (Ingest ingest = start(config().build(), second);
                TestAgent agent = TestAgent.connect(ingest.port(), "")) {
            await().until(ingest::ready);
            assertThat(second.of(agentId)).isEqualTo(upTo(10));
            for (long i = 5; i <= 12; i++) {
                agent.send(TestAgent.frame(agentId, i, 10));
            }
            agent.awaitAck(agentId, 12);
            await().until(() -> second.entries().size() >= 12);
            assertThat(second.of(agentId)).isEqualTo(upTo(12));
            assertThat(ingest.stats().duplicates()).isEqualTo(6);
            assertThat(ingest.stats().replayed()).isEqualTo(10);
        }
    }

    @Test
    @DisplayName("a restart does not forget how many frames are missing, and counts none twice")
    void restart_keepsTheNumberOfMissingFrames() throws Exception {
        try (Ingest ingest = start(config().build(), log);
                TestAgent agent = TestAgent.connect(ingest.port(), "")) {
            agent.send(TestAgent.frame(agentId, 1, 10));
            agent.send(TestAgent.frame(agentId, 5, 10));
            agent.awaitAck(agentId, 5);
            assertThat(ingest.stats().gaps()).isEqualTo(3);
        }
        try (Ingest ingest = start(config().build(), new FrameLog());
                TestAgent agent = TestAgent.connect(ingest.port(), "")) {
            await().until(ingest::ready);
            assertThat(ingest.stats().gaps()).isEqualTo(3);
            agent.send(TestAgent.frame(agentId, 7, 10));
            agent.awaitAck(agentId, 7);
            await().until(() -> ingest.stats().consumed() == 3);
            assertThat(ingest.stats().gaps()).isEqualTo(4);
        }
    }
}
