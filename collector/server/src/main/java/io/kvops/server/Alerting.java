package io.kvops.server;

import io.kvops.history.Event;
import io.kvops.history.History;
import io.kvops.rules.Alerts;
import io.kvops.rules.AlertsOptions;
import io.kvops.rules.Labels;
import io.kvops.rules.StateFile;
import io.kvops.stores.Measurement;
import io.kvops.stores.ProberConfig;
import io.kvops.stores.TargetStatus;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** The rules of a collector at work: fed, evaluated, told, kept. Any thread may call. */
final class Alerting implements AutoCloseable {
    private static final String STATE = "alerts.json";

    private final Alerts alerts;
    private final AlertFeed feed;
    private final ForecastPredictor predictor;
    private AlertsConfig config;

    private Alerting(AlertsConfig config, Alerts alerts, AlertFeed feed, ForecastPredictor predictor) {
        this.config = config;
        this.alerts = alerts;
        this.feed = feed;
        this.predictor = predictor;
    }

    /**
     * With the state that was kept. Nothing runs yet.
     *
     * @param folder the collector's data folder
     * @param events takes what alerts do, and returns at once
     */
    static Alerting open(
            AlertsConfig config,
            Path folder,
            History history,
            Consumer<Event> events,
            AlertFeed.Sources sources,
            Clock clock,
            LongSupplier nanos) {
        ForecastPredictor predictor = new ForecastPredictor(history);
        AlertsOptions options = AlertsOptions.of(clock, nanos)
                .with(predictor)
                .with(StateFile.of(folder.resolve(STATE)))
                .with(new AlertLog(events));
        Alerts alerts = Alerts.open(config.inForce(), options);
        AlertFeed feed = new AlertFeed(alerts, sources, clock, nanos);
        feed.rules(config.inForce());
        return new Alerting(config, alerts, feed, predictor);
    }

    void start() {
        predictor.start();
        alerts.start();
        feed.start();
    }

    /** Other rules from now on, if they are others. */
    synchronized void apply(AlertsConfig changed) {
        if (!changed.equals(config)) {
            alerts.use(changed.inForce());
            feed.rules(changed.inForce());
            config = changed;
        }
    }

    /** These targets are measured from now on; what was said of others is over. */
    void targets(List<TargetStatus> targets, ProberConfig config) {
        Set<Labels> measured = new HashSet<>();
        for (int i = 0; i < targets.size(); i++) {
            TargetStatus target = targets.get(i);
            measured.add(AlertFeed.labels(
                    target.kind(), target.subject(), config.targets().get(i).labels()));
        }
        feed.targets(measured);
    }

    void measured(Measurement measurement) {
        feed.measured(measurement);
    }

    /** Forecasts that were not made, for there were too many series. */
    long forecastsLeftOut() {
        return predictor.leftOut();
    }

    Alerts alerts() {
        return alerts;
    }

    @Override
    public void close() {
        feed.close();
        alerts.close();
        predictor.close();
    }
}
