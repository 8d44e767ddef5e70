package io.kvops.server;

import io.kvops.tasks.TasksStats;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How tasks do, for Prometheus. */
final class TaskMetrics {
    private TaskMetrics() {}

    static List<MetricSnapshot> of(@Nullable TasksStats stats) {
        if (stats == null) {
            return List.of();
        }
        return List.of(
                gauge("kvops_tasks_running", "Tasks that run", stats.running()),
                gauge("kvops_tasks_waiting", "Tasks that wait for a thread", stats.queued()),
                gauge("kvops_tasks_unwritten", "Tasks whose last state is not on the disk yet", stats.unwritten()),
                counter("kvops_tasks_refused", "Tasks refused because too many waited", stats.refused()),
                counter("kvops_tasks_picked_up", "Tasks gone on with that a dead process left", stats.pickedUp()),
                counter("kvops_tasks_damaged", "Tasks put aside because their files were damaged", stats.damaged()),
                counter("kvops_task_events_dropped", "Events that nobody took in time", stats.eventsDropped()),
                counter("kvops_task_log_lines_dropped", "Lines that could not be written", stats.logLinesDropped()));
    }

    private static MetricSnapshot gauge(String name, String help, long value) {
        return GaugeSnapshot.builder()
                .name(name)
                .help(help)
                .dataPoint(
                        GaugeDataPointSnapshot.builder().value((double) value).build())
                .build();
    }

    private static MetricSnapshot counter(String name, String help, long value) {
        return CounterSnapshot.builder()
                .name(name)
                .help(help)
                .dataPoint(
                        CounterDataPointSnapshot.builder().value((double) value).build())
                .build();
    }
}
