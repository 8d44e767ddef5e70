package io.kvops.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.kvops.history.HistoryException.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What users may ask in SQL, and what they may not. */
final class UserSqlTest {
    private static final SeriesId GET = Points.series("shop", "GET", "user:{n}");
    private static final QueryLimits LIMITS = new QueryLimits(Duration.ofSeconds(10), 100);

    @TempDir
    Path folder;

    private final SettableClock clock = new SettableClock();
    private final long now = clock.millis();
    private History history;

    @BeforeEach
    void open() throws Exception {
        history = Histories.open(HistoryConfig.of(folder.resolve("history")), clock);
        history.commit(new Points.Builder()
                .add(Points.ops(now, GET, Map.of("E", 2L), 1_000, 2_000, 3_000), Points.ops(now + 1_000, GET, 100_000))
                .add(Points.hotKey(now, "key", 10, 1, "shop"))
                .add(Points.slowOp(now, GET, 3))
                .add(new GaugePoint(now, "jvm", "shop/i1", "jvm.heap.used.bytes", 5))
                .dropped(now, "spool", 3)
                .coverage(now, now - 1_000, now, 1)
                .at(1));
        history.addEvents(List.of(new Event(now, "audit", "info", "joe", "config", "changed", "{}")));
    }

    @AfterEach
    void close() throws Exception {
        history.close();
    }

    @Test
    void views_showAllThatIsHeld() throws Exception {
        QueryResult ops = history.query(
                "SELECT service, op, sum(count)::BIGINT AS n, sum(errors)::BIGINT AS e,"
                        + " percentile(50, latency_buckets, latency_counts) AS p50,"
                        + " percentile(100, latency_buckets, latency_counts) AS p100 FROM ops GROUP BY ALL ;",
                LIMITS);
        assertThat(ops.columns()).containsExactly("service", "op", "n", "e", "p50", "p100");
        assertThat(ops.rows()).hasSize(1);
        assertThat(ops.rows().get(0).subList(0, 4)).isEqualTo(List.<Object>of("shop", "GET", 4L, 2L));
        assertThat(((Number) ops.rows().get(0).get(4)).doubleValue()).isBetween(2_000.0, 2_016.0);
        assertThat(((Number) ops.rows().get(0).get(5)).doubleValue()).isBetween(100_000.0, 100_800.0);
        for (String view : List.of("ops_1s", "hot_keys", "slow_ops", "gauges", "dropped", "coverage", "events")) {
            assertThat(history.query("FROM " + view, LIMITS).rows()).as(view).hasSize(view.equals("ops_1s") ? 2 : 1);
        }
        for (String view : List.of("ops_10s", "ops_1m", "ops_1h", "ops_1d")) {
            assertThat(history.query("FROM " + view, LIMITS).rows()).as(view).isEmpty();
        }
        assertThat(history.query("SELECT key FROM hot_keys", LIMITS).rows().get(0))
                .isEqualTo(List.of("key"));
    }

    @Test
    void anAnswerThatWouldFillTheHeap_isStopped() {
        String sql = "SELECT md5(range::VARCHAR) || md5((range + 1)::VARCHAR) FROM range(2000000)";
        assertThatThrownBy(() -> history.query(sql, new QueryLimits(Duration.ofMinutes(1), 10_000_000)))
                .isInstanceOfSatisfying(
                        HistoryException.class, e -> assertThat(e.kind()).isEqualTo(Kind.LIMIT))
                .hasMessageContaining("the answer takes more than 128 MiB");
    }

