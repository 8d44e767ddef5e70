package io.kvops.server.http;

import io.kvops.history.HistoryException;
import io.kvops.planner.WhatIf;
import io.kvops.planner.advice.AdvisorOptions;
import io.kvops.planner.advice.Catalog;
import io.kvops.planner.advice.CatalogException;
import io.kvops.server.capacity.CapacityDesk;
import io.kvops.server.security.Role;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What runs out when, what to buy, and how forecasts did. */
final class CapacityRoutes {
    private static final String HTML = "text/html; charset=utf-8";
    private static final List<String> YAMLS = List.of("application/yaml", "application/x-yaml", "text/yaml");
    private static final List<String> QUESTION =
            List.of("store", "horizon", "today", "replicas", "threads", "growth", "leadTime");
    private static final Duration LEAST = Duration.ofMinutes(1);
    private static final int MOST = 1_000;
    private static final int PAST_USUAL = 10;
    private static final int PAST_MOST = 100;

    private final CollectorView view;

    CapacityRoutes(CollectorView view) {
        this.view = view;
    }

    /** How it is written. */
    enum Form {
        JSON,
        HTML
    }

    List<Route> routes() {
        return List.of(
                Route.get(
                                "/api/v1/capacity",
                                Role.VIEWER,
                                Route.Place.LONG,
                                List.of("store", "horizon", "limit", "format"),
                                this::capacity)
                        .answering(Answer.JSON, HTML),
                Route.get(
                        "/api/v1/capacity/past",
                        Role.VIEWER,
                        Route.Place.LONG,
                        List.of("store", "part", "metric", "limit"),
                        ask -> Answer.json(desk().past(
                                        ask.params().text("store", ""),
                                        ask.params().text("part", ""),
                                        ask.params().text("metric", ""),
                                        ask.params().integer("limit", PAST_USUAL, 1, PAST_MOST)))),
                Route.get(
                        "/api/v1/forecasts",
                        Role.VIEWER,
                        Route.Place.LONG,
                        List.of("store", "limit"),
                        ask -> Answer.json(desk().forecasts(
                                        ask.params().text("store", ""),
                                        ask.params().integer("limit", 100, 1, MOST)))),
                Route.get(
                        "/api/v1/recommendations",
                        Role.VIEWER,
                        Route.Place.LONG,
                        QUESTION,
                        ask -> recommendations(ask, null)),
                Route.post("/api/v1/recommendations", Role.VIEWER, Route.Place.LONG, YAMLS, this::withPrices)
                        .taking(QUESTION));
    }

    private CapacityDesk desk() throws BadRequest {
        return view.capacity().orElseThrow(() -> new BadRequest(404, "this collector does not plan"));
    }

    private Duration horizon(Params params) throws BadRequest {
        return params.duration("horizon", desk().config().horizon(), LEAST, Params.LONGEST);
    }

    private Answer capacity(Ask ask) throws BadRequest, HistoryException {
        Params params = ask.params();
        String store = params.text("store", "");
        Duration horizon = horizon(params);
        int limit = params.integer("limit", 100, 1, MOST);
        boolean html = Accept.choose(ask.header("accept"), List.of(Answer.JSON, HTML))
                .filter(HTML::equals)
                .isPresent();
        return switch (params.choice("format", Form.class, html ? Form.HTML : Form.JSON)) {
            case JSON -> Answer.json(desk().capacity(store, horizon, limit));
            case HTML ->
                Answer.text(HTML, desk().page(store, horizon))
                        .with("Content-Security-Policy", BasicRoutes.REPORT_POLICY);
        };
    }

    /** With prices of who asks. */
    private Answer withPrices(Ask ask) throws BadRequest, HistoryException {
        try {
            return recommendations(ask, Catalog.parse(ask.body().text(), "prices"));
        } catch (CatalogException e) {
            throw new BadRequest(422, String.valueOf(e.getMessage()));
        }
    }

    private Answer recommendations(Ask ask, @Nullable Catalog catalog) throws BadRequest, HistoryException {
        Params params = ask.params();
        try {
            AdvisorOptions defaults = desk().config().advisor();
            AdvisorOptions options = defaults.replicas(params.integer("replicas", defaults.replicas(), 0, 10))
                    .threads(params.integer("threads", defaults.threads(), 1, 1_024))
                    .leadTime(params.duration("leadTime", defaults.leadTime(), Duration.ZERO, Params.LONGEST));
            return Answer.json(desk().recommendations(
                            new CapacityDesk.Question(
                                    params.text("store", ""),
                                    horizon(params),
                                    params.has("today") ? params.text("today", "") : null,
                                    options,
                                    WhatIf.parse(params.text("growth", "1x"))),
                            catalog));
        } catch (IllegalArgumentException e) {
            throw new BadRequest(400, String.valueOf(e.getMessage()));
        }
    }
}
