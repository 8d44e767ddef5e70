package io.kvops.ingest;

import static io.kvops.ingest.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvops.wire.Configure;
import io.kvops.wire.Configured;
import io.kvops.wire.Hello;
import io.kvops.wire.Message;
import io.kvops.wire.Pace;
import io.kvops.wire.Refusal;
import io.kvops.wire.Welcome;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many agents of many services: tokens, quotas, configuration, and all that changes live. */
class FleetIT {
    private final UUID agentId = UUID.randomUUID();
    private final FrameLog log = new FrameLog();
    private final AtomicLong freeBytes = new AtomicLong(Long.MAX_VALUE);

    @TempDir
    Path folder;

    private IngestConfig.Builder config() {
        return IngestConfig.builder(folder).port(0);
    }

    private Ingest start(IngestConfig.Builder config) throws IngestException {
        Ingest ingest = Ingest.open(
                config.build(),
                log,
                new Ingest.Seams(Clock.systemUTC(), System::nanoTime, freeBytes::get, journal -> journal));
        ingest.start();
        return ingest;
    }

    private static void assertRefused(Ingest ingest, Hello hello, Refusal.Kind kind, String text) throws Exception {
        try (TestAgent agent = TestAgent.dial(ingest.port())) {
            agent.magic();
            agent.send(hello);
            Refusal refusal = agent.awaitRefusal();
            assertThat(refusal.kind()).isEqualTo(kind);
            assertThat(refusal.message()).contains(text);
        }
    }

    @Test
    @DisplayName("a service with a token of its own has no other, and its token is for that service only")
    void tokens_areOfTheirServices() throws Exception {
        try (Ingest ingest = start(config().token("all").tokens(Map.of("shop", TokenQuota.of("s"))))) {
            int port = ingest.port();
            TestAgent.connect(port, TestAgent.hello(agentId, "shop", "s")).close();
            TestAgent.connect(port, TestAgent.hello(agentId, "cart", "all")).close();
            assertRefused(ingest, TestAgent.hello(agentId, "shop", "all"), Refusal.Kind.TOKEN, "wrong token");
            assertRefused(ingest, TestAgent.hello(agentId, "cart", "s"), Refusal.Kind.TOKEN, "service cart");
            assertRefused(ingest, TestAgent.hello(agentId, "cart", ""), Refusal.Kind.TOKEN, "no token");
        }
        try (Ingest ingest = start(config().tokens(Map.of("shop", TokenQuota.of("s"))))) {
            TestAgent.connect(ingest.port(), TestAgent.hello(agentId, "shop", "s"))
                    .close();
            assertRefused(ingest, TestAgent.hello(agentId, "cart", ""), Refusal.Kind.TOKEN, "no token");
        }
    }

    @Test
    @DisplayName("a frame of another service than the token's is not acknowledged and not kept; the others are")
    void foreignFrames_areNotTaken() throws Exception {
        UUID other = UUID.randomUUID();
        try (Ingest ingest = start(config().token("all").tokens(Map.of("shop", TokenQuota.of("s"))));
                TestAgent shop = TestAgent.connect(ingest.port(), TestAgent.hello(agentId, "shop", "s"));
                TestAgent cart = TestAgent.connect(ingest.port(), TestAgent.hello(other, "cart", "all"))) {
            shop.send(TestAgent.frame(TestAgent.source(other, "cart"), 1, 10));
            shop.send(TestAgent.frame(TestAgent.source(agentId, "shop"), 1, 10));
            shop.awaitAck(agentId, 1);
            cart.send(TestAgent.frame(TestAgent.source(agentId, "shop"), 2, 10));
            cart.send(TestAgent.frame(TestAgent.source(other, "wishes"), 1, 10));
            cart.awaitAck(other, 1);
            await().until(() -> log.entries().size() == 2);
            assertThat(ingest.stats().foreignFrames()).isEqualTo(2);
        }
    }

    @Test
    void agentsOfAService_areLimited() throws Exception {
        try (Ingest ingest = start(config().tokens(Map.of("shop", new TokenQuota("s", 0, 0, 1))))) {
            TestAgent first = TestAgent.connect(ingest.port(), TestAgent.hello(agentId, "shop", "s"));
            // the same agent again, whose connection before is not seen to be gone yet
            TestAgent.connect(ingest.port(), TestAgent.hello(agentId, "shop", "s"))
                    .close();
            UUID second = UUID.randomUUID();
            assertRefused(ingest, TestAgent.hello(second, "shop", "s"), Refusal.Kind.UNAVAILABLE, "1 agents connected");
            first.close();
            await().until(() -> ingest.stats().connections() == 0);
            TestAgent.connect(ingest.port(), TestAgent.hello(second, "shop", "s"))
                    .close();
        }
    }

