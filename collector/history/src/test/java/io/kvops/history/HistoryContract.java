package io.kvops.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvops.histogram.LatencyHistogram;
import io.kvops.histogram.SparseHistogram;
import io.kvops.op.OpClass;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every history does, whatever database holds it. */
abstract class HistoryContract {
    static final SeriesId GET = Points.series("shop", "GET", "user:{n}");
    static final SeriesId SET = Points.series("shop", "SET", "user:{n}");
    static final SeriesId OTHER = Points.series("cart", "GET", "cart:{n}");

    final SettableClock clock = new SettableClock();
    final long now = clock.millis();
    History history;

    /** Opens a new, empty one. */
    abstract History open() throws Exception;

    @BeforeEach
    void openHistory() throws Exception {
        history = open();
    }

    @AfterEach
    void closeHistory() throws Exception {
        history.close();
    }

    OpsQuery all(long from, long to) {
        return new OpsQuery(from, to, 0, Set.of(), Map.of(), 10);
    }

    static List<Long> latencies(SparseHistogram histogram) {
        LatencyHistogram sum = new LatencyHistogram();
        sum.add(histogram);
        return List.of(sum.count(), sum.valueAtPercentile(50), sum.valueAtPercentile(100));
    }

    @Test
    void aNewOne_isEmpty() throws Exception {
        assertThat(history.position()).isEqualTo(-1);
        assertThat(history.ops(all(0, now)).points()).isEmpty();
        assertThat(history.ops(all(0, now)).groups()).isZero();
        assertThat(history.hotKeys(0, now, 10)).isEqualTo(new History.HotKeys(0, List.of()));
        assertThat(history.slowOps(0, now, Map.of(), 10)).isEmpty();
        assertThat(history.dropped(0, now)).isEmpty();
        assertThat(history.coverage(0, now)).isNull();
        assertThat(history.gauges("", "", "", 0, now, 0, 10)).isEmpty();
        assertThat(history.latestGauges("", 0)).isEmpty();
        assertThat(history.events(Set.of(), 0, now, 10)).isEmpty();
    }

    @Test
    void pointsOfOneSeriesAndBucket_addUp() throws Exception {
        history.commit(new Points.Builder()
                .add(Points.ops(now, GET, Map.of("IOException", 1L), 1_000, 2_000, 3_000))
                .at(10));
        history.commit(new Points.Builder()
                .add(Points.ops(now, GET, Map.of("IOException", 2L, "Timeout", 1L), 9_000), Points.ops(now, GET, 500))
                .at(11));
        assertThat(history.position()).isEqualTo(11);

        OpsAnswer answer = history.ops(new OpsQuery(now, now + 1_000, 1_000, Set.of(Dimension.values()), Map.of(), 10));
        assertThat(answer.groups()).isEqualTo(1);
        assertThat(answer.points()).hasSize(1);
        OpsPoint p = answer.points().get(0);
        assertThat(p.series()).isEqualTo(GET);
        assertThat(p.startMillis()).isEqualTo(now);
        assertThat(p.count()).isEqualTo(5);
        assertThat(p.misses()).isEqualTo(3);
        assertThat(p.errorsByClass()).isEqualTo(Map.of("IOException", 3L, "Timeout", 1L));
        assertThat(p.timeouts()).isEqualTo(6);
        assertThat(p.cancelled()).isEqualTo(9);
        assertThat(p.keyBytes()).isEqualTo(20);
        assertThat(p.bytesIn()).isEqualTo(25);
        assertThat(p.bytesOut()).isEqualTo(30);
        assertThat(p.sumNanos()).isEqualTo(15_500);
        assertThat(p.maxNanos()).isEqualTo(9_000);
        assertThat(p.distinctKeys()).isEqualTo(7);
        assertThat(latencies(p.latency()))
                .isEqualTo(latencies(
                        Points.ops(now, GET, 500, 1_000, 2_000, 3_000, 9_000).latency()));
    }