    @Test
    void commonTableExpressionsOrderAndLimit_work() throws Exception {
        QueryResult answer = history.query(
                "WITH a AS (SELECT time, count FROM ops_1s), b AS (SELECT * FROM a) SELECT count FROM b ORDER BY count DESC",
                LIMITS);
        assertThat(answer.rows()).isEqualTo(List.of(List.of(3L), List.of(1L)));
        QueryResult cut = history.query(
                "SELECT range FROM range(1000) ORDER BY range DESC", new QueryLimits(Duration.ofSeconds(10), 3));
        assertThat(cut.truncated()).isTrue();
        assertThat(cut.rows()).isEqualTo(List.of(List.of(999L), List.of(998L), List.of(997L)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nonsense",
                "SELECT 1; SELECT 2",
                "SELECT 1; DROP TABLE store.meta",
                "DROP TABLE store.meta",
                "DELETE FROM store.events",
                "UPDATE store.meta SET position = 9",
                "INSERT INTO store.events SELECT * FROM store.events",
                "CREATE TABLE x(a INTEGER)",
                "CREATE TEMP TABLE x AS SELECT 1",
                "CREATE OR REPLACE TEMP VIEW ops AS SELECT 1",
                "ALTER TABLE store.meta RENAME TO m",
                "TRUNCATE store.events",
                "COPY (SELECT 1) TO '/tmp/kvops-hostile.csv'",
                "COPY store.meta TO '/tmp/kvops-hostile.csv'",
                "EXPORT DATABASE '/tmp/kvops-hostile'",
                "IMPORT DATABASE '/tmp/kvops-hostile'",
                "ATTACH '/tmp/kvops-hostile.db'",
                "DETACH history",
                "USE memory",
                "INSTALL httpfs",
                "LOAD httpfs",
                "SET memory_limit = '10GB'",
                "SET enable_external_access = true",
                "RESET ALL",
                "PRAGMA database_list",
                "PRAGMA enable_profiling",
                "CALL pragma_version()",
                "CHECKPOINT",
                "FORCE CHECKPOINT",
                "VACUUM",
                "ANALYZE",
                "BEGIN",
                "COMMIT",
                "ROLLBACK",
                "PREPARE a AS SELECT 1",
                "EXECUTE a",
                "EXPLAIN ANALYZE SELECT 1",
                "CREATE SECRET s (TYPE s3)",
                "CREATE MACRO m() AS 1",
                "COMMENT ON TABLE store.meta IS 'x'",
                "SHOW TABLES",
                "SHOW ALL TABLES",
                "SELECT * FROM read_csv('/etc/passwd')",
                "SELECT * FROM read_csv_auto('/etc/passwd')",
                "SELECT * FROM read_text('/etc/passwd')",
                "SELECT * FROM read_blob('/etc/passwd')",
                "SELECT * FROM read_json('/etc/passwd')",
                "SELECT * FROM read_parquet('/etc/passwd')",
                "SELECT * FROM parquet_scan('/etc/passwd')",
                "SELECT * FROM parquet_metadata('/etc/passwd')",
                "SELECT * FROM sniff_csv('/etc/passwd')",
                "SELECT * FROM glob('/etc/*')",
                "SELECT * FROM '/etc/passwd'",
                "FROM 'history.duckdb'",
                "SELECT * FROM \"/etc/passwd\"",
                "SELECT * FROM 'http://127.0.0.1:1/x.parquet'",
                "SELECT * FROM store.meta",
                "SELECT * FROM history.store.meta",
                "SELECT * FROM information_schema.tables",
                "SELECT * FROM duckdb_settings()",
                "SELECT * FROM duckdb_secrets()",
                "SELECT * FROM duckdb_tables",
                "SELECT * FROM pragma_database_list",
                "SELECT * FROM sqlite_master",
                "SELECT * FROM query('SELECT 1')",
                "SELECT * FROM query_table('store.meta')",
                "SELECT * FROM checkpoint()",
                "SELECT * FROM force_checkpoint()",
                "SELECT * FROM json_execute_serialized_sql('{}')",
                "SELECT current_setting('memory_limit')",
                "SELECT getenv('HOME')",
                "SELECT nextval('x')",
                "SELECT repeat('x', 1000000000)",
                "SELECT range(1000000000)",
                "SELECT (SELECT count(*) FROM read_text('/etc/passwd'))",
                "SELECT 1 WHERE EXISTS (FROM read_text('/etc/passwd'))",
                "WITH x AS (DELETE FROM store.events RETURNING *) SELECT * FROM x",
                "WITH x AS (FROM read_text('/etc/passwd')) SELECT * FROM x",
                "WITH meta AS (SELECT 1) SELECT * FROM store.meta",
                "SELECT * FROM ops UNION ALL SELECT * FROM store.meta",
                "SELECT 1) TO '/tmp/kvops-hostile.csv'; --",
                "SELECT 1) ; DROP TABLE store.meta; --",
                "SELECT * FROM ops, LATERAL (FROM read_text('/etc/passwd'))",
                "SELECT * FROM no_such_view",
                "SELECT nothing FROM ops",
                "SELECT write_log('x')",
                "SELECT sleep_ms(20000)",
                "SELECT pg_sleep(20)",
                "SELECT system.main.sleep_ms(20000)",
                "SELECT 1 ORDER BY sleep_ms(20000)",
                "SELECT count(*) FILTER (WHERE sleep_ms(20000) IS NULL) FROM ops",
                "SELECT list_reduce([[1], [2], [3]], lambda a, x: list_concat(a, a))",
                "SELECT [[x, x] FOR x IN [1]]",
                "SELECT list_transform([1], lambda x: x)",
                "SELECT replace('aaaa', 'a', 'aaaa')",
                "SELECT lpad('x', 1000000000, 'y')",
                "SELECT generate_series(1, 1000000000)",
                "SELECT list_resize([1], 1000000000)",
                "SELECT bitstring_agg(range, 0, 900000000) FROM range(2)",
                "SELECT array_agg(range) OVER () FROM range(100000)",
                "SELECT NULL::INTEGER[100000] FROM range(100000)",
                "SELECT s || s FROM (SELECT s || s AS s FROM (SELECT s || s || s || s || s AS s FROM (SELECT s || s || s"
                        + " || s || s || s || s || s || s || s || s || s AS s FROM (SELECT 'x' AS s))))",
                "WITH RECURSIVE r AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM r) SELECT count(*) FROM r",
                "SELECT no_such_function(1)",
            })
    void whatIsNotAHarmlessSelect_isRefused(String sql) throws Exception {
        assertThatThrownBy(() -> history.query(sql, LIMITS)).isInstanceOfSatisfying(HistoryException.class, e -> {
            assertThat(e.kind()).isEqualTo(Kind.QUERY);
            assertThat(e.getMessage()).doesNotContain("\n");
        });
        assertThat(Path.of("/tmp/kvops-hostile.csv")).doesNotExist();
        assertThat(history.query("FROM ops_1s", LIMITS).rows()).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT store || '/' || op, sum(count)::BIGINT, sum(list_sum(latency_counts))::BIGINT FROM ops GROUP BY ALL",
                "SELECT op, sum(count) FROM ops WHERE time > now() - INTERVAL 1 HOUR GROUP BY op ORDER BY 2 DESC",
                "SELECT time_bucket(INTERVAL 5 MINUTE, time) AS t, CAST(avg(value) AS DECIMAL(10, 2)), max(value) - min(value)"
                        + " FROM gauges WHERE name LIKE 'jvm.%' GROUP BY t ORDER BY t",
                "SELECT date_trunc('day', time), EXTRACT(hour FROM time), strftime(time, '%H'), count(*) FROM events"
                        + " WHERE details->>'$.a' IS NULL OR kind IN ('a', 'b') GROUP BY ALL",
                "SELECT upper(name), round(value / 1e6, 1), value - lag(value) OVER (PARTITION BY subject ORDER BY time),"
                        + " row_number() OVER (), quantile_cont(value, [0.5, 0.9]) OVER () FROM gauges",
                "SELECT unnest(latency_buckets), coalesce(nullif(pattern, ''), '-'), CASE WHEN count > 1 THEN 'a' END FROM ops",
                "SELECT string_agg(key, ', ' ORDER BY count DESC), list(count), max_by(key, count) FROM hot_keys",
                "SELECT COLUMNS('time|frames') FROM coverage",
            })
    void whatOperatorsAsk_isAnswered(String sql) throws Exception {
        assertThat(history.query(sql, LIMITS).columns()).isNotEmpty();
    }