    @Test
    void connectionsOfAnAddress_areLimited() throws Exception {
        try (Ingest ingest = start(config().maxConnectionsPerAddress(1))) {
            try (TestAgent first = TestAgent.connect(ingest.port(), "")) {
                assertRefused(ingest, TestAgent.hello("", 1), Refusal.Kind.UNAVAILABLE, "maxConnectionsPerAddress");
                first.send(TestAgent.frame(agentId, 1, 1));
                first.awaitAck(agentId, 1);
            }
            await().until(() -> ingest.stats().connections() == 0);
            TestAgent.connect(ingest.port(), "").close();
        }
    }

    @Test
    @DisplayName("over its quota a service is asked for a longer interval and read more slowly; nothing is lost")
    void quota_pacesThenSlows() throws Exception {
        try (Ingest ingest = start(config().tokens(Map.of("shop", new TokenQuota("s", 20, 0, 0))));
                TestAgent agent = TestAgent.connect(ingest.port(), TestAgent.hello(agentId, "shop", "s", "pace"));
                TestAgent old = TestAgent.connect(ingest.port(), TestAgent.hello(UUID.randomUUID(), "shop", "s"))) {
            for (long i = 1; i <= 60; i++) {
                agent.send(TestAgent.frame(TestAgent.source(agentId, "shop"), i, 10));
            }
            Pace pace = next(agent, Pace.class);
            assertThat(pace.intervalMillis()).isEqualTo(2_000);
            assertThat(ingest.agents()).hasSize(2).anySatisfy(a -> {
                assertThat(a.id()).isEqualTo(agentId);
                assertThat(a.paceMillis()).isEqualTo(2_000);
                assertThat(a.frames()).isPositive();
            });
            assertThat(ingest.stats().paceMillis()).isGreaterThanOrEqualTo(2_000);
            agent.awaitAck(agentId, 60);
            await().until(() -> log.of(agentId).size() == 60);
            assertThat(log.of(agentId))
                    .isEqualTo(LongStream.rangeClosed(1, 60).boxed().toList());
            assertThat(ingest.stats().quotaWaits()).isPositive();
            assertThat(old.awaitNothing())
                    .as("an agent that cannot be paced is told nothing")
                    .isTrue();
        }
    }

    @Test
    @DisplayName("a disk that is full: agents are asked for longer intervals, and told when it is over")
    void fullDisk_pacesAll() throws Exception {
        AtomicLong faster = new AtomicLong(100);
        Ingest.Seams seams = new Ingest.Seams(
                Clock.systemUTC(), () -> System.nanoTime() * faster.get(), freeBytes::get, journal -> journal);
        try (Ingest ingest = Ingest.open(
                config().idleTimeout(Duration.ofDays(1))
                        .messageTimeout(Duration.ofHours(1))
                        .build(),
                log,
                seams)) {
            ingest.start();
            try (TestAgent agent = TestAgent.connect(ingest.port(), TestAgent.hello(agentId, "shop", "", "pace"))) {
                freeBytes.set(0);
                agent.send(TestAgent.frame(agentId, 1, 1));
                assertThat(next(agent, Pace.class).intervalMillis()).isEqualTo(2_000);
                try (TestAgent late =
                        TestAgent.connect(ingest.port(), TestAgent.hello(UUID.randomUUID(), "shop", "", "pace"))) {
                    assertThat(next(late, Pace.class).intervalMillis()).isPositive();
                }
                freeBytes.set(Long.MAX_VALUE);
                agent.awaitAck(agentId, 1);
                while (next(agent, Pace.class).intervalMillis() > 0) {
                    continue;
                }
                assertThat(ingest.stats().paceMillis()).isZero();
            }
        }
    }

    private static <T extends Message> T next(TestAgent agent, Class<T> kind) throws Exception {
        while (true) {
            Message message = agent.receive();
            if (kind.isInstance(message)) {
                return kind.cast(message);
            }
            assertThat(message).as("while waiting for %s", kind).isNotNull();
        }
    }

