package io.kvops.server;

import io.kvops.analyzer.LiveSnapshot;
import io.kvops.analyzer.PerformanceAnalyzer;
import io.kvops.analyzer.Report;
import io.kvops.history.History;
import io.kvops.ingest.ConnectedAgent;
import io.kvops.rules.Alerts;
import io.kvops.server.capacity.CapacityDesk;
import io.kvops.server.http.CollectorView;
import io.kvops.server.http.ConfigControl;
import io.kvops.server.http.HealthState;
import io.kvops.server.http.StoreState;
import io.kvops.server.tasks.TaskDesk;
import io.kvops.stores.Measurement;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A collector as its HTTP door sees it. */
final class OpsView implements CollectorView {
    private final OpsManager ops;

    OpsView(OpsManager ops) {
        this.ops = ops;
    }

    @Override
    public boolean ready() {
        return ops.ready();
    }

    @Override
    public Report report(Instant from, Instant to) {
        return ops.generateReport(from, to);
    }

    @Override
    public PerformanceAnalyzer analyzer() {
        return ops.analyzer();
    }

    @Override
    public LiveSnapshot live() {
        return ops.snapshot();
    }

    @Override
    public MetricSnapshots metrics() {
        return ops.metrics(stores());
    }

    @Override
    public HealthState health() {
        Health health = ops.performHealthCheck();
        return new HealthState(
                health.healthy(),
                health.checks().stream()
                        .map(c -> new HealthState.Check(c.name(), c.healthy(), c.detail()))
                        .toList());
    }

    @Override
    public History history() {
        return ops.history();
    }

    @Override
    public Optional<Path> backups() {
        return Optional.of(ops.config().dataDir().resolve("history-backups"));
    }

    @Override
    public Optional<Alerts> alerts() {
        return Optional.of(ops.alerts());
    }

    @Override
    public Optional<CapacityDesk> capacity() {
        return Optional.of(ops.capacity());
    }

    @Override
    public Optional<TaskDesk> tasks() {
        return Optional.of(ops.tasks());
    }

    @Override
    public List<StoreState> stores() {
        return ops.latestMeasurements().stream().map(OpsView::state).toList();
    }

    @Override
    public List<ConnectedAgent> connectedAgents() {
        return ops.connectedAgents();
    }

    private static StoreState state(StoreMeasurements.Latest latest) {
        Measurement m = latest.measurement();
        String state = m.state().name().toLowerCase(Locale.ROOT);
        return new StoreState(m.kind(), m.subject(), state, m.at(), latest.since(), m.problem(), m.values());
    }

    @Override
    public Optional<ConfigControl> config() {
        return Optional.of(ops.configControl());
    }
}
