package io.kvops.server.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ScaleTest {
    @Test
    void linear_endsAtARoundNumber() {
        Scale scale = Scale.linear(10_300);
        assertThat(scale.ticks()).containsExactly(0.0, 5_000.0, 10_000.0, 15_000.0);
        assertThat(scale.place(0)).isZero();
        assertThat(scale.place(15_000)).isEqualTo(1);
        assertThat(scale.place(1e9)).isEqualTo(1);
        assertThat(scale.holds(0)).isTrue();
        assertThat(scale.holds(Double.NaN)).isFalse();
    }

    @Test
    void linear_ofNothing_isStillAScale() {
        assertThat(Scale.linear(0).place(0)).isZero();
        assertThat(Scale.linear(0).ticks()).hasSize(2);
    }

    @Test
    void logarithmic_namesWhatFits() {
        assertThat(Scale.logarithmic(90_000, 1_200_000).ticks()).containsExactly(1e5, 2e5, 5e5, 1e6);
        assertThat(Scale.logarithmic(900, 12_000_000).ticks()).containsExactly(1e3, 1e4, 1e5, 1e6, 1e7);
        Scale scale = Scale.logarithmic(100, 10_000);
        assertThat(scale.place(1_000) - scale.place(100))
                .isCloseTo(scale.place(10_000) - scale.place(1_000), within(1e-9));
        assertThat(scale.holds(0)).isFalse();
    }

    @Test
    void logarithmic_ofNothing_hasNoTicks() {
        assertThat(Scale.logarithmic(Double.MAX_VALUE, 0).ticks()).isEmpty();
    }
}