    @Test
    @DisplayName("a configuration goes to who is there and to who comes; what each answers is seen")
    void configuration_isPushedAndConfirmed() throws Exception {
        try (Ingest ingest = start(config())) {
            UUID cartId = UUID.randomUUID();
            TestAgent shop = TestAgent.connect(ingest.port(), TestAgent.hello(agentId, "shop", "", "configure"));
            TestAgent deaf = TestAgent.connect(ingest.port(), TestAgent.hello(UUID.randomUUID(), "shop", ""));
            ingest.configureAgents(new AgentConfiguration(
                    5, Map.of("slow", "2ms", "keys", "hash"), Map.of("cart", Map.of("slow", "9ms"))));
            Configure pushed = next(shop, Configure.class);
            assertThat(pushed.version()).isEqualTo(5);
            assertThat(pushed.options()).isEqualTo(Map.of("slow", "2ms", "keys", "hash"));
            shop.send(new Configured(5, List.of()));
            awaitAgent(
                    ingest, agentId, a -> a.configVersion() == 5 && a.problems().isEmpty());

            TestAgent cart = TestAgent.dial(ingest.port());
            Welcome welcome = cart.greet(TestAgent.hello(cartId, "cart", "", "configure"));
            assertThat(welcome.configVersion()).isEqualTo(5);
            assertThat(welcome.config()).isEqualTo(Map.of("slow", "9ms", "keys", "hash"));
            cart.send(new Configured(5, List.of("slow: 9ms\nis odd")));
            awaitAgent(
                    ingest, cartId, a -> a.configVersion() == 0 && a.problems().equals(List.of("slow: 9ms?is odd")));
            assertThat(ingest.stats().configurationsRefused()).isEqualTo(1);

            ingest.configureAgents(new AgentConfiguration(6, Map.of(), Map.of()));
            assertThat(next(cart, Configure.class).options()).isEmpty();
            cart.send(new Configured(5, List.of("late")));
            cart.send(new Configured(6, List.of()));
            awaitAgent(
                    ingest, cartId, a -> a.configVersion() == 6 && a.problems().isEmpty());
            assertThat(deaf.awaitNothing()).isTrue();
            for (TestAgent agent : new TestAgent[] {shop, deaf, cart}) {
                agent.close();
            }
            await().until(() -> ingest.agents().isEmpty());
        }
    }

    private static void awaitAgent(Ingest ingest, UUID id, Predicate<ConnectedAgent> condition) {
        await().until(() -> ingest.agents().stream().anyMatch(a -> a.id().equals(id) && condition.test(a)));
    }

    @Test
    @DisplayName("tokens, limits and retention change live; who has an old token must come again with the new")
    void apply_changesLive() throws Exception {
        IngestConfig.Builder changed = config().token("new").maxConnections(2).maxFrameBytes(1 << 20);
        try (Ingest ingest = start(config().token("old"));
                TestAgent agent = TestAgent.connect(ingest.port(), TestAgent.hello(agentId, "shop", "old"))) {
            agent.send(TestAgent.frame(agentId, 1, 1));
            agent.awaitAck(agentId, 1);
            ingest.apply(changed.build());
            assertThat(agent.awaitRefusal().kind()).isEqualTo(Refusal.Kind.TOKEN);
            assertRefused(ingest, TestAgent.hello(agentId, "shop", "old"), Refusal.Kind.TOKEN, "wrong token");
            await().until(() -> ingest.stats().connections() <= 1);
            try (TestAgent again = TestAgent.dial(ingest.port())) {
                assertThat(again.greet(TestAgent.hello(agentId, "shop", "new")).maxFrameBytes())
                        .isEqualTo(1 << 20);
            }
        }
    }

    @Test
    void apply_whatNeedsARestart_changesNothing() throws Exception {
        try (Ingest ingest = start(config())) {
            List<IngestConfig> refused = new ArrayList<>();
            refused.add(config().host("localhost").token("x").build());
            refused.add(config().port(1).token("x").build());
            refused.add(
                    IngestConfig.builder(folder.resolve("b")).port(0).token("x").build());
            refused.add(config().maxAgents(5_000).token("x").build());
            refused.add(config().maxFrameBytes(8 << 20).token("x").build());
            refused.add(
                    config().tls(new TlsConfig(folder, folder, null)).token("x").build());
            for (IngestConfig config : refused) {
                assertThatThrownBy(() -> ingest.apply(config))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("needs a restart");
            }
            TestAgent.connect(ingest.port(), "").close();
        }
    }
}
