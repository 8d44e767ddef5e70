package io.kvops.server;

import io.kvops.rules.Alert;
import io.kvops.rules.Alerts;
import io.kvops.rules.AlertsStats;
import io.kvops.rules.Level;
import io.kvops.rules.ReceiverStats;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.ArrayList;
import java.util.List;

/** How rules and receivers do, for Prometheus. Labels are states, levels and receivers only: there are at most 50 of these. */
final class AlertMetrics {
    private final List<MetricSnapshot> metrics = new ArrayList<>();

    private AlertMetrics() {}

    static List<MetricSnapshot> of(Alerts alerts, long forecastsLeftOut) {
        AlertMetrics made = new AlertMetrics();
        made.alerts(alerts.alerts());
        AlertsStats stats = alerts.stats();
        made.receivers(stats.receivers());
        made.gauge("kvops_alert_rules", "Rules in force", stats.rules());
        made.gauge("kvops_alert_rule_series", "Series kept for rules", stats.series());
        made.counter("kvops_alert_rule_evaluations", "Evaluations of rules", stats.evaluations());
        made.counter(
                "kvops_alert_rule_evaluations_skipped",
                "Evaluations that were due while another took too long",
                stats.evaluationsSkipped());
        made.counter(
                "kvops_alert_rule_failures",
                "Failures of evaluations, forecasts, or of what keeps the alerts",
                stats.failures());
        made.counter(
                "kvops_alert_rule_samples_dropped",
                "Values past a bound, or not newer than those before",
                stats.samplesDropped());
        made.counter("kvops_alerts_refused", "Alerts past a bound", stats.alertsRefused());
        made.counter("kvops_alert_forecasts_left_out", "Forecasts past a bound", forecastsLeftOut);
        return made.metrics;
    }

    private void alerts(List<Alert> alerts) {
        GaugeSnapshot.Builder gauge =
                GaugeSnapshot.builder().name("kvops_alerts").help("Alerts that are pending or fire now");
        for (Level level : Level.values()) {
            gauge.dataPoint(count("pending", Alert.State.PENDING, level, alerts));
            gauge.dataPoint(count("firing", Alert.State.FIRING, level, alerts));
        }
        metrics.add(gauge.build());
    }

    private static GaugeDataPointSnapshot count(String name, Alert.State state, Level level, List<Alert> alerts) {
        return GaugeDataPointSnapshot.builder()
                .labels(Labels.of("state", name, "level", level.text()))
                .value((double) alerts.stream()
                        .filter(alert -> alert.state() == state && alert.level() == level)
                        .count())
                .build();
    }

    private void receivers(List<ReceiverStats> receivers) {
        CounterSnapshot.Builder messages = CounterSnapshot.builder()
                .name("kvops_alert_messages")
                .help("Messages to receivers, by what became of them");
        GaugeSnapshot.Builder waiting =
                GaugeSnapshot.builder().name("kvops_alert_messages_waiting").help("Messages in the receivers' queues");
        for (ReceiverStats receiver : receivers) {
            messages.dataPoint(point(receiver, "sent", receiver.sent()));
            messages.dataPoint(point(receiver, "retried", receiver.retried()));
            messages.dataPoint(point(receiver, "failed", receiver.failed()));
            messages.dataPoint(point(receiver, "dropped", receiver.dropped()));
            waiting.dataPoint(GaugeDataPointSnapshot.builder()
                    .labels(Labels.of("receiver", receiver.name()))
                    .value(receiver.waiting())
                    .build());
        }
        metrics.add(messages.build());
        metrics.add(waiting.build());
    }

    private static CounterDataPointSnapshot point(ReceiverStats receiver, String outcome, Number count) {
        return CounterDataPointSnapshot.builder()
                .labels(Labels.of("receiver", receiver.name(), "outcome", outcome))
                .value(count.doubleValue())
                .build();
    }

    private void gauge(String name, String help, Number value) {
        metrics.add(GaugeSnapshot.builder()
                .name(name)
                .help(help)
                .dataPoint(GaugeDataPointSnapshot.builder()
                        .value(value.doubleValue())
                        .build())
                .build());
    }

    private void counter(String name, String help, Number value) {
        metrics.add(CounterSnapshot.builder()
                .name(name)
                .help(help)
                .dataPoint(CounterDataPointSnapshot.builder()
                        .value(value.doubleValue())
                        .build())
                .build());
    }
}