    @Test
    void groups_areMergedLimitedAndCounted() throws Exception {
        history.commit(new Points.Builder()
                .add(
                        Points.ops(now, GET, 1_000, 2_000, 3_000),
                        Points.ops(now, SET, 5_000, 5_000),
                        Points.ops(now, OTHER, 7_000))
                .at(1));
        OpsAnswer byService = history.ops(new OpsQuery(now, now + 1_000, 0, Set.of(Dimension.SERVICE), Map.of(), 1));
        assertThat(byService.groups()).isEqualTo(2);
        assertThat(byService.points()).hasSize(1);
        OpsPoint shop = byService.points().get(0);
        assertThat(shop.series()).isEqualTo(new SeriesId("shop", "", "", "", "", OpClass.OTHER, "", false));
        assertThat(shop.count()).isEqualTo(5);
        assertThat(latencies(shop.latency()))
                .isEqualTo(latencies(
                        Points.ops(now, GET, 1_000, 2_000, 3_000, 5_000, 5_000).latency()));

        OpsAnswer one = history.ops(all(now, now + 1_000));
        assertThat(one.groups()).isEqualTo(1);
        assertThat(one.points().get(0).count()).isEqualTo(6);

        OpsAnswer gets = history.ops(new OpsQuery(
                now,
                now + 1_000,
                0,
                Set.of(Dimension.OP, Dimension.OP_CLASS),
                Map.of(Dimension.OP, "GET", Dimension.OP_CLASS, "READ", Dimension.INTERNAL, "false"),
                10));
        assertThat(gets.points()).hasSize(1);
        assertThat(gets.points().get(0).count()).isEqualTo(4);
        assertThat(gets.points().get(0).series().opClass()).isEqualTo(OpClass.READ);

        assertThat(history.ops(new OpsQuery(
                                now, now + 1_000, 0, Set.of(), Map.of(Dimension.SERVICE, "x' OR '1'='1"), 10))
                        .points())
                .isEmpty();
    }

    @Test
    void steps_areAlignedAndAscend() throws Exception {
        history.commit(new Points.Builder()
                .add(
                        Points.ops(now + 2_000, GET, 1),
                        Points.ops(now, GET, 1, 1),
                        Points.ops(now + 1_000, SET, 1),
                        Points.ops(now + 1_000, GET, 1, 1, 1))
                .at(1));
        OpsAnswer answer = history.ops(new OpsQuery(now, now + 3_000, 2_000, Set.of(Dimension.OP), Map.of(), 10));
        assertThat(answer.points())
                .extracting(p -> p.series().op() + "@" + (p.startMillis() - now) + "=" + p.count())
                .containsExactly("GET@0=5", "SET@0=1", "GET@2000=1");
        assertThat(answer.fromMillis()).isEqualTo(now);
        assertThat(answer.toMillis()).isEqualTo(now + 3_000);
    }

    @Test
    void aWindowWithinABucket_isAnsweredForTheWholeBucket() throws Exception {
        history.commit(new Points.Builder().add(Points.ops(now, GET, 1)).at(1));
        OpsAnswer answer = history.ops(all(now + 300, now + 400));
        assertThat(answer.fromMillis()).isEqualTo(now);
        assertThat(answer.toMillis()).isEqualTo(now + 1_000);
        assertThat(answer.points()).hasSize(1);
    }

    @Test
    void pointsOfYesterday_areHeldInWiderBuckets() throws Exception {
        long yesterday = now - Duration.ofHours(30).toMillis();
        history.commit(new Points.Builder()
                .add(Points.ops(yesterday + 1_000, GET, 1), Points.ops(yesterday + 7_000, GET, 1, 1))
                .at(1));
        OpsAnswer answer = history.ops(all(yesterday + 2_000, yesterday + 3_000));
        assertThat(answer.fromMillis()).isLessThanOrEqualTo(yesterday + 2_000);
        assertThat(answer.toMillis()).isGreaterThanOrEqualTo(yesterday + 3_000);
        assertThat(answer.points()).extracting(OpsPoint::count).containsExactly(3L);
        assertThat(history.ops(all(yesterday - 86_400_000, now)).points())
                .extracting(OpsPoint::count)
                .containsExactly(3L);
    }

