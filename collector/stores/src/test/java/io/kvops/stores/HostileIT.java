package io.kvops.stores;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.kvops.stores.Measurement.State;
import io.kvops.stores.StoreException.Kind;
import io.kvops.stores.testing.Addresses;
import io.kvops.stores.testing.FakeServer;
import io.kvops.stores.testing.Sink;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Targets that are not what they should be. */
class HostileIT {
    /** For a probe that answers at once, however busy the machine is. */
    private static final Duration ENOUGH = Duration.ofMillis(500);

    private final Sink sink = new Sink();

    @ParameterizedTest
    @ValueSource(strings = {"redis://", "etcd://", "memcached://", "http://"})
    void measure_whatSpeaksSomethingElse_isNonsenseInOneLine(String scheme) throws Exception {
        try (FakeServer server = FakeServer.talking(s -> {
            s.getInputStream().read();
            s.getOutputStream().write("SSH-2.0-OpenSSH_9.2\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            s.getInputStream().transferTo(OutputStream.nullOutputStream());
        })) {
            assertThatThrownBy(() -> Addresses.measure(scheme + "127.0.0.1:" + server.port()))
                    .isInstanceOfSatisfying(
                            StoreException.class,
                            e -> assertThat(e.kind()).as(e.getMessage()).isEqualTo(Kind.NONSENSE))
                    .hasMessageContaining("127.0.0.1:" + server.port())
                    .message()
                    .doesNotContain("\n");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"redis://", "etcd://", "memcached://", "http://"})
    void measure_whatAnswersWithoutEnd_isGivenUp(String scheme) throws Exception {
        byte[] megabyte = "x".repeat(1 << 20).getBytes(StandardCharsets.US_ASCII);
        String head = scheme.startsWith("redis") ? "$2000000000\r\n" : "HTTP/1.1 200 OK\r\nContent-Type: a/b\r\n\r\n";
        try (FakeServer server = FakeServer.talking(s -> {
            s.getInputStream().read();
            s.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            while (true) {
                s.getOutputStream().write(megabyte);
            }
        })) {
            assertThatThrownBy(() -> Addresses.measure(scheme + "127.0.0.1:" + server.port()))
                    .isInstanceOfSatisfying(
                            StoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.NONSENSE));
        }
    }

    @Test
    @DisplayName("twenty targets that never answer take nothing from one that does, and are down with a reason")
    void deadTargets_doNotDelayALivingOne() throws Exception {
        List<FakeServer> silent = new ArrayList<>();
        List<ProbeTarget> targets = new ArrayList<>();
        AtomicInteger asked = new AtomicInteger();
        try {
            String[] schemes = {"redis://", "etcd://", "memcached://", "http://"};
            for (int i = 0; i < 20; i++) {
                FakeServer server =
                        FakeServer.talking(s -> s.getInputStream().transferTo(OutputStream.nullOutputStream()));
                silent.add(server);
                targets.add(target(schemes[i % 4] + "127.0.0.1:" + server.port(), Duration.ofSeconds(2)));
            }
            targets.add(target("counted:one", ENOUGH));
            List<StoreProbe> probes = new ArrayList<>(List.of(new Counted(asked)));
            java.util.ServiceLoader.load(StoreProbe.class).forEach(probes::add);
            ProberConfig config = new ProberConfig(targets, 4, Duration.ofSeconds(1), true);
            try (Prober prober = Prober.open(config, Stores.of(probes), sink, Clock.systemUTC())) {
                prober.start();
                await().atMost(Duration.ofSeconds(60)).until(() -> asked.get() >= 10);
                assertThat(sink.of("counted:one")).allMatch(m -> m.state() == State.UP);
                await().atMost(Duration.ofSeconds(60))
                        .until(() -> prober.status().stream()
                                        .filter(s -> s.state() == State.DOWN)
                                        .count()
                                == 20);
                assertThat(prober.status())
                        .filteredOn(s -> s.state() == State.DOWN)
                        .allSatisfy(s -> assertThat(s.problem()).contains("no answer within 2000 ms"));
                assertThat(asked.get()).isGreaterThan(10);
            }
        } finally {
            for (FakeServer server : silent) {
                server.close();
            }
        }
    }

