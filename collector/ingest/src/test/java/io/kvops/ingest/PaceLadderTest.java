package io.kvops.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PaceLadderTest {
    private final PaceLadder ladder = new PaceLadder();
    private long seconds = 100;

    private boolean sweep(boolean pressed, boolean room) {
        return ladder.update(pressed, room, TimeUnit.SECONDS.toNanos(seconds++));
    }

    private int sweepsUntilChange(boolean pressed) {
        int sweeps = 1;
        while (!sweep(pressed, true)) {
            sweeps++;
        }
        return sweeps;
    }

    @Test
    @DisplayName("up while pressed, each step only after agents could follow the one before; never past a minute")
    void pressed_goesUp() {
        assertThat(sweep(true, true)).isTrue();
        assertThat(ladder.intervalMillis()).isEqualTo(2_000);
        assertThat(sweepsUntilChange(true)).isEqualTo(2);
        assertThat(ladder.intervalMillis()).isEqualTo(5_000);
        assertThat(sweepsUntilChange(true)).isEqualTo(5);
        for (int i = 0; i < 1_000; i++) {
            sweep(true, true);
        }
        assertThat(ladder.intervalMillis()).isEqualTo(60_000);
    }

    @Test
    void calm_goesDownToZero() {
        sweep(true, true);
        sweepsUntilChange(true);
        assertThat(sweepsUntilChange(false)).isEqualTo(10);
        assertThat(ladder.intervalMillis()).isEqualTo(2_000);
        sweepsUntilChange(false);
        assertThat(ladder.intervalMillis()).isZero();
        assertThat(sweep(false, true)).isFalse();
    }

    @Test
    @DisplayName("what comes back soon makes the next calm longer")
    void flapping_slowsDown() {
        sweep(true, true);
        int first = sweepsUntilChange(false);
        sweep(true, true);
        int second = sweepsUntilChange(false);
        assertThat(second).isEqualTo(2 * first);
    }

    @Test
    void noRoomBelow_stays() {
        sweep(true, true);
        for (int i = 0; i < 100; i++) {
            assertThat(sweep(false, false)).isFalse();
        }
        assertThat(ladder.growthBelow()).isEqualTo(2);
    }

    @Test
    void rate_letsABurstThrough_thenMakesWait() {
        Rate rate = new Rate(10, 0);
        for (int i = 0; i < 10; i++) {
            assertThat(rate.take(1, 0)).isZero();
        }
        assertThat(rate.take(1, 0)).isEqualTo(100_000_000);
        assertThat(rate.take(5, 100_000_000)).isEqualTo(500_000_000);
        assertThat(rate.take(1, TimeUnit.SECONDS.toNanos(10))).isZero();
        assertThat(rate.hasRoomFor(9)).isTrue();
        assertThat(rate.hasRoomFor(9.1)).isFalse();
        assertThat(new Rate(0, 0).take(Long.MAX_VALUE, 0)).isZero();
    }

    @Test
    void largeMessages_waitInOrder() {
        LargeMessages large = new LargeMessages(100);
        StringBuilder granted = new StringBuilder();
        assertThat(large.take(200, () -> granted.append("x"))).as("one always").isTrue();
        assertThat(large.take(60, () -> granted.append("a"))).isFalse();
        assertThat(large.take(60, () -> granted.append("b"))).isFalse();
        assertThat(large.take(30, () -> granted.append("c")))
                .as("not past those who wait")
                .isFalse();
        large.release(200);
        assertThat(granted).hasToString("a");
        large.release(60);
        assertThat(granted).hasToString("abc");
    }
}
