package io.kvops.server.http;

import io.kvops.analyzer.GroupBy;
import io.kvops.analyzer.Report;
import io.kvops.server.security.Role;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The slow-query log: the slow operations of a window, most severe first, with filters. */
final class SlowRoutes {
    /** What is filtered here is looked for among so many, the most severe. */
    private static final int MOST_LOOKED_AT = 20_000;

    private final CollectorView view;

    SlowRoutes(CollectorView view) {
        this.view = view;
    }

    private record Slow(
            Page.Shown window,
            List<Report.SlowOp> slowOps,
            @Nullable String next) {}

    List<Route> routes() {
        List<String> params = Stream.concat(Page.PARAMS.stream(), Selection.params(Selection.ALL, "min").stream())
                .toList();
        return List.of(Route.get("/api/v1/slow", Role.VIEWER, Route.Place.LONG, params, this::slow));
    }

    private Answer slow(Ask ask) throws BadRequest {
        Params params = ask.params();
        Page page = Page.of(params, ask.now(), "1h");
        Map<GroupBy, String> where =
                Selection.of(params, Selection.ALL_BUT_OUTCOME).where();
        String outcome = params.has("outcome") ? Selection.outcome(params.text("outcome", "")) : null;
        long leastNanos = params.duration("min", Duration.ZERO, Duration.ZERO, Duration.ofDays(1))
                .toNanos();
        boolean filters = outcome != null || leastNanos > 0;
        List<Report.SlowOp> found = view.analyzer()
                .slowQueries(
                        page.window().from(),
                        page.window().to(),
                        where,
                        filters ? Math.max(MOST_LOOKED_AT, page.fetch()) : page.fetch());
        if (filters) {
            found = found.stream()
                    .filter(op -> op.latencyNanos() >= leastNanos)
                    .filter(op -> outcome == null || op.outcome().equals(outcome))
                    .toList();
        }
        Page.Part<Report.SlowOp> part = page.of(found);
        return Answer.json(new Slow(page.shown(), part.entries(), part.next()));
    }
}