    @Test
    void aBatchThatIsOlder_isRefusedWhole() throws Exception {
        history.commit(new Points.Builder().add(Points.ops(now, GET, 1)).at(5));
        assertThatThrownBy(() -> history.commit(
                        new Points.Builder().add(Points.ops(now, GET, 1)).at(4)))
                .isInstanceOf(HistoryException.class)
                .hasMessageContaining("4");
        assertThat(history.ops(all(now, now + 1)).points())
                .extracting(OpsPoint::count)
                .containsExactly(1L);
        assertThat(history.position()).isEqualTo(5);
    }

    @Test
    void aBatchThatFailsHalfway_isNotWrittenAtAll() throws Exception {
        history.commit(new Points.Builder()
                .add(Points.ops(now, GET, 1))
                .coverage(now, now, now + 1, 1)
                .at(5));
        Map<Long, Batch.Coverage> broken = new HashMap<>();
        broken.put(now, null);
        Batch batch = new Batch(
                6, List.of(Points.ops(now, GET, 1, 1, 1)), List.of(), Map.of(), List.of(), List.of(), Map.of(), broken);
        assertThatThrownBy(() -> history.commit(batch)).isInstanceOf(NullPointerException.class);
        assertThat(history.position()).isEqualTo(5);
        assertThat(history.ops(all(now, now + 1)).points())
                .extracting(OpsPoint::count)
                .containsExactly(1L);
        history.commit(new Points.Builder().add(Points.ops(now, GET, 1)).at(6));
        assertThat(history.ops(all(now, now + 1)).points())
                .extracting(OpsPoint::count)
                .containsExactly(2L);
    }

    @Test
    void hotKeys_addUpWithErrorsFloorsAndServices() throws Exception {
        history.commit(new Points.Builder()
                .add(Points.hotKey(now, "a", 100, 5, "shop"), Points.hotKey(now, "b", 50, 0, "cart"))
                .floor(now, 7)
                .at(1));
        history.commit(new Points.Builder()
                .add(Points.hotKey(now + 1_000, "b", 80, -2, "shop", "cart"))
                .floor(now + 1_000, 3)
                .at(2));
        History.HotKeys keys = history.hotKeys(now, now + 2_000, 10);
        assertThat(keys.floor()).isEqualTo(10);
        assertThat(keys.keys())
                .extracting(k -> new String(k.key(), StandardCharsets.UTF_8) + k.count() + "+" + k.error()
                        + k.services() + k.reads() + "/" + k.bytes())
                .containsExactly("b130+-2[cart, shop]130/1040", "a100+5[shop]100/800");
        assertThat(history.hotKeys(now, now + 2_000, 1).keys()).hasSize(1);
        assertThat(history.hotKeys(now + 1_000, now + 2_000, 5).floor()).isEqualTo(3);
    }

    @Test
    void slowOps_comeByDescendingSeverity() throws Exception {
        history.commit(new Points.Builder()
                .add(Points.slowOp(now, GET, 2), Points.slowOp(now + 10, OTHER, 9), Points.slowOp(now + 20, SET, 5))
                .at(1));
        assertThat(history.slowOps(now, now + 100, Map.of(), 2))
                .extracting(SlowOpPoint::severity)
                .containsExactly(9.0, 5.0);
        List<SlowOpPoint> shop = history.slowOps(now, now + 15, Map.of(Dimension.SERVICE, "shop"), 10);
        assertThat(shop).hasSize(1);
        SlowOpPoint p = shop.get(0);
        assertThat(p.atMillis()).isEqualTo(now);
        assertThat(p.series()).isEqualTo(GET);
        assertThat(p.key()).containsExactly(1, 2);
        assertThat(p.hashed()).isTrue();
        assertThat(p.latencyNanos()).isEqualTo(5_000_000);
        assertThat(p.outcome()).isEqualTo("ok");
        assertThat(p.stack()).containsExactly("a.B.c(B.java:1)", "d.E.f");
    }

