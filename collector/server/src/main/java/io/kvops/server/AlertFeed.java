package io.kvops.server;

import io.kvops.analyzer.AnalyzerException;
import io.kvops.analyzer.Breakdown;
import io.kvops.analyzer.GroupBy;
import io.kvops.analyzer.LiveSnapshot;
import io.kvops.analyzer.PerformanceAnalyzer;
import io.kvops.ingest.IngestStats;
import io.kvops.rules.Alerts;
import io.kvops.rules.Labels;
import io.kvops.rules.RuleFile;
import io.kvops.stores.Measurement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives rules their values: what is measured of stores as it comes; on a thread of its own, what agents measure of their
 * JVMs, what operations did in the last minute, and how the collector is. Each look is followed by a pause of at least
 * twenty times what it took, so that a large fleet costs a twentieth of a processor at most. README.md names the labels.
 */
final class AlertFeed implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AlertFeed.class);
    private static final Duration PAUSE = Duration.ofSeconds(15);
    private static final int PAUSE_TIMES = 20;
    private static final Duration MINUTE = Duration.ofMinutes(1);
    /** Operations are in the history by then, whatever the pace of their agents. */
    private static final Duration SETTLED = Duration.ofSeconds(10);

    /** Longer than a prober ever backs off. */
    private static final Duration FORGOTTEN = Duration.ofHours(2);

    private static final long CLOSE_MILLIS = 5_000;
    private static final int MOST_OPERATIONS = 2_000;
    private static final List<GroupBy> BY = List.of(GroupBy.SERVICE, GroupBy.STORE, GroupBy.OP);
    private static final Labels COLLECTOR = Labels.of("kind", "collector", "subject", "collector");

    /** What is looked at again and again. */
    record Sources(
            PerformanceAnalyzer analyzer, Supplier<IngestStats> ingest, Path folder, DoubleSupplier minFreeBytes) {}

    private final Alerts alerts;
    private final Sources sources;
    private final Clock clock;
    private final LongSupplier nanos;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "kvops-alert-feed");
    /** Series of agents and operations of the look before. */
    private Set<Labels> before = new HashSet<>();

    /** Stores that did not answer when they were measured last, and when that was. */
    private final Map<Labels, Instant> down = new ConcurrentHashMap<>();

    /** Stores that were measured, by the target of each; and targets that were removed from the configuration last. */
    private final Map<Labels, Labels> stores = new ConcurrentHashMap<>();

    private volatile Set<Labels> removed = Set.of();
    private boolean failing;
    private volatile boolean wantsOperations = true;

    AlertFeed(Alerts alerts, Sources sources, Clock clock, LongSupplier nanos) {
        this.alerts = alerts;
        this.sources = sources;
        this.clock = clock;
        this.nanos = nanos;
        thread.setDaemon(true);
    }

    /** What rules there are now: what none of them names is not looked up. */
    void rules(RuleFile rules) {
        wantsOperations = rules.metrics().stream().anyMatch(metric -> metric.startsWith("op_"));
    }

    void start() {
        thread.start();
    }

    /** A measurement of a store. What a store said before it went down is not true any more. */
    void measured(Measurement m) {
        Labels labels = labels(m.kind(), m.subject(), m.labels());
        Instant at = m.at();
        Labels target = labels(m.kind(), m.target(), m.labels());
        if (removed.contains(target)) {
            // it was under way when its target was removed
            return;
        }
        stores.put(labels, target);
        if (m.state() == Measurement.State.DOWN) {
            if (down.put(labels, at) == null) {
                alerts.end(labels, at);
            }
            alerts.add("store.up.value", labels, at.plusMillis(1), 0);
        } else {
            down.remove(labels);
            m.values().forEach((name, value) -> alerts.add(name, labels, at, value));
            alerts.add("store.up.value", labels, at.plusMillis(1), m.state() == Measurement.State.UP ? 1 : 0.5);
        }
    }

    static Labels labels(String kind, String subject, Map<String, String> ofTarget) {
        Map<String, String> named = new HashMap<>(ofTarget);
        named.put("kind", kind);
        named.put("subject", subject);
        return Labels.of(named);
    }

    /** Targets that are measured from now on: what was said of others is not true any more. */
    void targets(Set<Labels> measured) {
        Set<Labels> gone = new HashSet<>();
        Set<Labels> targets = new HashSet<>();
        stores.forEach((store, target) -> {
            if (!measured.contains(target)) {
                gone.add(store);
                targets.add(target);
            }
        });
        removed = targets;
        stores.keySet().removeAll(gone);
        down.keySet().removeAll(gone);
        if (!gone.isEmpty()) {
            alerts.end(gone, clock.instant());
        }
    }

    private void run() {
        boolean interrupted = false;
        try {
            long began;
            do {
                began = nanos.getAsLong();
                look();
            } while (!closed.await(
                    Math.max(PAUSE.toNanos(), (nanos.getAsLong() - began) * PAUSE_TIMES), TimeUnit.NANOSECONDS));
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void look() {
        try {
            lookOnce();
            failing = false;
        } catch (RuntimeException e) {
            if (!failing) {
                LOG.warn("rules got no values of operations and JVMs, trying again: {}", e.toString());
            }
            failing = true;
        }
    }

    void lookOnce() {
        Instant at = clock.instant();
        collector(at);
        Set<Labels> now = new HashSet<>();
        agents(now, at);
        if (wantsOperations) {
            operations(now, at);
        }
        down.values().removeIf(last -> last.plus(FORGOTTEN).isBefore(at));
        before.removeAll(now);
        alerts.end(before, at);
        before = now;
    }

    private void collector(Instant at) {
        IngestStats ingest = sources.ingest().get();
        alerts.add("collector.journal.paused.value", COLLECTOR, at, ingest.paused() ? 1 : 0);
        alerts.add("collector.journal.pending.count", COLLECTOR, at, (double) ingest.pendingFrames());
        alerts.add("collector.journal.bytes", COLLECTOR, at, (double) ingest.journalBytes());
        alerts.add("collector.agents.connected.count", COLLECTOR, at, ingest.connectedAgents());
        String problem = sources.analyzer().problem();
        alerts.add("collector.history.okay.value", COLLECTOR, at, problem == null || problem.isEmpty() ? 1 : 0);
        alerts.add(
                "collector.disk.needed.bytes",
                COLLECTOR,
                at,
                sources.minFreeBytes().getAsDouble());
        try {
            double free = Files.getFileStore(sources.folder()).getUsableSpace();
            alerts.add("collector.disk.free.bytes", COLLECTOR, at, free);
        } catch (IOException e) {
            // no data; health says why
            alerts.add("collector.disk.free.bytes", COLLECTOR, at, Double.NaN);
        }
    }

    /** Under the kinds and subjects that the history has. */
    private void agents(Set<Labels> now, Instant at) {
        for (LiveSnapshot.Agent agent : sources.analyzer().live().agents()) {
            if (!agent.connected()) {
                continue;
            }
            Labels whose = Labels.of("service", agent.service(), "instance", agent.instance());
            Labels jvm = whose.with(Map.of("kind", "jvm", "subject", agent.service() + "/" + agent.instance()));
            now.add(jvm);
            agent.gauges().forEach((name, value) -> {
                int endpoint = name.indexOf('@');
                Labels labels = jvm;
                if (endpoint > 0) {
                    String kind = name.substring(0, endpoint).split("\\.", 2)[0];
                    labels = whose.with(Map.of("kind", kind, "subject", name.substring(endpoint + 1)));
                    now.add(labels);
                }
                alerts.add(endpoint > 0 ? name.substring(0, endpoint) : name, labels, at, value);
            });
        }
    }

    private void operations(Set<Labels> now, Instant at) {
        Instant to = at.minus(SETTLED);
        Breakdown found;
        try {
            found = sources.analyzer().writtenBreakdown(to.minus(MINUTE), to, BY, Map.of(), MOST_OPERATIONS);
        } catch (AnalyzerException e) {
            if (e.kind() == AnalyzerException.Kind.LIMIT) {
                return;
            }
            throw e;
        }
        for (Breakdown.Group group : found.groups()) {
            String service = group.key().getOrDefault(GroupBy.SERVICE, "");
            String store = group.key().getOrDefault(GroupBy.STORE, "");
            String op = group.key().getOrDefault(GroupBy.OP, "");
            Labels labels = Labels.of(Map.of(
                    "kind",
                    "op",
                    "subject",
                    service + " " + store + " " + op,
                    "service",
                    service,
                    "store",
                    store,
                    "op",
                    op));
            now.add(labels);
            alerts.add("op.rate", labels, at, group.opsPerSecond());
            alerts.add("op.errors.ratio", labels, at, group.errorRate());
            alerts.add("op.misses.ratio", labels, at, group.missRate());
            alerts.add("op.p99.seconds", labels, at, group.timed() == 0 ? Double.NaN : group.p99Nanos() / 1e9);
        }
    }

    /** Ends after the look that is under way. */
    @Override
    public void close() {
        closed.countDown();
        try {
            thread.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
