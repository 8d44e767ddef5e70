package io.kvops.analyzer;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvops.histogram.LatencyHistogram;
import io.kvops.op.OpClass;
import io.kvops.wire.Frame;
import io.kvops.wire.SeriesDelta;
import io.kvops.wire.SeriesKey;
import io.kvops.wire.Source;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An idle queue's consumer waits for seconds; that must not look like a slow store. */
class BlockingLatencyTest {
    @RegisterExtension
    final Analyzers analyzers = new Analyzers();

    private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");
    private static final long WAIT_NANOS = 500_000_000;
    private static final long GET_NANOS = 100_000;

    private final PerformanceAnalyzer analyzer =
            analyzers.open(AnalyzerConfig.DEFAULTS, Clock.fixed(NOW, ZoneOffset.UTC));

    @Test
    void report_blockingBesideOthers_isCountedButItsWaitIsNotLatency() {
        accept(delta("BLPOP", OpClass.BLOCKING, WAIT_NANOS, 50), delta("GET", OpClass.READ, GET_NANOS, 50));

        Report report = analyzer.report(NOW.minusSeconds(10), NOW);

        assertThat(report.totals().ops()).isEqualTo(100);
        assertThat(report.totals().maxNanos()).isEqualTo(GET_NANOS);
        assertThat(report.totals().p99Nanos()).isEqualTo(GET_NANOS);
        assertThat(report.totals().meanNanos()).isEqualTo(GET_NANOS);
        assertThat(report.timeline())
                .extracting(Report.TimelinePoint::maxNanos)
                .contains(GET_NANOS)
                .doesNotContain(WAIT_NANOS);
        LiveSnapshot live = analyzer.live();
        assertThat(live.now().maxNanos()).isEqualTo(GET_NANOS);
        assertThat(live.timeline())
                .extracting(Report.TimelinePoint::maxNanos)
                .contains(GET_NANOS)
                .doesNotContain(WAIT_NANOS);
        assertThat(report.services().get(0).maxNanos()).isEqualTo(GET_NANOS);
        assertThat(report.stores())
                .filteredOn(op -> op.op().equals("BLPOP"))
                .singleElement()
                .satisfies(op -> {
                    assertThat(op.count()).isEqualTo(50);
                    assertThat(op.p50Nanos()).isEqualTo(WAIT_NANOS);
                    assertThat(op.maxNanos()).isEqualTo(WAIT_NANOS);
                });
    }

    @Test
    void report_onlyBlocking_tellsHowLongItWaited() {
        accept(delta("BLPOP", OpClass.BLOCKING, WAIT_NANOS, 3));

        assertThat(analyzer.report(NOW.minusSeconds(10), NOW).totals().p50Nanos())
                .isEqualTo(WAIT_NANOS);
    }

    private void accept(SeriesDelta... deltas) {
        Source source = new Source(new UUID(1, 2), "shop", "host:1", "host", 1, "test");
        long end = NOW.toEpochMilli() - 3_000;
        analyzer.accept(
                new Frame(source, 1, end - 1_000, end, List.of(deltas), List.of(), List.of(), Map.of(), Map.of()));
    }

    private static SeriesDelta delta(String op, OpClass opClass, long nanos, int times) {
        LatencyHistogram latency = new LatencyHistogram();
        latency.record(nanos, times);
        SeriesKey key = new SeriesKey("redis", "127.0.0.1:6379/0", op, opClass, "queue:orders", false);
        return new SeriesDelta(key, times, 0, Map.of(), 0, 0, 0, 0, 0, nanos * times, nanos, latency.toSparse(), 0);
    }
}
