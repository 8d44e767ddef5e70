package io.kvops.server;

import io.kvops.analyzer.LiveSnapshot;
import io.kvops.server.http.StoreState;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.PrometheusNaming;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What stores, hosts and JVMs are measured to be, by the names that Prometheus expects: {@code memory.used.bytes} of a store
 * is {@code kvops_store_memory_used_bytes}; what ends in {@code .total} is a counter; milliseconds become seconds; a word
 * {@code count} at the end goes; what stands in braces becomes labels. At most {@link #MAX_POINTS} values: first what is
 * common to stores, then what is special to them, then agents', then what was scraped. Those past it are counted, and so is
 * what has name and labels of another, for the library refuses the whole scrape then: of two agents of one name the latest
 * heard stays.
 */
final class GaugeMetrics {
    static final int MAX_POINTS = 2_000;
    private static final String TOTAL = ".total";
    private static final String SCRAPED = "prometheus";
    private static final Pattern LABEL = Pattern.compile("([^=\",]+)=\"([^\"]*)\"(?:,|$)");
    private static final String LEFT_OUT = "kvops_metrics_left_out";

    private final Set<String> taken;
    private final Map<String, CounterSnapshot.Builder> counters = new TreeMap<>();
    private final Map<String, GaugeSnapshot.Builder> gauges = new TreeMap<>();
    private final Map<String, Set<Labels>> seen = new HashMap<>();
    private int points;
    private int leftOut;

    private GaugeMetrics(Set<String> taken) {
        this.taken = taken;
    }

    /**
     * Makes them.
     *
     * @param agents the latest heard first
     * @param taken names of metrics that are the collector's own
     */
    static List<MetricSnapshot> of(List<StoreState> stores, List<LiveSnapshot.Agent> agents, Set<String> taken) {
        GaugeMetrics made = new GaugeMetrics(taken);
        for (StoreState store : stores) {
            made.gauge(
                    "kvops_store_up",
                    "1 while it answers in full, 0.5 while in part, 0 while it is down",
                    labels(store),
                    store.state().equals("up") ? 1 : store.state().equals("down") ? 0 : 0.5);
        }
        List<StoreState> measured =
                stores.stream().filter(s -> !s.kind().equals(SCRAPED)).toList();
        measured.forEach(s -> made.add(s, name -> !name.startsWith(s.kind() + ".")));
        measured.forEach(s -> made.add(s, name -> name.startsWith(s.kind() + ".")));
        for (LiveSnapshot.Agent agent : agents) {
            if (agent.connected()) {
                Labels labels = Labels.of("service", agent.service(), "instance_id", agent.instance());
                agent.gauges().forEach((name, value) -> made.add("kvops_", name, labels, value));
            }
        }
        stores.stream().filter(s -> s.kind().equals(SCRAPED)).forEach(s -> made.add(s, name -> true));
        List<MetricSnapshot> all = new ArrayList<>();
        made.counters.values().forEach(counter -> all.add(counter.build()));
        made.gauges.values().forEach(gauge -> all.add(gauge.build()));
        all.add(GaugeSnapshot.builder()
                .name(LEFT_OUT)
                .help("Values of stores and JVMs that are not here: past the bound, or named as others")
                .dataPoint(GaugeDataPointSnapshot.builder().value(made.leftOut).build())
                .build());
        return all;
    }

    private static Labels labels(StoreState store) {
        return Labels.of("kind", store.kind(), "subject", store.subject());
    }

    private void add(StoreState store, Predicate<String> wanted) {
        String prefix = store.kind().equals("host") ? "kvops_host_" : "kvops_store_";
        store.values().forEach((name, value) -> {
            if (wanted.test(name)) {
                add(prefix, name, labels(store), value);
            }
        });
    }

    private void add(String prefix, String gauge, Labels labels, double value) {
        int brace = gauge.endsWith("}") ? gauge.indexOf('{') : -1;
        int at = brace < 0 ? gauge.indexOf('@') : -1;
        String base = gauge.substring(0, Math.max(at, brace) < 0 ? gauge.length() : Math.max(at, brace));
        Labels all = labels;
        if (brace >= 0) {
            all = with(labels, gauge.substring(brace + 1, gauge.length() - 1));
        } else if (at >= 0) {
            all = labels.merge(Labels.of("endpoint", gauge.substring(at + 1)));
        }
        boolean grows = base.endsWith(TOTAL);
        String measured = grows ? base.substring(0, base.length() - TOTAL.length()) : base;
        double scaled = value;
        if (measured.endsWith(".millis")) {
            measured = measured.substring(0, measured.length() - ".millis".length()) + ".seconds";
            scaled = value / 1_000;
        } else if (measured.endsWith(".count")) {
            measured = measured.substring(0, measured.length() - ".count".length());
        }
        String name = PrometheusNaming.sanitizeMetricName(
                prefix + measured.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "_"));
        if (grows) {
            counter(name, base, all, scaled);
        } else {
            gauge(name, base, all, scaled);
        }
    }

    /** Labels as probes write them; of those that are too long the end is cut, and is not a label any more. */
    private static Labels with(Labels labels, String written) {
        Map<String, String> all = new TreeMap<>();
        Matcher label = LABEL.matcher(written);
        int end = 0;
        while (label.find() && label.start() == end) {
            String name = PrometheusNaming.sanitizeLabelName(label.group(1));
            all.put(labels.contains(name) ? "exported_" + name : name, label.group(2));
            end = label.end();
        }
        if (end < written.length()) {
            all.put("cut", written.substring(end));
        }
        return labels.merge(
                Labels.of(all.keySet().toArray(new String[0]), all.values().toArray(new String[0])));
    }

    private void counter(String name, String help, Labels labels, double value) {
        if (isNew(name, labels, gauges)) {
            counters.computeIfAbsent(
                            name, n -> CounterSnapshot.builder().name(n).help(help))
                    .dataPoint(CounterDataPointSnapshot.builder()
                            .labels(labels)
                            .value(Math.max(0, value))
                            .build());
        }
    }

    private void gauge(String name, String help, Labels labels, double value) {
        if (isNew(name, labels, counters)) {
            gauges.computeIfAbsent(name, n -> GaugeSnapshot.builder().name(n).help(help))
                    .dataPoint(GaugeDataPointSnapshot.builder()
                            .labels(labels)
                            .value(value)
                            .build());
        }
    }

    /** Whether it may be added; counted if not. */
    private boolean isNew(String name, Labels labels, Map<String, ?> otherType) {
        boolean may = points < MAX_POINTS
                && !name.equals(LEFT_OUT)
                && !taken.contains(name)
                && !otherType.containsKey(name)
                && seen.computeIfAbsent(name, n -> new HashSet<>()).add(labels);
        if (may) {
            points++;
        } else {
            leftOut++;
        }
        return may;
    }
}
