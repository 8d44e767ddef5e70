package io.kvops.server.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GateTest {
    private static final AccessToken ANN = new AccessToken("ann", "ann-has-this-secret", Role.ADMIN);
    private static final AccessToken BOB = new AccessToken("bob", "bob-has-another-one", Role.VIEWER);

    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final Clock clock = new Clock() {
        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    };

    @Test
    void withoutTokens_everybodyIsAdmin() {
        Gate gate = new Gate(List.of(), clock);

        assertThat(gate.open()).isTrue();
        assertThat(gate.byToken("anything")).map(Caller::role).contains(Role.ADMIN);
        assertThat(gate.openSession("anything")).isEmpty();
    }

    @Test
    void tokens_sayWhoItIs() {
        Gate gate = new Gate(List.of(ANN, BOB), clock);

        assertThat(gate.byToken(ANN.secret())).contains(new Caller("ann", Role.ADMIN, Caller.Way.TOKEN));
        assertThat(gate.byToken(BOB.secret())).contains(new Caller("bob", Role.VIEWER, Caller.Way.TOKEN));
        assertThat(gate.byToken("")).isEmpty();
        assertThat(gate.byToken(ANN.secret() + " ")).isEmpty();
        assertThat(gate.byToken("ANN-HAS-THIS-SECRET")).isEmpty();
    }

    @Test
    void sessions_lastTheirTime_andEndWithTheirToken() {
        Gate gate = new Gate(List.of(ANN, BOB), clock);
        String ann = gate.openSession(ANN.secret()).orElseThrow();
        String bob = gate.openSession(BOB.secret()).orElseThrow();

        assertThat(gate.bySession(ann)).contains(new Caller("ann", Role.ADMIN, Caller.Way.SESSION));
        assertThat(gate.openSession("wrong")).isEmpty();
        assertThat(gate.bySession("wrong")).isEmpty();

        // the role of a session is the one that its token has now
        gate.apply(List.of(new AccessToken("ann", ANN.secret(), Role.VIEWER)));
        assertThat(gate.bySession(ann)).map(Caller::role).contains(Role.VIEWER);
        assertThat(gate.bySession(bob)).isEmpty();
        assertThat(gate.sessions()).isEqualTo(1);

        now = now.plus(Gate.SESSION_LENGTH);
        assertThat(gate.bySession(ann)).isEmpty();
        assertThat(gate.sessions()).isZero();
    }

    @Test
    void sessions_areBounded_theOldestGoes() {
        Gate gate = new Gate(List.of(ANN), clock);
        String first = gate.openSession(ANN.secret()).orElseThrow();
        String second = gate.openSession(ANN.secret()).orElseThrow();
        for (int i = 0; i < Gate.MAX_SESSIONS - 1; i++) {
            gate.openSession(ANN.secret());
        }

        assertThat(gate.sessions()).isEqualTo(Gate.MAX_SESSIONS);
        assertThat(gate.bySession(first)).isEmpty();
        assertThat(gate.bySession(second)).isPresent();
        gate.closeSession(second);
        assertThat(gate.bySession(second)).isEmpty();
    }

    @Test
    void roles_coverThoseBelow() {
        assertThat(Role.ADMIN.covers(Role.OPERATOR)).isTrue();
        assertThat(Role.VIEWER.covers(Role.VIEWER)).isTrue();
        assertThat(Role.VIEWER.covers(Role.OPERATOR)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "short", "has a blank in the middle", "a-line-break-at-the-end\n", "ünprintable-token"})
    void weakOrBrokenTokens_areRefused_andNotRepeated(String secret) {
        assertThatThrownBy(() -> new AccessToken("ann", secret, Role.ADMIN))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("ann")
                .satisfies(e -> assertThat(secret.isEmpty() || !e.getMessage().contains(secret))
                        .isTrue());
        assertThat(ANN.toString()).doesNotContain(ANN.secret());
    }

    @Test
    void wrongTokens_areLookedAtAFewTimes_thenNowAndThen() {
        AtomicLong nanos = new AtomicLong(-5);
        FailedLogins failed = new FailedLogins(nanos::get);
        for (int i = 0; i < FailedLogins.BURST; i++) {
            assertThat(failed.mayTry("10.0.0.1")).isTrue();
            failed.failed("10.0.0.1");
        }

        assertThat(failed.mayTry("10.0.0.1")).isFalse();
        assertThat(failed.mayTry("10.0.0.2")).isTrue();
        nanos.addAndGet(Duration.ofSeconds(FailedLogins.REFILL_SECONDS).toNanos());
        assertThat(failed.mayTry("10.0.0.1")).isTrue();
        failed.failed("10.0.0.1");
        assertThat(failed.mayTry("10.0.0.1")).isFalse();
        assertThat(failed.failures()).isEqualTo(FailedLogins.BURST + 1);
    }

    @Test
    void addressesOfOneNetwork_countAsOne() {
        assertThat(FailedLogins.network("2001:db8:1:2:3:4:5:6")).isEqualTo("2001:db8:1:2::/64");
        assertThat(FailedLogins.network("2001:db8:1:2:a:b:c:d")).isEqualTo("2001:db8:1:2::/64");
        assertThat(FailedLogins.network("0:0:0:0:0:0:0:1")).isEqualTo("0:0:0:0::/64");
        assertThat(Optional.of(FailedLogins.network("127.0.0.1"))).contains("127.0.0.1");
    }
}
