package io.kvops.server;

import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.List;

/** What of measurements did not get into the history, for Prometheus. */
final class HistoryMetrics {
    private HistoryMetrics() {}

    static List<MetricSnapshot> of(StoreMeasurements measurements, long gaugesLeftOut) {
        return List.of(
                CounterSnapshot.builder()
                        .name("kvops_history_writes_dropped")
                        .help("Measurements and events that the history did not take, or not as a whole")
                        .dataPoint(point(Labels.EMPTY, measurements.dropped()))
                        .build(),
                CounterSnapshot.builder()
                        .name("kvops_history_values_dropped")
                        .help("Measured values that the history did not take: too many waited, or had new names")
                        .dataPoint(point(Labels.of("reason", "waiting"), measurements.droppedValues()))
                        .dataPoint(point(Labels.of("reason", "names"), gaugesLeftOut))
                        .build());
    }

    private static CounterDataPointSnapshot point(Labels labels, long value) {
        return CounterDataPointSnapshot.builder()
                .labels(labels)
                .value((double) value)
                .build();
    }
}
