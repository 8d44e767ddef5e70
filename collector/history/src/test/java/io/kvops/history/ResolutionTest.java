package io.kvops.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ResolutionTest {
    private final Resolution resolution = new Resolution(100);

    private void saw(int series) {
        List<OpsPoint> ops = IntStream.range(0, series)
                .mapToObj(i -> Points.ops(0, Points.series("shop", "GET", "p" + i), 1, 1_000))
                .toList();
        resolution.saw(ops);
    }

    @Test
    @DisplayName("1 s up to the limit, 10 s up to ten times as many, 1 min beyond, at once")
    void width_growsAtOnce() {
        saw(100);
        assertThat(resolution.bucketMillis()).isEqualTo(1_000);
        saw(101);
        assertThat(resolution.bucketMillis()).isEqualTo(10_000);
        saw(1_000);
        assertThat(resolution.bucketMillis()).isEqualTo(10_000);
        saw(1_001);
        assertThat(resolution.bucketMillis()).isEqualTo(60_000);
        assertThat(resolution.active()).isEqualTo(1_001);
    }

    @Test
    @DisplayName("finer again only when for 60 batches there were 4/5 of the limit at most")
    void width_shrinksLate() {
        saw(1_001);
        IntStream.range(0, 60).forEach(i -> saw(801));
        assertThat(resolution.bucketMillis()).isEqualTo(60_000);
        IntStream.range(0, 59).forEach(i -> saw(800));
        assertThat(resolution.bucketMillis()).isEqualTo(60_000);
        saw(800);
        assertThat(resolution.bucketMillis()).isEqualTo(10_000);
        IntStream.range(0, 60).forEach(i -> saw(81));
        assertThat(resolution.bucketMillis()).isEqualTo(10_000);
        IntStream.range(0, 60).forEach(i -> saw(80));
        assertThat(resolution.bucketMillis()).isEqualTo(1_000);
    }
}
