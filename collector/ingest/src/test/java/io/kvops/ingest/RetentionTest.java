package io.kvops.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvops.ingest.Journal.Segment;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class RetentionTest {
    private static final List<Segment> SEGMENTS =
            List.of(new Segment(1, 100, 1_000, 0), new Segment(2, 100, 2_000, 0), new Segment(3, 100, 3_000, 0));

    private static List<Long> removable(Retention retention, long processedSegment, long nowMillis) {
        return retention.removable(SEGMENTS, processedSegment, nowMillis).stream()
                .map(Segment::id)
                .toList();
    }

    @Test
    void age_removesOldest() {
        Retention retention = new Retention(Duration.ofMillis(500), 1_000);
        assertThat(removable(retention, 3, 1_500)).isEmpty();
        assertThat(removable(retention, 3, 1_501)).containsExactly(1L);
        assertThat(removable(retention, 3, 2_501)).containsExactly(1L, 2L);
    }

    @Test
    void size_removesOldestUntilItFits() {
        assertThat(removable(new Retention(Duration.ofDays(1), 300), 3, 3_000)).isEmpty();
        assertThat(removable(new Retention(Duration.ofDays(1), 299), 3, 3_000)).containsExactly(1L);
        assertThat(removable(new Retention(Duration.ofDays(1), 199), 3, 3_000)).containsExactly(1L, 2L);
    }

    @Test
    void notProcessed_neverRemoved() {
        Retention retention = new Retention(Duration.ofMillis(1), 1);
        assertThat(removable(retention, -1, 1_000_000)).isEmpty();
        assertThat(removable(retention, 1, 1_000_000)).isEmpty();
        assertThat(removable(retention, 2, 1_000_000)).containsExactly(1L);
    }

    @Test
    void last_neverRemoved() {
        assertThat(removable(new Retention(Duration.ofMillis(1), 1), 4, 1_000_000))
                .containsExactly(1L, 2L);
    }
}
