package io.kvops.ingest;

import static io.kvops.ingest.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvops.wire.Ack;
import io.kvops.wire.Refusal;
import io.kvops.wire.Welcome;
import io.kvops.wire.WireCodec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostileIT {
    private static final int FRAME_LIMIT = 64 << 10;
    private static final String TOKEN = "s3cret";

    private final UUID agentId = UUID.randomUUID();
    private final FrameLog log = new FrameLog();
    private Ingest ingest;

    @TempDir
    Path folder;

    private void start(IngestConfig.Builder config) throws IngestException {
        ingest = Ingest.open(config.build(), log, Clock.systemUTC());
        ingest.start();
    }

    private IngestConfig.Builder config() {
        return IngestConfig.builder(folder)
                .port(0)
                .token(TOKEN)
                .maxFrameBytes(FRAME_LIMIT)
                .minFreeBytes(0);
    }

    /** Whatever was done to it, it goes on to serve. */
    @AfterEach
    void worksAsBefore() throws Exception {
        try (Ingest last = ingest) {
            last.apply(config().build());
            await().until(() -> last.stats().connections() == 0);
            try (TestAgent agent = TestAgent.connect(last.port(), TOKEN)) {
                UUID id = UUID.randomUUID();
                agent.send(TestAgent.frame(id, 1, 10));
                agent.awaitAck(id, 1);
                await().until(() -> log.of(id).equals(List.of(1L)));
            }
        }
    }

    private void assertRefused(Refusal refusal, Refusal.Kind kind, String text) {
        assertThat(refusal.kind()).isEqualTo(kind);
        assertThat(refusal.message()).contains(text).doesNotContain("\n");
        assertThat(ingest.stats().refusals()).containsEntry(kind, 1L);
    }

    @Test
    void garbage_refused() throws Exception {
        start(config());
        try (TestAgent agent = TestAgent.dial(ingest.port())) {
            agent.sendRaw("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertRefused(agent.awaitRefusal(), Refusal.Kind.MALFORMED, "not an agent");
        }
    }

    @Test
    @DisplayName("another wire format is told apart from garbage")
    void otherMagic_refusedAsVersion() throws Exception {
        start(config());
        try (TestAgent agent = TestAgent.dial(ingest.port())) {
            agent.sendRaw("KVO2".getBytes(StandardCharsets.US_ASCII));
            assertRefused(agent.awaitRefusal(), Refusal.Kind.VERSION, "wire format 1");
        }
    }

    @Test
    void wrongToken_refused() throws Exception {
        start(config());
        try (TestAgent agent = TestAgent.dial(ingest.port())) {
            agent.magic();
            agent.send(TestAgent.hello("guess", 1));
            assertRefused(agent.awaitRefusal(), Refusal.Kind.TOKEN, "wrong token");
        }
    }

    @Test
    void oldVersion_refused() throws Exception {
        start(config());
        try (TestAgent agent = TestAgent.dial(ingest.port())) {
            agent.magic();
            agent.send(TestAgent.hello(TOKEN, 0));
            assertRefused(agent.awaitRefusal(), Refusal.Kind.VERSION, "version 0");
        }
    }

    @Test
    @DisplayName("an agent of a later version is welcome, at the version spoken here")
    void laterVersion_welcome() throws Exception {
        start(config());
        try (TestAgent agent = TestAgent.dial(ingest.port())) {
            agent.magic();
            agent.send(TestAgent.hello(TOKEN, 99));
            assertThat(agent.receive()).isInstanceOfSatisfying(Welcome.class, welcome -> {
                assertThat(welcome.protocol()).isEqualTo(WireCodec.PROTOCOL_VERSION);
                assertThat(welcome.maxFrameBytes()).isEqualTo(FRAME_LIMIT);
            });
        }
    }

    @Test
    void frameBeforeHello_refused() throws Exception {
        start(config());
        try (TestAgent agent = TestAgent.dial(ingest.port())) {
            agent.magic();
            agent.send(TestAgent.frame(agentId, 1, 1));
            assertRefused(agent.awaitRefusal(), Refusal.Kind.MALFORMED, "not a hello");
        }
        assertThat(log.entries()).isEmpty();
    }

    @Test
    void secondHello_refused() throws Exception {
        start(config());
        try (TestAgent agent = TestAgent.connect(ingest.port(), TOKEN)) {
            agent.send(TestAgent.hello(TOKEN, 1));
            assertRefused(agent.awaitRefusal(), Refusal.Kind.MALFORMED, "Hello");
        }
    }

    @Test
    void messageOfTheCollector_refused() throws Exception {
        start(config());
        try (TestAgent agent = TestAgent.connect(ingest.port(), TOKEN)) {
            agent.send(new Ack(agentId, 1));
            assertRefused(agent.awaitRefusal(), Refusal.Kind.MALFORMED, "Ack");
        }
    }

    @Test
    void frameOverLimit_refused() throws Exception {
        start(config());
        try (TestAgent agent = TestAgent.connect(ingest.port(), TOKEN)) {
            agent.send(TestAgent.frame(agentId, 1, FRAME_LIMIT));
            assertRefused(agent.awaitRefusal(), Refusal.Kind.TOO_LARGE, "limit " + FRAME_LIMIT);
        }
        assertThat(log.entries()).isEmpty();
    }

    @Test
    @DisplayName("the largest frame that the limit allows is kept")
    void frameAtLimit_kept() throws Exception {
        start(config());
        int overhead = WireCodec.encode(TestAgent.frame(agentId, 1, 60_000)).length - 60_000;
        try (TestAgent agent = TestAgent.connect(ingest.port(), TOKEN)) {
            agent.send(TestAgent.frame(agentId, 1, FRAME_LIMIT - overhead));
            agent.awaitAck(agentId, 1);
        }
        await().until(() -> log.of(agentId).size() == 1);
    }

    @Test
    void lengths_hugeAndNegative_refused() throws Exception {
        start(config());
        for (int length : new int[] {-1, Integer.MIN_VALUE, Integer.MAX_VALUE, FRAME_LIMIT + 1}) {
            try (TestAgent agent = TestAgent.connect(ingest.port(), TOKEN)) {
                agent.sendRaw(ByteBuffer.allocate(4).putInt(length).array());
                Refusal.Kind expected = length < 0 ? Refusal.Kind.MALFORMED : Refusal.Kind.TOO_LARGE;
                assertThat(agent.awaitRefusal().kind()).isEqualTo(expected);
            }
        }
    }

    @Test
    @DisplayName("who has not said a valid hello cannot make the collector hold a large message")
    void hugeHello_refused() throws Exception {
        start(config().maxFrameBytes(4 << 20));
        try (TestAgent agent = TestAgent.dial(ingest.port())) {
            agent.magic();
            agent.sendRaw(ByteBuffer.allocate(4).putInt(1 << 20).array());
            assertRefused(agent.awaitRefusal(), Refusal.Kind.TOO_LARGE, "limit 16384");
        }
    }

    @Test
    void undecodable_refused() throws Exception {
        start(config());
        try (TestAgent agent = TestAgent.connect(ingest.port(), TOKEN)) {
            agent.sendBytes(0, 0, 0, 3, 0xff, 0xff, 0xff);
            assertRefused(agent.awaitRefusal(), Refusal.Kind.MALFORMED, "malformed");
        }
    }

    @Test
    void sequenceBelowOne_refused() throws Exception {
        start(config());
        try (TestAgent agent = TestAgent.connect(ingest.port(), TOKEN)) {
            agent.send(TestAgent.frame(agentId, 0, 1));
            assertRefused(agent.awaitRefusal(), Refusal.Kind.MALFORMED, "sequence 0");
        }
    }

    @Test
    @DisplayName("frames before a refusal on the same connection are kept")
    void framesBeforeGarbage_kept() throws Exception {
        start(config());
        try (TestAgent agent = TestAgent.connect(ingest.port(), TOKEN)) {
            for (long i = 1; i <= 20; i++) {
                agent.send(TestAgent.frame(agentId, i, 10));
            }
            agent.sendBytes(-1, -1, -1, -1);
            await().until(() -> log.of(agentId).size() == 20);
        }
    }

    @Test
    @DisplayName("a message byte by byte is a message")
    void dribble_accepted() throws Exception {
        start(config());
        byte[] message = WireCodec.encode(TestAgent.frame(agentId, 1, 10));
        try (TestAgent agent = TestAgent.connect(ingest.port(), TOKEN)) {
            for (byte b : ByteBuffer.allocate(4).putInt(message.length).array()) {
                agent.sendBytes(b);
            }
            for (byte b : message) {
                agent.sendBytes(b);
            }
            agent.awaitAck(agentId, 1);
        }
    }

    @Test
    void silence_closed() throws Exception {
        start(config().messageTimeout(Duration.ofMillis(200)));
        try (TestAgent agent = TestAgent.dial(ingest.port())) {
            assertThat(agent.awaitEnd()).isTrue();
            assertThat(ingest.stats().slowClosed()).isEqualTo(1);
        }
    }

    @Test
    void halfMessage_closed() throws Exception {
        start(config());
        try (TestAgent agent = TestAgent.connect(ingest.port(), TOKEN)) {
            agent.sendBytes(0, 0, 1, 0, 7, 7, 7);
            ingest.apply(config().messageTimeout(Duration.ofMillis(200)).build());
            assertThat(agent.awaitEnd()).isTrue();
            assertThat(ingest.stats().slowClosed()).isEqualTo(1);
        }
    }

    @Test
    void idle_closed() throws Exception {
        start(config());
        try (TestAgent agent = TestAgent.connect(ingest.port(), TOKEN)) {
            ingest.apply(config().idleTimeout(Duration.ofMillis(300)).build());
            assertThat(agent.awaitEnd()).isTrue();
            assertThat(ingest.stats().idleClosed()).isEqualTo(1);
        }
    }

    @Test
    void connectionsOverLimit_refused() throws Exception {
        start(config().maxConnections(3));
        List<TestAgent> agents = new ArrayList<>();
        try {
            for (int i = 0; i < 3; i++) {
                agents.add(TestAgent.connect(ingest.port(), TOKEN));
            }
            try (TestAgent more = TestAgent.dial(ingest.port())) {
                assertRefused(more.awaitRefusal(), Refusal.Kind.UNAVAILABLE, "3 connections");
            }
            agents.remove(0).close();
            await().until(() -> ingest.stats().connections() <= 2);
            agents.add(TestAgent.connect(ingest.port(), TOKEN));
        } finally {
            for (TestAgent agent : agents) {
                agent.close();
            }
        }
    }

    @Test
    @DisplayName("a flood of connections: those over the limit are told or cut, and none is kept")
    void flood_bounded() throws Exception {
        start(config().maxConnections(10));
        List<TestAgent> flood = new ArrayList<>();
        try {
            for (int i = 0; i < 300; i++) {
                flood.add(TestAgent.dial(ingest.port()));
            }
            await().until(() -> ingest.stats().connectionsTotal() == 300);
            await().until(() -> ingest.stats().connections() <= 10);
            assertThat(ingest.stats().refusals()).containsEntry(Refusal.Kind.UNAVAILABLE, 290L);
        } finally {
            for (TestAgent agent : flood) {
                agent.close();
            }
        }
    }

    @Test
    @DisplayName("random bytes, before and after a hello, never harm it")
    void randomBytes_neverHarm() throws Exception {
        long seed = Long.getLong("kvops.seed", System.nanoTime());
        System.out.println("HostileIT seed " + seed + " (repeat with -Dkvops.seed=" + seed + ")");
        Random random = new Random(seed);
        start(config());
        int rounds = Boolean.getBoolean("kvops.proof") ? 5_000 : 200;
        for (int round = 0; round < rounds; round++) {
            byte[] bytes = new byte[random.nextInt(3_000)];
            random.nextBytes(bytes);
            if (random.nextBoolean() && bytes.length >= 4) {
                // a length that fits, so that the decoder sees the rest
                ByteBuffer.wrap(bytes).putInt(bytes.length - 4);
            }
            try (TestAgent agent =
                    random.nextBoolean() ? TestAgent.connect(ingest.port(), TOKEN) : TestAgent.dial(ingest.port())) {
                if (random.nextInt(3) == 0) {
                    agent.magic();
                }
                agent.sendRaw(bytes);
            } catch (IOException e) {
                // refused while sending
                continue;
            }
        }
        assertThat(log.entries()).isEmpty();
    }
}