    @Test
    @DisplayName("a probe that ignores its timeout is given up, and what it brings later is thrown away")
    void probe_thatHangs_isGivenUp() {
        CountDownLatch release = new CountDownLatch(1);
        StoreProbe hanging = new StoreProbe() {
            @Override
            public Set<String> schemes() {
                return Set.of("hang");
            }

            @Override
            public StoreConnection open(StoreAddress address, ProbeContext context) {
                return into -> {
                    boolean waiting = true;
                    while (waiting) {
                        try {
                            release.await();
                            waiting = false;
                        } catch (InterruptedException e) {
                            // as badly written code does
                        }
                    }
                    into.put("late.count", 1);
                };
            }
        };
        ProberConfig config = ProberConfig.of(List.of(target("hang:on", ENOUGH)));
        try (Prober prober = Prober.open(config, Stores.of(List.of(hanging)), sink, Clock.systemUTC())) {
            prober.start();
            await().atMost(Addresses.TIMEOUT).until(() -> sink.of("hang:on").size() == 1);
            assertThat(sink.of("hang:on").get(0).state()).isEqualTo(State.DOWN);
            assertThat(prober.stats().overdue()).isEqualTo(1);
            release.countDown();
            await().atMost(Addresses.TIMEOUT).until(() -> prober.status().get(0).state() == State.UP);
            assertThat(sink.of("hang:on").stream().filter(m -> m.state() == State.DOWN))
                    .hasSize(1);
        }
    }

    @Test
    void probe_thatThrowsOrNamesBadly_isSaidSo() {
        StoreProbe bad = new StoreProbe() {
            @Override
            public Set<String> schemes() {
                return Set.of("bad");
            }

            @Override
            public StoreConnection open(StoreAddress address, ProbeContext context) {
                return into -> into.put("No Unit", 1);
            }
        };
        ProberConfig config = ProberConfig.of(List.of(target("bad:one", ENOUGH)));
        try (Prober prober = Prober.open(config, Stores.of(List.of(bad)), sink, Clock.systemUTC())) {
            prober.start();
            await().atMost(Addresses.TIMEOUT).until(() -> !sink.of("bad:one").isEmpty());
            assertThat(sink.of("bad:one").get(0).problem())
                    .contains("gauge No Unit")
                    .contains("a unit last");
        }
    }

    @Test
    @DisplayName("a new list of targets starts and ends some, and leaves the others alone; a wrong one changes nothing")
    void apply_changesTargetsLive() {
        AtomicInteger asked = new AtomicInteger();
        Counted counted = new Counted(asked);
        ProbeTarget one = target("counted:one", ENOUGH);
        ProbeTarget two = target("counted:two", ENOUGH);
        ProbeTarget three = target("counted:three", ENOUGH);
        try (Prober prober =
                Prober.open(ProberConfig.of(List.of(one, two)), Stores.of(List.of(counted)), sink, Clock.systemUTC())) {
            prober.start();
            await().atMost(Addresses.TIMEOUT).until(() -> prober.stats().up() == 2);
            prober.apply(ProberConfig.of(List.of(two, three)));
            await().atMost(Addresses.TIMEOUT)
                    .until(() -> sink.of("counted:three").size() >= 2);

            assertThat(prober.status())
                    .extracting(TargetStatus::subject)
                    .containsExactly("counted:two", "counted:three");
            assertThat(counted.opened.get()).isEqualTo(3);
            assertThat(counted.closed.get()).isEqualTo(1);
            int ones = sink.of("counted:one").size();
            int twos = sink.of("counted:two").size();
            await().atMost(Addresses.TIMEOUT).until(() -> sink.of("counted:two").size() > twos + 2);
            assertThat(sink.of("counted:one")).hasSize(ones);
            assertThatThrownBy(
                            () -> prober.apply(ProberConfig.of(List.of(target("nobody:here", Duration.ofMillis(100))))))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("counted");
            assertThat(prober.config().targets()).containsExactly(two, three);
        }
        assertThat(counted.closed.get()).isEqualTo(3);
    }

    private static ProbeTarget target(String address, Duration timeout) {
        Duration interval = timeout.compareTo(Duration.ofMillis(100)) > 0 ? timeout : Duration.ofMillis(100);
        return new ProbeTarget(StoreAddress.parse(address), "", interval, timeout, Map.of());
    }

    /** Answers at once. */
    private static final class Counted implements StoreProbe {
        private final AtomicInteger asked;
        private final AtomicInteger opened = new AtomicInteger();
        private final AtomicInteger closed = new AtomicInteger();

        private Counted(AtomicInteger asked) {
            this.asked = asked;
        }

        @Override
        public Set<String> schemes() {
            return Set.of("counted");
        }

        @Override
        public StoreConnection open(StoreAddress address, ProbeContext context) {
            opened.incrementAndGet();
            return new StoreConnection() {
                @Override
                public void measure(Reading into) {
                    into.put("asked.count.total", asked.incrementAndGet());
                }

                @Override
                public void close() {
                    closed.incrementAndGet();
                }
            };
        }
    }
}
