package io.kvops.server.http;

import io.kvops.analyzer.Report;
import io.kvops.server.security.Role;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The slow-query log: the slow operations of a window, in the order of the report, with filters. */
final class SlowRoutes {
    private static final List<String> FILTERS =
            List.of("service", "instance", "store", "endpoint", "op", "pattern", "outcome", "min");

    private final CollectorView view;

    SlowRoutes(CollectorView view) {
        this.view = view;
    }

    private record Slow(
            Page.Shown window,
            List<Report.SlowOp> slowOps,
            @Nullable String next) {}

    private record Timeline(Report.Window window, List<Report.TimelinePoint> timeline) {}

    List<Route> routes() {
        List<String> params =
                Stream.concat(Page.PARAMS.stream(), FILTERS.stream()).toList();
        return List.of(
                Route.get("/api/v1/slow", Role.VIEWER, Route.Place.LONG, params, this::slow),
                Route.get(
                        "/api/v1/timeline",
                        Role.VIEWER,
                        Route.Place.LONG,
                        List.of("last", "from", "to"),
                        this::timeline));
    }

    private Answer slow(Ask ask) throws BadRequest {
        Page page = Page.of(ask.params(), ask.now(), "1h");
        Params params = ask.params();
        long leastNanos = params.duration("min", Duration.ZERO, Duration.ZERO, Duration.ofDays(1))
                .toNanos();
        Stream<Report.SlowOp> found = view
                .report(page.window().from(), page.window().to())
                .slowOps()
                .stream()
                .filter(op -> op.latencyNanos() >= leastNanos);
        found = filtered(found, params.get("service"), Report.SlowOp::service);
        found = filtered(found, params.get("instance"), Report.SlowOp::instance);
        found = filtered(found, params.get("store"), Report.SlowOp::store);
        found = filtered(found, params.get("endpoint"), Report.SlowOp::endpoint);
        String op = params.get("op");
        found = filtered(found, op == null ? null : op.toUpperCase(Locale.ROOT), Report.SlowOp::op);
        found = filtered(found, params.get("pattern"), Report.SlowOp::pattern);
        found = filtered(found, params.get("outcome"), Report.SlowOp::outcome);
        Page.Part<Report.SlowOp> part = page.of(found.limit(page.fetch()).toList());
        return Answer.json(new Slow(page.shown(), part.entries(), part.next()));
    }

    private static Stream<Report.SlowOp> filtered(
            Stream<Report.SlowOp> found, @Nullable String wanted, Function<Report.SlowOp, String> field) {
        return wanted == null ? found : found.filter(op -> field.apply(op).equals(wanted));
    }

    private Answer timeline(Ask ask) throws BadRequest {
        Window window = ask.params().window(ask.now(), "1h");
        Report report = view.report(window.from(), window.to());
        return Answer.json(new Timeline(report.window(), report.timeline()));
    }
}