    @Test
    void droppedAndCoverage_addUp() throws Exception {
        history.commit(new Points.Builder()
                .dropped(now, "spool", 3)
                .dropped(now + 1_000, "spool", 4)
                .dropped(now + 1_000, "series", 1)
                .coverage(now, now - 900, now + 100, 2)
                .coverage(now + 1_000, now + 100, now + 1_100, 3)
                .at(1));
        history.commit(new Points.Builder()
                .dropped(now, "spool", 10)
                .coverage(now, now - 950, now + 50, 1)
                .at(2));
        assertThat(history.dropped(now, now + 2_000)).isEqualTo(Map.of("spool", 17L, "series", 1L));
        assertThat(history.dropped(now, now + 500)).isEqualTo(Map.of("spool", 13L));
        assertThat(history.coverage(now, now + 2_000)).isEqualTo(new Batch.Coverage(now - 950, now + 1_100, 6));
        assertThat(history.coverage(now + 5_000, now + 6_000)).isNull();
    }

    @Test
    void gauges_areFoundByNameTimeAndStep() throws Exception {
        history.commit(new Points.Builder()
                .add(new GaugePoint(now, "jvm", "shop/i1", "jvm.heap.used.bytes", 1))
                .at(1));
        history.addGauges(List.of(
                new GaugePoint(now + 10_000, "jvm", "shop/i1", "jvm.heap.used.bytes", 2),
                new GaugePoint(now + 20_000, "jvm", "shop/i1", "jvm.heap.used.bytes", 3),
                new GaugePoint(now + 10_000, "redis", "127.0.0.1:6379", "memory.used.bytes", 1e15)));
        assertThat(history.gauges("jvm", "", "", now, now + 60_000, 0, 10))
                .extracting(GaugePoint::value)
                .containsExactly(1.0, 2.0, 3.0);
        assertThat(history.gauges("", "shop/i1", "jvm.heap.used.bytes", now, now + 60_000, 20_000, 10))
                .containsExactly(
                        new GaugePoint(now + 10_000, "jvm", "shop/i1", "jvm.heap.used.bytes", 2),
                        new GaugePoint(now + 20_000, "jvm", "shop/i1", "jvm.heap.used.bytes", 3));
        assertThat(history.gauges("jvm", "", "", now + 10_000, now + 20_000, 0, 10))
                .extracting(GaugePoint::value)
                .containsExactly(2.0);
        assertThat(history.gauges("", "", "", now, now + 60_000, 0, 2)).hasSize(2);
        assertThat(history.latestGauges("", now)).extracting(GaugePoint::value).containsExactly(3.0, 1e15);
        assertThat(history.latestGauges("redis", now)).hasSize(1);
        assertThat(history.latestGauges("jvm", now + 20_001)).isEmpty();
    }

    @Test
    void events_comeNewestFirst() throws Exception {
        Event alert = new Event(now, "alert", "warning", "rule", "redis", "memory", "{\"a\":1}");
        Event audit = new Event(now + 1, "audit", "info", "joe", "config", "changed", "{}");
        history.addEvents(List.of(alert, audit));
        assertThat(history.events(Set.of(), now, now + 10, 10)).containsExactly(audit, alert);
        assertThat(history.events(Set.of("alert", "x' --"), now, now + 10, 10)).containsExactly(alert);
        assertThat(history.events(Set.of(), now, now + 10, 1)).containsExactly(audit);
        assertThat(history.events(Set.of(), now, now + 1, 10)).containsExactly(alert);
    }

    @Test
    void close_mayBeCalledAgain_andNothingAfterIt() throws Exception {
        history.close();
        history.close();
        assertThatThrownBy(() -> history.ops(all(0, now)))
                .isInstanceOf(HistoryException.class)
                .hasMessageContaining("closed");
    }
}
