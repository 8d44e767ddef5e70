package io.kvops.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
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
}
