package io.kvops.server.http;

import io.kvops.analyzer.LiveSnapshot;
import io.kvops.analyzer.PerformanceAnalyzer;
import io.kvops.analyzer.Report;
import io.kvops.history.History;
import io.kvops.ingest.ConnectedAgent;
import io.kvops.rules.Alerts;
import io.kvops.server.capacity.CapacityDesk;
import io.kvops.server.tasks.TaskDesk;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What the HTTP door shows. Any thread may call; none of the calls waits for the network. */
public interface CollectorView {
    /** True once all that the journal held at start has been processed. */
    boolean ready();

    /** Answers what its history can be asked. */
    PerformanceAnalyzer analyzer();

    /** What happened from one moment (inclusive) to another (exclusive). */
    Report report(Instant from, Instant to);

    /** The last seconds, for the live page. */
    LiveSnapshot live();

    /** The collector's own metrics and the main ones of the stores. */
    MetricSnapshots metrics();

    /** Whether it does its work. */
    HealthState health();

    /** What was kept. */
    History history();

    /** Folder for backups of the history; empty where there is none. */
    default Optional<Path> backups() {
        return Optional.empty();
    }

    /** Agents that are connected now. */
    default List<ConnectedAgent> connectedAgents() {
        return List.of();
    }

    /** Rules at work; empty where there are none, as in a program that made its own. */
    default Optional<Alerts> alerts() {
        return Optional.empty();
    }

    /** What runs out when and what to buy; empty where nothing plans, as in a program that made its own. */
    default Optional<CapacityDesk> capacity() {
        return Optional.empty();
    }

    /** What it copies and compares; empty where it has no tasks, as in a program that made its own. */
    default Optional<TaskDesk> tasks() {
        return Optional.empty();
    }

    /** How the measured stores and hosts are; empty where none is measured. */
    default List<StoreState> stores() {
        return List.of();
    }

    /** The configuration; empty where it can't be read or changed, as in a program that made its own. */
    default Optional<ConfigControl> config() {
        return Optional.empty();
    }
}