    @Test
    void hiddenEvents_areNotThere_norInErrors() throws Exception {
        history.addEvents(List.of(new Event(now, "task", "info", "joe", "copy", "7", "{}")));
        QueryLimits hiding = LIMITS.hiding("audit");
        assertThat(history.query("SELECT kind FROM events", hiding).rows()).isEqualTo(List.of(List.of("task")));
        assertThat(history.query("SELECT count(*) FROM events WHERE title::INTEGER = 7", hiding)
                        .rows())
                .isEqualTo(List.of(List.of(1L)));
        assertThat(history.query("SELECT kind FROM events", LIMITS).rows()).hasSize(2);
    }

    @Test
    void limits_ofAnyLength_areRefusedInWords() {
        assertThatThrownBy(() -> new QueryLimits(Duration.ofSeconds(Long.MAX_VALUE), 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected 1 ms to 1 h");
    }

    @Test
    @Timeout(60)
    void query_isCancelled_whenItsThreadIsInterrupted_orTheHistoryIsClosed() throws Exception {
        QueryLimits hour = new QueryLimits(Duration.ofHours(1), 100);
        for (boolean closes : new boolean[] {false, true}) {
            AtomicReference<Throwable> seen = new AtomicReference<>();
            Thread asks = new Thread(() -> seen.set(catchThrowable(
                    () -> history.query("SELECT count(*) FROM range(1000000) a, range(1000000) b", hour))));
            asks.start();
            await().until(() -> Thread.getAllStackTraces().keySet().stream()
                    .anyMatch(thread -> thread.getName().equals("kvops-history-query")));
            if (closes) {
                history.close();
            } else {
                asks.interrupt();
            }
            asks.join();
            assertThat(seen.get()).isInstanceOf(HistoryException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT len(list(range)) FROM range(1000000000)",
                "SELECT len(string_agg(range::VARCHAR)) FROM range(1000000000)",
                "SELECT count(*) FROM range(1000000) a, range(1000000) b",
                "SELECT count(*) FROM (SELECT range, count(*) FROM range(1000000000) GROUP BY 1)",
            })
    void whatTakesTooMuch_isStopped_andTheHistoryGoesOn(String sql) throws Exception {
        assertThatThrownBy(() -> history.query(sql, new QueryLimits(Duration.ofSeconds(2), 100)))
                .isInstanceOfSatisfying(
                        HistoryException.class, e -> assertThat(e.kind()).isEqualTo(Kind.LIMIT));
        history.commit(new Points.Builder().add(Points.ops(now, GET, 1)).at(history.position() + 1));
        assertThat(history.query("SELECT sum(count)::BIGINT FROM ops", LIMITS).rows())
                .isEqualTo(List.of(List.of(5L)));
    }

    @Test
    void export_writesEachFormatWithinItsRoot() throws Exception {
        Path root = Files.createDirectory(folder.resolve("exports"));
        for (ExportFormat format : ExportFormat.values()) {
            assertThat(history.export("SELECT count FROM ops_1s ORDER BY time", format, root, "x." + format, LIMITS))
                    .isEqualTo(new Exported(2, false));
        }
        Files.writeString(root.resolve("z.csv.tmp"), "mine");
        for (int rows = 1; rows <= 2; rows++) {
            QueryLimits few = new QueryLimits(Duration.ofSeconds(10), rows);
            assertThat(history.export("SELECT count FROM ops_1s", ExportFormat.CSV, root, "z.csv", few))
                    .isEqualTo(new Exported(rows, rows == 1));
        }
        assertThat(root.resolve("z.csv.tmp")).hasContent("mine");
        assertThat(root.toFile().list()).hasSize(5);
        assertThat(root.resolve("x.CSV")).hasContent("count\n3\n1\n");
        assertThat(root.resolve("x.JSON")).hasContent("{\"count\":3}\n{\"count\":1}\n");
        assertThat(Files.readString(root.resolve("x.PARQUET"), java.nio.charset.StandardCharsets.ISO_8859_1))
                .startsWith("PAR1");
        for (String name : List.of("../x", "/tmp/kvops-hostile.csv", "a/b", "", ".", "..", "a/../../x", "\0")) {
            assertThatThrownBy(() -> history.export("SELECT 1", ExportFormat.CSV, root, name, LIMITS))
                    .as(name)
                    .isInstanceOfSatisfying(
                            HistoryException.class, e -> assertThat(e.kind()).isEqualTo(Kind.QUERY));
        }
        assertThatThrownBy(() -> history.export("FROM store.meta", ExportFormat.CSV, root, "y", LIMITS))
                .isInstanceOf(HistoryException.class);
        assertThat(folder.resolve("history/temp").toFile().list()).isEmpty();
    }

    @Test
    void backup_isOpenedAsAHistory() throws Exception {
        Path copy = folder.resolve("copy");
        assertThat(history.backup(copy)).isEqualTo(1);
        history.commit(new Points.Builder().add(Points.ops(now, GET, 1)).at(2));
        assertThat(copy.resolve("backup.json")).content().contains("\"position\":1");
        try (History restored = Histories.open(HistoryConfig.of(copy), clock)) {
            assertThat(restored.position()).isEqualTo(1);
            assertThat(restored.query("SELECT sum(count)::BIGINT FROM ops", LIMITS)
                            .rows())
                    .isEqualTo(List.of(List.of(4L)));
            restored.commit(new Points.Builder().add(Points.ops(now, GET, 1)).at(2));
        }
        assertThatThrownBy(() -> history.backup(copy))
                .isInstanceOf(HistoryException.class)
                .hasMessageContaining("not empty");
    }

    @Test
    void stats_sayHowItIs() throws Exception {
        HistoryStats stats = history.stats();
        assertThat(stats.position()).isEqualTo(1);
        assertThat(stats.series()).isEqualTo(1);
        assertThat(stats.fileBytes()).isPositive();
        assertThat(stats.lastCommitMillis()).isEqualTo(now);
        assertThat(stats.levels())
                .extracting(HistoryStats.LevelStats::name)
                .containsExactly("1s", "10s", "1m", "1h", "1d");
    }
}
