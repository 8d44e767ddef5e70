package io.kvops.analyzer;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvops.histogram.LatencyHistogram;
import io.kvops.op.OpClass;
import io.kvops.wire.HotKeyDelta;
import io.kvops.wire.SeriesDelta;
import io.kvops.wire.SeriesKey;
import io.kvops.wire.Source;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FindingsTest {
    private static final long MS = 1_000_000;
    private static final Source SHOP = Frames.source("shop", 1);
    private static final TestClock CLOCK = new TestClock();

    private static List<Report.Finding> findings(Consumer<Frames.Builder> content) {
        Frames.Builder frame = Frames.at(SHOP, CLOCK.millis());
        content.accept(frame);
        try (PerformanceAnalyzer analyzer = PerformanceAnalyzer.open(AnalyzerConfig.DEFAULTS, CLOCK)) {
            analyzer.accept(frame.build());
            return analyzer.report(Instant.EPOCH, CLOCK.instant()).findings();
        }
    }

    private static SeriesDelta ops(
            SeriesKey key,
            long count,
            long misses,
            Map<String, Long> errors,
            long timeouts,
            long bytesIn,
            long... nanos) {
        LatencyHistogram latency = new LatencyHistogram();
        for (int i = 0; i < nanos.length; i++) {
            latency.record(nanos[i], i == 0 ? count - nanos.length + 1 : 1);
        }
        return new SeriesDelta(
                key,
                count,
                misses,
                errors,
                timeouts,
                0,
                0,
                bytesIn,
                0,
                count * nanos[0],
                latency.max(),
                latency.toSparse(),
                0);
    }

    private static SeriesDelta quick(SeriesKey key, long count) {
        return ops(key, count, 0, Map.of(), 0, 0, 20_000);
    }

    private static long[] tail(long most, int n, long slow) {
        long[] nanos = new long[n + 1];
        nanos[0] = most;
        for (int i = 1; i <= n; i++) {
            nanos[i] = slow;
        }
        return nanos;
    }

    static Stream<Arguments> rules() {
        SeriesKey get = Frames.key("redis", "GET", OpClass.READ, "product:{n}");
        SeriesKey set = Frames.key("redis", "SET", OpClass.WRITE, "product:{n}");
        SeriesKey read = Frames.key("redis", "STRLEN", OpClass.READ, "product:{n}");
        SeriesKey rocks = Frames.key("rocksdb", "GET", OpClass.READ, "order:{n}");
        return Stream.of(
                rule(
                        "hot key",
                        f -> f.series(quick(set, 10_000)).hot(Frames.hot("a", 2_000, 500)),
                        "warning",
                        "Hot key a takes 20.0 % of redis",
                        "2 000 to 2 500 of 10 000 operations"),
                rule(
                        "very hot key",
                        f -> f.series(quick(set, 10_000)).hot(Frames.hot("a", 5_000, 0)),
                        "critical",
                        "Hot key a takes 50.0 %",
                        "5 000 to 5 000 of 10 000"),
                rule(
                        "misses",
                        f -> f.series(
                                ops(read, 900, 0, Map.of(), 0, 0, 1_000),
                                ops(read, 1_100, 1_100, Map.of(), 0, 0, 1_000)),
                        "warning",
                        "Reads of product:{n} in redis mostly find nothing",
                        "1 100 of 2 000 reads missed (55.0 %)"),
                rule(
                        "errors",
                        f -> f.series(ops(set, 10_000, 0, Map.of("JedisDataException", 100L), 80, 0, 1_000)),
                        "warning",
                        "redis SET fails in 1.8 % of its calls",
                        "180 of 10 000 failed: 100 JedisDataException, 80 timeout"),
                rule(
                        "many errors",
                        f -> f.series(ops(set, 1_000, 0, Map.of("E", 300L), 0, 0, 1_000)),
                        "critical",
                        "redis SET fails in 30.0 %",
                        "300 of 1 000"),
                rule(
                        "tail",
                        f -> f.series(ops(set, 2_000, 0, Map.of(), 0, 0, tail(100_000, 40, 8 * MS))),
                        "info",
                        "The slowest hundredth of redis SET takes",
                        "max 8.00 ms over 2 000 calls"),
                rule(
                        "long tail",
                        f -> f.series(ops(set, 2_000, 0, Map.of(), 0, 0, tail(100_000, 40, 80 * MS))),
                        "warning",
                        "The slowest hundredth of redis SET takes",
                        "max 80.00 ms"),
                rule(
                        "KEYS",
                        f -> f.series(ops(Frames.key("redis", "KEYS", OpClass.SCAN, ""), 3, 0, Map.of(), 0, 0, 2 * MS)),
                        "warning",
                        "redis KEYS is used",
                        "3 calls, p99 2.00 ms"),
                rule(
                        "slow KEYS",
                        f -> f.series(
                                ops(Frames.key("redis", "KEYS", OpClass.SCAN, ""), 1, 0, Map.of(), 0, 0, 200 * MS)),
                        "critical",
                        "redis KEYS is used",
                        "1 calls"),
                rule(
                        "slow HGETALL",
                        f -> f.series(ops(
                                Frames.key("redis", "HGETALL", OpClass.READ, "cart:{n}"),
                                50,
                                0,
                                Map.of(),
                                0,
                                500_000,
                                30 * MS)),
                        "warning",
                        "Slow walks over many elements: redis HGETALL",
                        "mean reply 10 000 bytes"),
                rule(
                        "chatty",
                        f -> f.series(ops(get, 5_000, 0, Map.of(), 0, 0, 300_000), quick(set, 10)),
                        "info",
                        "shop reads product:{n} one by one",
                        "5 000 single GET on redis, 5 000 a second"),
                rule(
                        "big values",
                        f -> f.series(ops(get, 20, 0, Map.of(), 0, 20L * 200_000, 1_000)),
                        "warning",
                        "redis GET moves big values",
                        "mean 200 000 bytes over 20 calls"),
                rule(
                        "huge values",
                        f -> f.series(ops(get, 20, 0, Map.of(), 0, 20L * 2_000_000, 1_000)),
                        "critical",
                        "redis GET moves big values",
                        "mean 2 000 000 bytes"),
                rule(
                        "patterns",
                        f -> IntStream.range(0, 600).forEach(i -> f.series(quick(Frames.set("p" + i), 1))),
                        "warning",
                        "The key patterns of redis grow",
                        "600 patterns"),
                rule(
                        "other",
                        f -> f.series(quick(Frames.set("a"), 1_000), quick(Frames.set("other"), 1_000)),
                        "warning",
                        "The key patterns of redis grow",
                        "1 000 of 2 000 operations had to count as 'other'"),
                rule(
                        "dropped",
                        f -> f.dropped("spool", 12).series(quick(set, 1)),
                        "warning",
                        "Agents did not keep everything",
                        "12 spool"),
                rule(
                        "nothing: embedded stores have no round trip",
                        f -> f.series(ops(rocks, 100_000, 0, Map.of(), 0, 0, 300_000)),
                        null,
                        "",
                        ""),
                rule(
                        "nothing: few operations prove nothing",
                        f -> f.series(ops(get, 90, 80, Map.of("E", 9L), 0, 0, tail(1_000, 5, 90 * MS)))
                                .hot(Frames.hot("a", 80, 0)),
                        null,
                        "",
                        ""),
                rule(
                        "nothing: a bound is not evidence",
                        f -> f.series(quick(set, 10_000)).hot(Frames.hot("a", 10, 9_000)),
                        null,
                        "",
                        ""),
                rule(
                        "nothing: waiting is what blocking operations do",
                        f -> f.series(ops(
                                Frames.key("redis", "BLPOP", OpClass.BLOCKING, "q"),
                                2_000,
                                0,
                                Map.of(),
                                0,
                                0,
                                tail(1_000, 40, 900 * MS))),
                        null,
                        "",
                        ""));
    }

    private static Arguments rule(
            String name, Consumer<Frames.Builder> content, String severity, String title, String evidence) {
        return Arguments.of(name, content, severity, title, evidence);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rules")
    void rule_speaksWithItsEvidence(
            String name, Consumer<Frames.Builder> content, String severity, String title, String evidence) {
        List<Report.Finding> found = findings(content);
        if (severity == null) {
            assertThat(found).isEmpty();
            return;
        }
        assertThat(found).singleElement().satisfies(f -> {
            assertThat(f.severity()).isEqualTo(severity);
            assertThat(f.title()).startsWith(title);
            assertThat(f.evidence()).contains(evidence);
            assertThat(f.advice()).isNotBlank();
        });
    }

    @Test
    @DisplayName("critical first, and no rule drowns the others")
    void findings_areSortedAndBounded() {
        List<Report.Finding> found = findings(f -> {
            for (int i = 0; i < 10; i++) {
                f.series(ops(
                        Frames.key("redis", "OP" + i, OpClass.WRITE, "x"), 1_000, 0, Map.of("E", 20L), 0, 0, 1_000));
            }
            f.series(ops(Frames.key("redis", "BAD", OpClass.WRITE, "x"), 1_000, 0, Map.of("E", 900L), 0, 0, 1_000));
            List<HotKeyDelta> hot = new ArrayList<>();
            for (int i = 0; i < 7; i++) {
                hot.add(Frames.hot("k" + i, 1_400, 0));
            }
            f.hot(hot.toArray(new HotKeyDelta[0]));
        });
        assertThat(found.get(0).severity()).isEqualTo("critical");
        assertThat(found.get(0).title()).contains("BAD");
        assertThat(found).hasSize(2 * Findings.MAX_PER_RULE);
    }
}
