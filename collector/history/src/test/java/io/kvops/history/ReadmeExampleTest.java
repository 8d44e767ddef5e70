package io.kvops.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of README.md. */
final class ReadmeExampleTest {
    @TempDir
    Path folder;

    @Test
    void example_works() throws Exception {
        Clock clock = Clock.systemUTC();
        long now = clock.millis();
        HistoryConfig config = HistoryConfig.of(folder.resolve("data/history"));
        try (History history = Histories.open(config, clock)) {
            history.addGauges(List.of(new GaugePoint(now, "host", "db-1", "memory.used.bytes", 12e9)));
            history.addEvents(List.of(new Event(now, "audit", "info", "joe", "config", "threshold raised", "{}")));
            QueryResult gauges = history.query("SELECT name, value FROM gauges", QueryLimits.defaults());
            OpsAnswer lastHour = history.ops(
                    new OpsQuery(now - 3_600_000, now, 60_000, Set.of(Dimension.SERVICE, Dimension.OP), Map.of(), 100));
            history.backup(folder.resolve("backup/monday"));
            assertThat(gauges.rows()).isEqualTo(List.of(List.of("memory.used.bytes", 12e9)));
            assertThat(lastHour.points()).isEmpty();
        }
        assertThat(folder.resolve("backup/monday/backup.json")).exists();
    }
}
