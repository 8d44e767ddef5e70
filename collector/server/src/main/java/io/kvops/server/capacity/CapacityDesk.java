package io.kvops.server.capacity;

import io.kvops.history.Event;
import io.kvops.history.History;
import io.kvops.history.HistoryException;
import io.kvops.planner.CapacityPlanner;
import io.kvops.planner.WhatIf;
import io.kvops.planner.advice.AdvisorOptions;
import io.kvops.planner.advice.Catalog;
import io.kvops.planner.advice.Layout;
import io.kvops.planner.capacity.ForecastStore;
import io.kvops.planner.capacity.KeptForecast;
import io.kvops.planner.capacity.Outlook;
import io.kvops.planner.capacity.PastScore;
import io.kvops.planner.capacity.Resource;
import io.kvops.planner.forecast.Timeline;
import io.kvops.server.capacity.Recommendations.Prices;
import io.kvops.server.capacity.Recommendations.StorePlan;
import io.kvops.server.report.ForecastPage;
import io.kvops.server.report.ForecastPanel;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Answers what runs out when and what to buy, from what the collector measured. Any thread; an answer takes some tens of
 * milliseconds for each resource, so it belongs on a worker.
 */
public final class CapacityDesk {
    private static final Duration KEEP_EACH = Duration.ofDays(1);

    private final History history;
    private final Clock clock;
    private volatile CapacityConfig config;

    public CapacityDesk(History history, CapacityConfig config, Clock clock) {
        this.history = history;
        this.config = config;
        this.clock = clock;
    }

    /** From now on by another configuration. */
    public void apply(CapacityConfig changed) {
        config = changed;
    }

    /** What is in force. */
    public CapacityConfig config() {
        return config;
    }

    /**
     * What a recommendation is asked for.
     *
     * @param store empty: each
     * @param today what it runs on, such as {@code 3xr7g.large}; null: as it is configured, if it is
     */
    public record Question(
            String store, Duration horizon, @Nullable String today, AdvisorOptions options, WhatIf whatIf) {}

    private record Reading(CapacityPlanner planner, KeptForecasts kept, List<String> notes) {}

    /**
     * How resources stand.
     *
     * @param store empty: of all stores
     * @param limit resources at most
     */
    public Capacity capacity(String store, Duration horizon, int limit) throws HistoryException {
        Reading reading = read(store, false);
        List<Outlook> all = outlooks(reading, store, horizon);
        return new Capacity(horizon, all.subList(0, Math.min(limit, all.size())), all.size(), reading.notes());
    }

    /**
     * What the forecasts of resources are made from.
     *
     * @param store empty: of all stores
     * @param part of the store; only with a metric
     * @param metric empty: all
     * @param limit resources at most, by name
     */
    public MeasuredPast past(String store, String part, String metric, int limit) throws HistoryException {
        CapacityPlanner planner = read(store, false).planner();
        List<MeasuredPast.Course> courses = new ArrayList<>();
        for (Resource r : planner.resources()) {
            boolean named =
                    metric.isEmpty() || (r.metric().equals(metric) && r.part().equals(part));
            if (named && courses.size() < limit) {
                course(planner, r).ifPresent(courses::add);
            }
        }
        return new MeasuredPast(courses);
    }

    private static Optional<MeasuredPast.Course> course(CapacityPlanner planner, Resource r) {
        try {
            Timeline t = planner.timeline(r);
            return Optional.of(new MeasuredPast.Course(r, t.first(), t.step(), t.values()));
        } catch (IllegalArgumentException e) {
            // not one value of it can be used
            return Optional.empty();
        }
    }

    /** What runs out when, as a page with charts. */
    public String page(String store, Duration horizon) throws HistoryException {
        Reading reading = read(store, false);
        List<Outlook> all = outlooks(reading, store, horizon);
        List<ForecastPanel> panels = all.stream()
                .limit(ForecastPage.PANELS_MAX)
                .map(o -> ForecastPanel.of(
                        o,
                        reading.planner().timeline(o.resource()),
                        earlier(reading.kept().of(o.resource()), o)))
                .toList();
        return ForecastPage.render("What runs out when", panels, all.size());
    }

    /**
     * Forecasts that were kept, scored by what came.
     *
     * @param store empty: of all stores
     */
    public Forecasts forecasts(String store, int limit) throws HistoryException {
        Reading reading = read(store, false);
        return new Forecasts(reading.kept().all().stream()
                .filter(f -> store.isEmpty() || f.resource().store().equals(store))
                .sorted(Comparator.comparing(KeptForecast::lastAt)
                        .reversed()
                        .thenComparing(f -> f.resource().toString()))
                .limit(limit)
                .map(f -> new Forecasts.Scored(f, score(reading.planner(), f)))
                .toList());
    }

