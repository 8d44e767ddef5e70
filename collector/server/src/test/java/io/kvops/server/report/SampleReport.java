package io.kvops.server.report;

import io.kvops.analyzer.Report;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A report with known numbers, and a hostile one. */
final class SampleReport {
    static final Instant FROM = Instant.parse("2026-01-31T12:00:00Z");

    /** Keys as someone who can choose keys would choose them. */
    static final List<String> HOSTILE = List.of(
            "<script>alert('key')</script>",
            "\"><img src=x onerror=alert(1)>",
            "' onmouseover='alert(1)",
            "&lt;b&gt; &amp; <b>",
            "user:\u202egpj.exe\u202c",
            "zero\u200bwidth\ufeff",
            "bell\u0007 tab\t line\n| new | row |\r\n## heading",
            "`code` **bold** [link](http://example.invalid) | pipe \\| <i>",
            "</code></td></table><h1>",
            "half \ud800 pair \udc00",
            "ключ:日本:\ud83d\ude00",
            "k".repeat(10_000));

    private SampleReport() {}

    static Report empty() {
        return new Report(
                new Report.Window(FROM, FROM.plusSeconds(60), FROM, FROM, 0),
                new Report.Totals(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                Map.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of());
    }

    static Report usual() {
        return with(List.of("product:7", "cart:1"), "shop");
    }

    static Report hostile() {
        return with(HOSTILE, HOSTILE.get(0));
    }

    /** The usual numbers with these keys everywhere a key may stand, and this name everywhere a name may. */
    static Report with(List<String> keys, String name) {
        List<Report.HotKey> hotKeys = new ArrayList<>();
        List<Report.SlowOp> slowOps = new ArrayList<>();
        List<Report.Pattern> patterns = new ArrayList<>();
        List<Report.Series> series = new ArrayList<>();
        List<Report.Finding> findings = new ArrayList<>();
        int i = 0;
        for (String key : keys) {
            hotKeys.add(new Report.HotKey(
                    "redis",
                    "127.0.0.1:6379/0",
                    key,
                    false,
                    "product:{n}",
                    5_400 - i,
                    i * 7L,
                    5_000,
                    400 - i,
                    2_345_678,
                    0.0432,
                    List.of(name)));
            slowOps.add(new Report.SlowOp(
                    FROM.plusMillis(1_234 + i),
                    name,
                    "redis",
                    "SMEMBERS",
                    key,
                    12_345_678 - i,
                    List.of("redis.clients.jedis.Connection.executeCommand(Connection.java:1)", key),
                    name,
                    "127.0.0.1:6379/0",
                    "read",
                    "sale:products",
                    false,
                    "ok",
                    12.3));
            patterns.add(new Report.Pattern(
                    "redis",
                    key,
                    60_000 - i,
                    0.6,
                    40_000,
                    20_000,
                    3,
                    12,
                    19_876,
                    1_000_000,
                    50_000,
                    6_000,
                    92_000,
                    1_240_000,
                    9_876_543,
                    6_000_000_000L,
                    0.55));
            series.add(new Report.Series(
                    name,
                    "host:1",
                    "redis",
                    "127.0.0.1:6379/0",
                    "GET",
                    "read",
                    key,
                    60_000 - i,
                    3,
                    12,
                    1_000_000,
                    50_000,
                    6_000,
                    92_000,
                    230_000,
                    1_240_000,
                    3_000_000,
                    5_000_000,
                    9_876_543,
                    110_000,
                    1,
                    0,
                    Map.of("JedisDataException", 2L)));
            findings.add(new Report.Finding(
                    i % 2 == 0 ? "warning" : "info",
                    "One key takes 4.3 % of redis: " + key,
                    key + " 5 400 of 125 000",
                    "Cache " + key));
            i++;
        }
        List<Report.TimelinePoint> timeline = new ArrayList<>();
        for (int second = 0; second < 60; second++) {
            boolean quiet = second == 30;
            timeline.add(new Report.TimelinePoint(
                    FROM.plusSeconds(second),
                    1,
                    quiet ? 0 : 2_000 + second,
                    second % 7,
                    3,
                    quiet ? 0 : 2_000 + second,
                    quiet ? 0 : 700,
                    quiet ? 0 : 90_000 + 100L * second,
                    quiet ? 0 : 230_000,
                    quiet ? 0 : 1_200_000,
                    quiet ? 0 : 9_000_000 + 300_000L * (second % 10)));
        }
        return new Report(
                new Report.Window(FROM, FROM.plusSeconds(60), FROM.plusSeconds(1), FROM.plusSeconds(43), 42),
                new Report.Totals(
                        125_432,
                        321,
                        4_567,
                        123_456_789,
                        9_876,
                        2_986.476,
                        1_045.5,
                        125_432,
                        120_000,
                        92_345,
                        231_000,
                        1_240_000,
                        3_210_000,
                        8_765_432,
                        41_234_567),
                series,
                hotKeys,
                patterns,
                slowOps,
                findings,
                series.subList(0, 1),
                Map.of("agent.spool.full.ops", 0L),
                timeline,
                List.of(
                        new Report.QueryType(
                                "redis", "read", 80_000, 0.64, 3, 4_567, 1_900, 92_000, 1_240_000, 9_876_543),
                        new Report.QueryType("rocksdb", "write", 45_432, 0.36, 318, 0, 1_086, 4_000, 40_000, 900_000)),
                List.of(
                        new Report.StoreOp(
                                "redis",
                                "GET",
                                "read",
                                80_000,
                                3,
                                4_567,
                                123_000_000,
                                0,
                                1_904.76,
                                92_345,
                                231_000,
                                1_240_000,
                                3_210_000,
                                8_765_432,
                                41_234_567),
                        new Report.StoreOp(
                                "rocksdb", "PUT", "write", 45_432, 318, 0, 0, 9_876, 1_081.7, 4_100, 9_000, 41_000,
                                77_000, 99_000, 912_345)),
                List.of(new Report.Service(name, 1, 125_432, 321, 4_567, 2_986.476, 92_345, 1_240_000, 41_234_567)),
                List.of(new Report.Agent(
                        "5f0c",
                        name,
                        name,
                        "host",
                        4711,
                        "Temurin 17",
                        42,
                        42,
                        125_432,
                        FROM.plusSeconds(43),
                        Map.of())));
    }
}
