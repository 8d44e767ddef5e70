package io.kvops.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvops.histogram.SparseHistogram;
import io.kvops.op.OpClass;
import io.kvops.wire.Frame;
import io.kvops.wire.SeriesDelta;
import io.kvops.wire.SeriesKey;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SeriesLimitTest {
    private static final SparseHistogram LATENCY = SparseHistogram.of(new int[] {7}, new long[] {2});
    private final UUID agent = UUID.randomUUID();

    private static SeriesDelta delta(String op, String pattern) {
        SeriesKey key = new SeriesKey("redis", "127.0.0.1:6379", op, OpClass.READ, pattern, false);
        return new SeriesDelta(key, 2, 1, Map.of("E", 1L), 1, 1, 3, 4, 5, 6, 7, LATENCY, 8);
    }

    private static Frame frame(UUID agent, List<SeriesDelta> series) {
        return new Frame(TestAgent.source(agent), 1, 0, 1, series, List.of(), List.of(), Map.of("g", 1.0), Map.of());
    }

    private static List<SeriesDelta> patterns(String op, int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> delta(op, "p" + i)).toList();
    }

    @Test
    void withinTheLimit_isTheFrameItself() {
        SeriesLimit limit = new SeriesLimit(() -> 100, 1);
        Frame frame = frame(agent, patterns("GET", 0, 100));
        assertThat(limit.apply(frame)).isSameAs(frame);
        assertThat(limit.apply(frame)).isSameAs(frame);
        Frame empty = frame(agent, List.of());
        assertThat(limit.apply(empty)).isSameAs(empty);
        assertThat(limit.folded()).isZero();
    }

    @Test
    @DisplayName("a million series from one agent: as many as may be, the rest under other, every count kept")
    void pastTheLimit_foldsAndKeepsCounts() {
        SeriesLimit limit = new SeriesLimit(() -> 100, 1);
        Set<SeriesKey> keys = new HashSet<>();
        long count = 0;
        for (int i = 0; i < 1_000_000; i += 1_000) {
            Frame out = limit.apply(frame(agent, patterns("GET", i, i + 1_000)));
            assertThat(out.gauges()).containsKey("g");
            for (SeriesDelta d : out.series()) {
                keys.add(d.key());
                count += d.count();
            }
            SeriesDelta last = out.series().get(999);
            assertThat(last).usingRecursiveComparison().ignoringFields("key").isEqualTo(delta("GET", ""));
        }
        assertThat(count).isEqualTo(2_000_000);
        assertThat(keys).hasSize(101);
        assertThat(keys)
                .anyMatch(key -> key.pattern().equals("other") && key.op().equals("GET"));
        assertThat(limit.folded()).isEqualTo(1_000_000 - 100);
    }

    @Test
    @DisplayName("ops without end are bounded, too")
    void ops_areBounded() {
        SeriesLimit limit = new SeriesLimit(() -> 100, 1);
        List<SeriesDelta> many =
                IntStream.range(0, 10_000).mapToObj(i -> delta("OP" + i, "p")).toList();
        Set<SeriesKey> keys = new HashSet<>();
        limit.apply(frame(agent, many)).series().forEach(d -> keys.add(d.key()));
        assertThat(keys).hasSize(100 + 10 + 1);
    }

    @Test
    @DisplayName("each agent has its own limit, and one that was silent for long is forgotten when there are too many")
    void agents_apart() {
        SeriesLimit limit = new SeriesLimit(() -> 10, 1, 25, 1_000);
        UUID second = UUID.randomUUID();
        limit.apply(frame(agent, patterns("GET", 0, 10)));
        limit.apply(frame(second, patterns("GET", 0, 10)));
        assertThat(limit.folded()).isZero();
        limit.apply(frame(agent, patterns("GET", 10, 11)));
        assertThat(limit.folded()).isEqualTo(1);
        limit.apply(frame(UUID.randomUUID(), patterns("GET", 0, 10)));
        // the second sent least recently
        limit.apply(frame(second, patterns("GET", 10, 20)));
        assertThat(limit.folded()).isEqualTo(1);
    }

    @Test
    @DisplayName("agents with hardly a series are bounded, too: the one that was silent for longest is forgotten")
    void agents_areBounded() {
        SeriesLimit limit = new SeriesLimit(() -> 10, 1, 1_000_000, 2);
        limit.apply(frame(agent, patterns("GET", 0, 10)));
        limit.apply(frame(UUID.randomUUID(), patterns("GET", 0, 1)));
        limit.apply(frame(agent, patterns("GET", 10, 11)));
        assertThat(limit.folded()).isEqualTo(1);
        limit.apply(frame(UUID.randomUUID(), patterns("GET", 0, 1)));
        limit.apply(frame(UUID.randomUUID(), patterns("GET", 0, 1)));
        limit.apply(frame(agent, patterns("GET", 11, 21)));
        assertThat(limit.folded()).as("forgotten, so all are new").isEqualTo(1);
    }
}
