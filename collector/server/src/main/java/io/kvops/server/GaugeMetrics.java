package io.kvops.server;

import io.kvops.analyzer.LiveSnapshot;
import io.kvops.server.http.StoreState;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What stores, hosts and JVMs are measured to be, by the names that Prometheus expects: {@code memory.used.bytes} of a store
 * is {@code kvops_store_memory_used_bytes}; what ends in {@code .total} is a counter; milliseconds become seconds; a word
 * {@code count} at the end goes. At most {@link #MAX_POINTS} values; those past it are counted.
 */
final class GaugeMetrics {
    static final int MAX_POINTS = 2_000;
    private static final String TOTAL = ".total";

    private final Map<String, CounterSnapshot.Builder> counters = new TreeMap<>();
    private final Map<String, GaugeSnapshot.Builder> gauges = new TreeMap<>();
    private int points;
    private int leftOut;

    private GaugeMetrics() {}

    static List<MetricSnapshot> of(List<StoreState> stores, List<LiveSnapshot.Agent> agents) {
        GaugeMetrics made = new GaugeMetrics();
        for (StoreState store : stores) {
            made.gauge(
                    "kvops_store_up",
                    "1 while it answers in full, 0.5 while in part, 0 while it is down",
                    Labels.of("kind", store.kind(), "subject", store.subject()),
                    store.state().equals("up") ? 1 : store.state().equals("down") ? 0 : 0.5);
            String prefix = store.kind().equals("host") ? "kvops_host_" : "kvops_store_";
            store.values()
                    .forEach((name, value) ->
                            made.add(prefix, name, Labels.of("kind", store.kind(), "subject", store.subject()), value));
        }
        for (LiveSnapshot.Agent agent : agents) {
            if (agent.connected()) {
                Labels labels = Labels.of("service", agent.service(), "instance_id", agent.instance());
                agent.gauges().forEach((name, value) -> made.add("kvops_", name, labels, value));
            }
        }
        made.gauge("kvops_metrics_left_out", "Values of stores and JVMs past the bound", Labels.EMPTY, made.leftOut);
        List<MetricSnapshot> all = new ArrayList<>();
        made.counters.values().forEach(counter -> all.add(counter.build()));
        made.gauges.values().forEach(gauge -> all.add(gauge.build()));
        return all;
    }

    private void add(String prefix, String gauge, Labels labels, double value) {
        if (points >= MAX_POINTS) {
            leftOut++;
            return;
        }
        int at = gauge.indexOf('@');
        String base = at < 0 ? gauge : gauge.substring(0, at);
        Labels all = at < 0 ? labels : labels.merge(Labels.of("endpoint", gauge.substring(at + 1)));
        boolean grows = base.endsWith(TOTAL);
        String measured = grows ? base.substring(0, base.length() - TOTAL.length()) : base;
        double scaled = value;
        if (measured.endsWith(".millis")) {
            measured = measured.substring(0, measured.length() - ".millis".length()) + ".seconds";
            scaled = value / 1_000;
        } else if (measured.endsWith(".count")) {
            measured = measured.substring(0, measured.length() - ".count".length());
        }
        String name = prefix + measured.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "_");
        // two of the same name would be refused, and with them the whole scrape
        if (grows ? gauges.containsKey(name) : counters.containsKey(name)) {
            leftOut++;
        } else if (grows) {
            points++;
            counters.computeIfAbsent(
                            name, n -> CounterSnapshot.builder().name(n).help(base))
                    .dataPoint(CounterDataPointSnapshot.builder()
                            .labels(all)
                            .value(Math.max(0, scaled))
                            .build());
        } else {
            points++;
            gauge(name, base, all, scaled);
        }
    }

    private void gauge(String name, String help, Labels labels, double value) {
        gauges.computeIfAbsent(name, n -> GaugeSnapshot.builder().name(n).help(help))
                .dataPoint(GaugeDataPointSnapshot.builder()
                        .labels(labels)
                        .value(value)
                        .build());
    }
}