    /**
     * What to buy.
     *
     * @param catalog null: that of the configuration
     * @throws IllegalArgumentException if the question is wrong; the message says what
     */
    public Recommendations recommendations(Question question, @Nullable Catalog catalog) throws HistoryException {
        CapacityConfig now = config;
        Catalog shapes = catalog == null ? now.prices() : catalog;
        int replicas = question.options().replicas();
        @Nullable Layout asked = layout(question.today(), shapes, replicas);
        Reading reading = read(question.store(), false);
        List<StorePlan> plans = new ArrayList<>();
        for (String store : reading.planner().stores()) {
            try {
                @Nullable Layout layout = asked != null ? asked : layout(now.today(store), shapes, replicas);
                plans.add(StorePlan.of(
                        store,
                        reading.planner()
                                .plan(
                                        store,
                                        question.horizon(),
                                        shapes,
                                        layout,
                                        question.options(),
                                        question.whatIf())));
            } catch (IllegalArgumentException e) {
                reading.notes().add(e.getMessage());
            }
        }
        if (plans.isEmpty()) {
            reading.notes().add(tooLittle(question.store()));
        }
        return new Recommendations(Prices.of(shapes), plans, reading.notes());
    }

    /** Forecasts all and keeps that in the history, unless it was done within a day. Returns how many were kept. */
    int keep() throws HistoryException {
        Reading reading = read("", true);
        if (reading.kept().newest().plus(KEEP_EACH).isAfter(clock.instant())) {
            return 0;
        }
        reading.planner().outlooks(config.horizon());
        List<Event> events = reading.kept().fresh();
        if (!events.isEmpty()) {
            history.addEvents(events);
        }
        return events.size();
    }

    private Reading read(String store, boolean keeping) throws HistoryException {
        Instant now = clock.instant();
        KeptForecasts kept = KeptForecasts.read(history, now);
        CapacityPlanner planner = new CapacityPlanner(keeping ? kept : new Looking(kept), config.calendar());
        List<String> notes = new ArrayList<>(MeasuredResources.read(history, planner, config, store, now));
        notes.addAll(OperationResources.read(history, planner, config, store, now));
        for (StoreCapacity known : config.stores()) {
            boolean wanted = store.isEmpty() || known.store().equals(store);
            if (wanted && !planner.stores().contains(known.store())) {
                notes.add("the configuration knows limits of " + known.store()
                        + ", of which nothing was measured in the last " + MeasuredResources.SINCE.toDays() + " days");
            }
        }
        if (kept.unreadable() > 0) {
            notes.add(kept.unreadable() + " kept forecasts cannot be read and are not scored");
        }
        return new Reading(planner, kept, notes);
    }

    private static List<Outlook> outlooks(Reading reading, String store, Duration horizon) {
        List<Outlook> all = reading.planner().outlooks(horizon);
        if (all.isEmpty()) {
            reading.notes().add(tooLittle(store));
        }
        return all;
    }

    private static String tooLittle(String store) {
        return "too little was measured" + (store.isEmpty() ? "" : " of " + store)
                + " yet (a forecast takes at least 3 values; stores are named in the configuration, stores.targets)";
    }

    private static @Nullable Layout layout(@Nullable String today, Catalog shapes, int replicas) {
        try {
            return today == null ? null : Layout.parse(today, shapes, replicas);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("today: " + e.getMessage(), e);
        }
    }

    private static PastScore score(CapacityPlanner planner, KeptForecast f) {
        try {
            return PastScore.of(List.of(f), Outlook.looked(f.resource(), planner.timeline(f.resource())));
        } catch (IllegalArgumentException e) {
            // it is not measured any more
            return new PastScore(0, 0, Double.NaN, Double.NaN);
        }
    }

    /** The kept one of which about half has come, so that both the past and the future of it show. */
    private static @Nullable KeptForecast earlier(List<KeptForecast> kept, Outlook o) {
        Instant half = o.first().minus(o.step().multipliedBy(o.forecast().values().length / 2L));
        return kept.stream()
                .filter(f -> !f.lastAt().isAfter(half))
                .max(Comparator.comparing(KeptForecast::lastAt))
                .orElse(null);
    }

    /** Forecasts that are looked at, and not added to. */
    private record Looking(ForecastStore kept) implements ForecastStore {
        @Override
        public void keep(KeptForecast forecast) {
            // only the forecasts of the keeper are kept: those asked for come as often as anybody asks
        }

        @Override
        public List<KeptForecast> of(Resource resource) {
            return kept.of(resource);
        }
    }
}
