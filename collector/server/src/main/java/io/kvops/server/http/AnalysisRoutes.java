package io.kvops.server.http;

import io.kvops.analyzer.Breakdown;
import io.kvops.analyzer.FlameGraph;
import io.kvops.analyzer.Report;
import io.kvops.analyzer.Timeline;
import io.kvops.server.security.Role;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** What operations did, by anything: groups, their course, what changed, and where the slow ones came from. */
final class AnalysisRoutes {
    private static final String TEXT = "text/plain; charset=utf-8";
    private static final int MOST_GROUPS = 10_000;

    private final CollectorView view;

    AnalysisRoutes(CollectorView view) {
        this.view = view;
    }

    /** How a flame graph is written. */
    enum Form {
        JSON,
        FOLDED
    }

    /** What the folded lines of a flame graph tell. */
    enum Weight {
        TIME,
        COUNT
    }

    /**
     * The course of some groups.
     *
     * @param timeline of all that was selected, where nothing was grouped by
     */
    private record Course(
            Report.Window window,
            double stepSeconds,
            List<Report.TimelinePoint> timeline,
            List<Timeline.Line> lines,
            int groupCount) {}

    private record Flames(Page.Shown window, int ops, int withStack, FlameGraph.Node root) {}

    List<Route> routes() {
        return List.of(
                Route.get(
                        "/api/v1/breakdown",
                        Role.VIEWER,
                        Route.Place.LONG,
                        Selection.params(Selection.ALL, "last", "from", "to", "by", "order", "limit"),
                        this::breakdown),
                Route.get(
                        "/api/v1/timeline",
                        Role.VIEWER,
                        Route.Place.LONG,
                        Selection.params(Selection.ALL_BUT_OUTCOME, "last", "from", "to", "by", "limit"),
                        this::timeline),
                Route.get(
                        "/api/v1/compare",
                        Role.VIEWER,
                        Route.Place.LONG,
                        Selection.params(
                                Selection.ALL_BUT_OUTCOME,
                                "last",
                                "from",
                                "to",
                                "back",
                                "beforeFrom",
                                "beforeTo",
                                "by",
                                "limit"),
                        this::compare),
                Route.get(
                                "/api/v1/flamegraph",
                                Role.VIEWER,
                                Route.Place.LONG,
                                Selection.params(Selection.ALL_BUT_OUTCOME, "last", "from", "to", "format", "weight"),
                                this::flameGraph)
                        .answering(Answer.JSON, TEXT));
    }

    private Answer breakdown(Ask ask) throws BadRequest {
        Params params = ask.params();
        Window window = params.window(ask.now(), "1h");
        Selection asked = Selection.of(params, Selection.ALL);
        Breakdown.Order order = params.choice("order", Breakdown.Order.class, Breakdown.Order.COUNT);
        int limit = params.integer("limit", 100, 1, MOST_GROUPS);
        return Answer.json(
                view.analyzer().breakdown(window.from(), window.to(), asked.by(), asked.where(), order, limit));
    }

    private Answer timeline(Ask ask) throws BadRequest {
        Params params = ask.params();
        Window window = params.window(ask.now(), "1h");
        Selection asked = Selection.of(params, Selection.ALL_BUT_OUTCOME);
        if (asked.by().isEmpty() && asked.where().isEmpty()) {
            Report report = view.report(window.from(), window.to());
            List<Report.TimelinePoint> points = report.timeline();
            double step = points.stream()
                    .mapToDouble(Report.TimelinePoint::seconds)
                    .max()
                    .orElse(0);
            return Answer.json(new Course(report.window(), step, points, List.of(), points.isEmpty() ? 0 : 1));
        }
        int limit = params.integer("limit", 10, 1, Timeline.MAX_LINES);
        Timeline course = view.analyzer().timeline(window.from(), window.to(), asked.by(), asked.where(), limit);
        boolean one = asked.by().isEmpty() && !course.lines().isEmpty();
        return Answer.json(new Course(
                course.window(),
                course.step().toMillis() / 1_000.0,
                one ? course.lines().get(0).points() : List.of(),
                one ? List.of() : course.lines(),
                course.groupCount()));
    }

    private Answer compare(Ask ask) throws BadRequest {
        Params params = ask.params();
        Window after = params.window(ask.now(), "15m");
        Window before = before(params, after);
        Selection asked = Selection.of(params, Selection.ALL_BUT_OUTCOME);
        return Answer.json(view.analyzer()
                .compare(
                        new io.kvops.analyzer.Window(before.from(), before.to()),
                        new io.kvops.analyzer.Window(after.from(), after.to()),
                        asked.by(),
                        asked.where(),
                        params.integer("limit", 100, 1, MOST_GROUPS)));
    }

    /** The window that was named; else one as long, so far back; else the one just before. */
    private static Window before(Params params, Window after) throws BadRequest {
        String from = params.get("beforeFrom");
        String to = params.get("beforeTo");
        if (from == null && to == null) {
            Duration length = Duration.between(after.from(), after.to());
            Duration back = params.duration("back", length, Duration.ofSeconds(1), Params.LONGEST);
            Instant end = after.to().minus(back);
            if (end.minus(length).isBefore(Instant.EPOCH)) {
                throw new BadRequest(400, "the window before begins before 1970; name a later one");
            }
            return new Window(end.minus(length), end);
        }
        if (from == null || to == null || params.has("back")) {
            throw new BadRequest(400, "beforeFrom and beforeTo go together, without back");
        }
        return Params.window("beforeFrom", from, Params.instant("beforeTo", to));
    }

    private Answer flameGraph(Ask ask) throws BadRequest {
        Params params = ask.params();
        Window window = params.window(ask.now(), "1h");
        Selection asked = Selection.of(params, Selection.ALL_BUT_OUTCOME);
        boolean text = Accept.choose(ask.header("accept"), List.of(Answer.JSON, TEXT))
                .orElse(Answer.JSON)
                .equals(TEXT);
        Form form = params.choice("format", Form.class, text ? Form.FOLDED : Form.JSON);
        Weight weight = params.choice("weight", Weight.class, Weight.TIME);
        FlameGraph flames = view.analyzer().flameGraph(window.from(), window.to(), asked.where());
        if (form == Form.FOLDED) {
            return Answer.text(TEXT, weight == Weight.TIME ? flames.folded() : flames.foldedCounts());
        }
        return Answer.json(new Flames(
                new Page.Shown(window.from(), window.to()), flames.ops(), flames.withStack(), flames.root()));
    }
}
