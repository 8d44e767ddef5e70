package io.kvops.server.testing;

import io.kvops.analyzer.AnalyzerConfig;
import io.kvops.analyzer.LiveSnapshot;
import io.kvops.analyzer.PerformanceAnalyzer;
import io.kvops.analyzer.Report;
import io.kvops.history.Histories;
import io.kvops.history.History;
import io.kvops.history.HistoryConfig;
import io.kvops.history.HistoryException;
import io.kvops.rules.Alerts;
import io.kvops.rules.AlertsOptions;
import io.kvops.rules.RuleFile;
import io.kvops.rules.RulesException;
import io.kvops.server.capacity.CapacityConfig;
import io.kvops.server.capacity.CapacityDesk;
import io.kvops.server.http.CollectorView;
import io.kvops.server.http.ConfigControl;
import io.kvops.server.http.HealthState;
import io.kvops.server.tasks.DeskConfig;
import io.kvops.server.tasks.TaskDesk;
import io.kvops.tasks.TaskException;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/** A collector without an ingest: a real analyzer, fed by hand, a real history in memory, and a configuration of two keys. */
public class TestView implements CollectorView, AutoCloseable {
    private static final String RULES = """
            groups:
              - name: memory
                rules:
                  - alert: MemoryHigh
                    level: critical
                    expr: memory.used.bytes / memory.limit.bytes > 0.9
                    annotations: {summary: "{{ $labels.subject }} uses {{ $value | percent }} of its memory"}
                  - {alert: MemoryGrows, expr: memory.used.bytes > 10, for: 1h}
            routes: [{receivers: [log]}]
            receivers: [{name: log, type: log}]
            """;

    public final PerformanceAnalyzer analyzer;
    public final History history;
    public final AtomicBoolean ready = new AtomicBoolean(true);
    public final TestConfig config = new TestConfig();
    public final Alerts alerts;
    public final CapacityDesk capacity;
    public final TaskDesk tasks;
    private final Path folder;
    public volatile Optional<Path> backups = Optional.empty();

    public TestView() {
        this(HistoryConfig.inMemory());
    }

    public TestView(HistoryConfig config) {
        Clock clock = Clock.systemUTC();
        try {
            history = Histories.open(config, clock);
        } catch (HistoryException e) {
            throw new IllegalStateException(e);
        }
        analyzer = PerformanceAnalyzer.open(AnalyzerConfig.DEFAULTS, history, clock);
        try {
            alerts = Alerts.open(RuleFile.parse("rules", RULES), AlertsOptions.of(clock, System::nanoTime));
        } catch (RulesException e) {
            throw new IllegalStateException(e);
        }
        capacity = new CapacityDesk(history, CapacityConfig.DEFAULTS, clock);
        try {
            folder = Files.createTempDirectory("kvops-test-view");
            tasks = new TaskDesk(folder, DeskConfig.DEFAULTS, List::of, clock, System::nanoTime);
            tasks.start();
        } catch (IOException | TaskException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Where files are that tasks may touch. */
    public Path files() {
        return folder.resolve("files");
    }

    @Override
    public boolean ready() {
        return ready.get();
    }

    @Override
    public Report report(Instant from, Instant to) {
        return analyzer.report(from, to);
    }

    @Override
    public PerformanceAnalyzer analyzer() {
        return analyzer;
    }

    @Override
    public LiveSnapshot live() {
        return analyzer.live();
    }

    @Override
    public MetricSnapshots metrics() {
        return new MetricSnapshots();
    }

    @Override
    public HealthState health() {
        return new HealthState(true, List.of(new HealthState.Check("test", true, "made by hand")));
    }

    @Override
    public History history() {
        return history;
    }

    @Override
    public Optional<Alerts> alerts() {
        return Optional.of(alerts);
    }

    @Override
    public Optional<CapacityDesk> capacity() {
        return Optional.of(capacity);
    }

    @Override
    public Optional<TaskDesk> tasks() {
        return Optional.of(tasks);
    }

    @Override
    public Optional<Path> backups() {
        return backups;
    }

    @Override
    public Optional<ConfigControl> config() {
        return Optional.of(config);
    }

    @Override
    public void close() throws HistoryException {
        tasks.close();
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        alerts.close();
        analyzer.close();
        history.close();
    }
}
