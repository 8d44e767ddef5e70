package io.kvops.analyzer;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvops.op.OpClass;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** More series than a report lists: its tables and findings count them all the same. */
class WideReportTest {
    private static final int SERIES = 300;
    private static final int LISTED = 20;

    @RegisterExtension
    final Analyzers analyzers = new Analyzers();

    private final TestClock clock = new TestClock();

    private Report report(int listed) {
        PerformanceAnalyzer analyzer =
                analyzers.open(AnalyzerConfig.builder().maxReportSeries(listed).build(), clock);
        for (int i = 0; i < SERIES; i++) {
            analyzer.accept(Frames.at(Frames.source("shop" + i % 3, i % 7), clock.millis())
                    .series(
                            Frames.many(Frames.get("p" + i), 10 + i, 1_000L * (1 + i % 50)),
                            // used little: one fails, one is slow
                            Frames.delta(
                                    Frames.key("redis", "SET", OpClass.WRITE, "q" + i),
                                    0,
                                    i == 5 ? Map.of("IOException", 1L) : Map.of(),
                                    0,
                                    i == 6 ? 900_000_000 : 1_000),
                            Frames.delta(Frames.key("etcd", "GET", OpClass.READ, "miss"), 9, Map.of(), 0, new long[9]))
                    .hot(Frames.hot("user:1", 100, 0))
                    .build());
        }
        return analyzer.report(Instant.EPOCH, clock.instant());
    }

    @Test
    @DisplayName(
            "totals, tables and findings are those of all series; the listed ones are the most used and the notable")
    void moreSeriesThanListed_countAll() {
        Report all = report(100_000);
        Report wide = report(LISTED);
        assertThat(all.series()).hasSize(2 * SERIES + 21);
        assertThat(all.dropped()).containsEntry("seriesNotListed", 0L);
        assertThat(wide.series()).hasSizeLessThanOrEqualTo(LISTED);
        assertThat(wide.dropped())
                .containsEntry(
                        "seriesNotListed",
                        (long) all.series().size() - wide.series().size());
        assertThat(wide.totals()).isEqualTo(all.totals());
        assertThat(wide.patterns()).isEqualTo(all.patterns());
        assertThat(wide.stores()).isEqualTo(all.stores());
        assertThat(wide.services()).isEqualTo(all.services());
        assertThat(wide.queryTypes()).isEqualTo(all.queryTypes());
        assertThat(wide.hotKeys()).isEqualTo(all.hotKeys());
        assertThat(wide.timeline()).isEqualTo(all.timeline());
        assertThat(wide.findings()).isEqualTo(all.findings()).isNotEmpty();
        assertThat(all.series()).containsAll(wide.series());
        List<String> patterns = new ArrayList<>();
        wide.series().forEach(s -> patterns.add(s.pattern()));
        assertThat(patterns).contains("p299", "q5", "q6");
    }
}
