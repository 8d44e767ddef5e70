package io.kvops.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.duckdb.DuckDBConnection;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GaugeTableTest {
    private static final long DAY = Duration.ofDays(1).toMillis();

    private final SettableClock clock = new SettableClock();

    private static List<GaugePoint> points(int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(i -> new GaugePoint(0, "jvm", "shop/it's " + i / 10, "used.bytes{a=\"" + i % 10 + "\"}", i))
                .toList();
    }

    @Test
    @DisplayName("what is in the table is found again, what is not is added once, and the next ids are free")
    void names_keepTheirIds() throws Exception {
        try (Database database = Database.open(HistoryConfig.inMemory())) {
            database.change("test", c -> {
                Schema.ensure(c, "memory");
                GaugeTable table = new GaugeTable(c, clock);
                Map<GaugeTable.Name, Integer> first = table.ids(c, points(0, 1_000));
                table.accept(first);
                assertThat(new HashSet<>(first.values())).hasSize(1_000);
                assertThat(table.ids(c, points(500, 700))).isEqualTo(sub(first, points(500, 700)));

                table.forget();
                List<GaugePoint> mixed = new ArrayList<>(points(900, 1_100));
                mixed.addAll(points(1_090, 1_100));
                Map<GaugeTable.Name, Integer> second = table.ids(c, mixed);
                table.accept(second);
                assertThat(second).hasSize(200).containsAllEntriesOf(sub(first, points(900, 1_000)));
                assertThat(names(c)).hasSize(1_100).doesNotHaveDuplicates();

                Map<GaugeTable.Name, Integer> third = new GaugeTable(c, clock).ids(c, points(0, 1_101));
                assertThat(third).containsAllEntriesOf(first).containsAllEntriesOf(second);
                assertThat(new HashSet<>(third.values())).hasSize(1_101);
                assertThat(names(c)).hasSize(1_101).doesNotHaveDuplicates();
            });
        }
    }

    @Test
    @DisplayName("symptom: a target with ever-new label values filled the history with names, for years")
    void names_ofOneThing_areBounded_andThoseOfOthersAreNot() throws Exception {
        try (DuckDbHistory history = DuckDbHistory.open(HistoryConfig.inMemory(), clock)) {
            int most = GaugeTable.MAX_NAMES;
            int each = GaugeTable.NEW_NAMES_A_DAY;
            for (int from = 0; from < most + 2 * each; from += each) {
                history.addGauges(scraped(from, from + each));
            }
            assertThat(history.gaugesLeftOut()).isEqualTo(each);
            history.addGauges(scraped(most, most + 2 * each));
            assertThat(history.gaugesLeftOut()).isEqualTo(2 * each);
            assertThat(count(history)).isEqualTo(most + each);

            history.addGauges(List.of(gauge("stays")));
            assertThat(count(history)).isEqualTo(most + each + 1);

            clock.advance(Duration.ofDays(1));
            history.addGauges(scraped(most + each, most + 3 * each));
            assertThat(history.gaugesLeftOut()).isEqualTo(3 * each);
            assertThat(count(history)).isEqualTo(most + 2 * each + 1);
        }
    }

    private List<GaugePoint> scraped(int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(i -> new GaugePoint(clock.millis(), "prometheus", "h:1", "x.value{id=\"" + i + "\"}", i))
                .toList();
    }

    private static int count(History history) throws HistoryException {
        return Integer.parseInt(String.valueOf(
                history.query("SELECT count(DISTINCT (subject, name)) FROM gauges", QueryLimits.defaults())
                        .rows()
                        .get(0)
                        .get(0)));
    }

    private static Map<GaugeTable.Name, Integer> sub(Map<GaugeTable.Name, Integer> ids, List<GaugePoint> points) {
        Map<GaugeTable.Name, Integer> sub = new HashMap<>(ids);
        sub.keySet().retainAll(points.stream().map(GaugeTable.Name::of).toList());
        return sub;
    }

    private static List<String> names(DuckDBConnection connection) throws SQLException {
        List<String> names = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT subject || name FROM store.gauge_names")) {
            while (rows.next()) {
                names.add(rows.getString(1));
            }
        }
        return names;
    }

    @Test
    @DisplayName("symptom: names of gauges of each JVM that ever ran were kept for ever")
    void names_withoutValues_areRetired(@TempDir Path folder) throws Exception {
        HistoryConfig d = HistoryConfig.of(folder);
        HistoryConfig config = new HistoryConfig(
                folder,
                d.keepSeconds(),
                d.keepTenSeconds(),
                Duration.ofDays(1),
                Duration.ofDays(1),
                d.keepEvents(),
                d.memoryLimitBytes(),
                d.threads(),
                d.maxSeries(),
                d.maxFineSeries(),
                d.maxSlowOpsPerHour(),
                d.hotKeysPerBucket(),
                false);
        try (DuckDbHistory history = DuckDbHistory.open(config, clock)) {
            history.addGauges(List.of(gauge("gone"), gauge("stays")));
            history.upkeep();
            clock.advance(Duration.ofDays(70));
            history.addGauges(List.of(gauge("stays")));
            history.upkeep();
            history.addGauges(List.of(gauge("stays"), gauge("new")));
            assertThat(history.gauges("", "", "", clock.millis() - DAY, clock.millis() + 1, 0, 10))
                    .extracting(GaugePoint::name)
                    .containsOnly("stays", "new");
        }
        try (Database database = Database.open(config)) {
            assertThat(database.read("test", GaugeTableTest::names)).containsExactlyInAnyOrder("s/stays", "s/new");
        }
    }

    private GaugePoint gauge(String name) {
        return new GaugePoint(clock.millis(), "jvm", "s/", name, 1);
    }
}
