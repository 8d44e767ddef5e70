package io.kvops.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ZipfTest {
    @Test
    void draw_manyTimes_followsTheLaw() {
        Zipf zipf = new Zipf(100, 1.0);
        SplittableRandom random = new SplittableRandom(42);
        int[] seen = new int[100];
        int draws = 200_000;
        for (int i = 0; i < draws; i++) {
            seen[zipf.draw(random)]++;
        }
        double harmonic = 0;
        for (int rank = 1; rank <= 100; rank++) {
            harmonic += 1.0 / rank;
        }
        assertThat(seen[0] / (double) draws).isCloseTo(1 / harmonic, within(0.01));
        assertThat(seen[9] / (double) draws).isCloseTo(0.1 / harmonic, within(0.005));
        assertThat(seen[99]).isPositive();
    }

    @Test
    void new_oneRank_drawsOnlyThat() {
        assertThat(new Zipf(1, 3).draw(new SplittableRandom(1))).isZero();
    }

    @Test
    void new_badArguments_areRefused() {
        assertThatThrownBy(() -> new Zipf(0, 1)).hasMessageContaining("expected n >= 1");
        assertThatThrownBy(() -> new Zipf(1, Double.NaN)).hasMessageContaining("s: NaN");
    }
}
