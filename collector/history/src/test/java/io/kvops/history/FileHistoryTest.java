package io.kvops.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileHistoryTest extends HistoryContract {
    @TempDir
    Path folder;

    @Override
    History open() throws Exception {
        return Histories.open(HistoryConfig.of(folder.resolve("history")), clock);
    }

    @Test
    void openedAgain_continues() throws Exception {
        history.commit(new Points.Builder().add(Points.ops(now, GET, 1, 2)).at(7));
        history.addGauges(List.of(new GaugePoint(now, "jvm", "a", "b", 1)));
        history.close();
        history = open();
        assertThat(history.position()).isEqualTo(7);
        history.commit(new Points.Builder()
                .add(Points.ops(now, GET, 3), Points.ops(now, SET, 3))
                .at(8));
        history.addGauges(List.of(new GaugePoint(now + 1, "jvm", "a", "b", 2)));
        assertThat(history.ops(new OpsQuery(now, now + 1, 0, Set.of(Dimension.OP), java.util.Map.of(), 10))
                        .points())
                .extracting(p -> p.series().op() + p.count())
                .containsExactly("GET3", "SET1");
        assertThat(history.gauges("jvm", "a", "b", now, now + 10, 0, 10)).hasSize(2);
    }

    @Test
    @DisplayName("what a host counted whose clock is behind does not stay a row a second in tables of hours")
    void lateRows_arePackedIntoOneOfABucket() throws Exception {
        clock.advance(Duration.ofHours(12));
        history.upkeep();
        long late = clock.millis() - 3 * 3_600_000;
        for (int second = 0; second < 50; second++) {
            long at = late + second * 1_000;
            history.commit(new Points.Builder()
                    .add(Points.ops(at, GET, 1_000_000, 1_000 * (second + 1)))
                    .add(Points.hotKey(at, "a", 2, 1, "shop"))
                    .floor(at, 1)
                    .dropped(at, "queue", 3)
                    .at(second));
            history.addGauges(List.of(new GaugePoint(at, "jvm", "a", "b", second)));
        }
        history.commit(new Points.Builder().add(Points.ops(late, SET, 7)).at(50));
        assertThat(rowsOfHours()).isEqualTo(353);
        clock.advance(Duration.ofHours(26));
        history.upkeep();
        assertThat(rowsOfHours()).isEqualTo(9);
        assertThat(history.ops(new OpsQuery(late, late + 3_600_000, 0, Set.of(Dimension.OP), java.util.Map.of(), 10))
                        .points())
                .satisfiesExactly(
                        get -> {
                            assertThat(get.count()).isEqualTo(100);
                            assertThat(get.maxNanos()).isGreaterThanOrEqualTo(1_000_000);
                            assertThat(get.latency().total()).isEqualTo(100);
                        },
                        set -> assertThat(set.count()).isEqualTo(1));
        assertThat(history.dropped(late, late + 3_600_000)).containsEntry("queue", 150L);
        assertThat(history.gauges("jvm", "a", "b", late, late + 3_600_000, 0, 10))
                .singleElement()
                .satisfies(gauge -> assertThat(gauge.value()).isEqualTo(49));
        History.HotKeys keys = history.hotKeys(late, late + 3_600_000, 10);
        assertThat(keys.floor()).isEqualTo(50);
        assertThat(keys.keys()).singleElement().satisfies(key -> {
            assertThat(key.count()).isEqualTo(100);
            assertThat(key.error()).isEqualTo(50);
        });
    }

    private long rowsOfHours() throws Exception {
        return history.stats().levels().stream()
                .filter(level -> level.name().equals("1h"))
                .mapToLong(HistoryStats.LevelStats::rows)
                .sum();
    }
}
