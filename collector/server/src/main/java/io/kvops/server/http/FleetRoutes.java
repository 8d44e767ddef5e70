package io.kvops.server.http;

import io.kvops.analyzer.LiveSnapshot;
import io.kvops.analyzer.Report;
import io.kvops.history.GaugePoint;
import io.kvops.history.HistoryException;
import io.kvops.ingest.ConnectedAgent;
import io.kvops.server.security.Role;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What is measured and who measures: stores, their gauges, agents; and the keys that stand out. */
final class FleetRoutes {
    private static final List<String> WINDOW = List.of("last", "from", "to", "limit");
    private static final int MOST_GAUGES = 100_000;

    private final CollectorView view;

    FleetRoutes(CollectorView view) {
        this.view = view;
    }

    private record Stores(List<StoreState> stores) {}

    private record Gauge(Instant at, String kind, String subject, String name, double value) {}

    private record Gauges(Page.Shown window, List<Gauge> gauges, boolean truncated) {}

    private record HotKeys(Page.Shown window, List<Report.HotKey> hotKeys, boolean truncated) {}

    private record Patterns(Page.Shown window, List<Report.Pattern> patterns, boolean truncated) {}

    /**
     * An agent, connected or not.
     *
     * @param remote where it is connected from; null if it is not
     * @param configVersion the configuration that it confirmed; 0: none
     * @param configProblems why it did not take a newer one
     * @param paceMillis least time between its frames that it is asked for; 0: its own
     */
    private record Agent(
            String agentId,
            String service,
            String instance,
            String host,
            long pid,
            String jvm,
            boolean connected,
            @Nullable String remote,
            @Nullable String version,
            @Nullable Instant connectedSince,
            long configVersion,
            List<String> configProblems,
            long paceMillis,
            long lastSequence,
            long lastFrameAgeMillis,
            long ops,
            Map<String, Double> gauges) {}

    private record Agents(int connected, List<Agent> agents) {}

    List<Route> routes() {
        return List.of(
                Route.get(
                        "/api/v1/stores",
                        Role.VIEWER,
                        Route.Place.QUICK,
                        List.of(),
                        ask -> Answer.json(new Stores(view.stores()))),
                Route.get(
                        "/api/v1/gauges",
                        Role.VIEWER,
                        Route.Place.LONG,
                        List.of("kind", "subject", "name", "step", "last", "from", "to", "limit"),
                        this::gauges),
                Route.get("/api/v1/agents", Role.VIEWER, Route.Place.QUICK, List.of(), ask -> agents()),
                Route.get("/api/v1/hotkeys", Role.VIEWER, Route.Place.LONG, WINDOW, this::hotKeys),
                Route.get("/api/v1/patterns", Role.VIEWER, Route.Place.LONG, WINDOW, this::patterns));
    }

    private Answer gauges(Ask ask) throws BadRequest, HistoryException {
        Params params = ask.params();
        Window window = params.window(ask.now(), "1h");
        Duration step = params.duration("step", Duration.ZERO, Duration.ofSeconds(1), Duration.ofDays(366));
        int limit = params.integer("limit", 10_000, 1, MOST_GAUGES);
        List<GaugePoint> found = view.history()
                .gauges(
                        params.text("kind", ""),
                        params.text("subject", ""),
                        params.text("name", ""),
                        window.fromMillis(),
                        window.toMillis(),
                        step.toMillis(),
                        limit + 1);
        List<GaugePoint> shown = found.subList(0, Math.min(limit, found.size()));
        List<Gauge> gauges = new ArrayList<>(shown.size());
        for (GaugePoint p : shown) {
            gauges.add(new Gauge(Instant.ofEpochMilli(p.atMillis()), p.kind(), p.subject(), p.name(), p.value()));
        }
        return Answer.json(new Gauges(shown(window), gauges, found.size() > limit));
    }

    private Answer agents() {
        Map<String, ConnectedAgent> byId = new HashMap<>();
        for (ConnectedAgent agent : view.connectedAgents()) {
            byId.put(agent.id().toString(), agent);
        }
        List<Agent> agents = new ArrayList<>();
        for (LiveSnapshot.Agent a : view.live().agents()) {
            ConnectedAgent c = byId.remove(canonical(a.agentId()));
            agents.add(agent(a, c));
        }
        // those that have not sent a frame yet
        for (ConnectedAgent c : byId.values()) {
            agents.add(new Agent(
                    c.id().toString(),
                    c.service(),
                    c.instance(),
                    c.host(),
                    0,
                    "",
                    true,
                    c.remote(),
                    c.version(),
                    c.connectedSince(),
                    c.configVersion(),
                    c.problems(),
                    c.paceMillis(),
                    0,
                    0,
                    0,
                    Map.of()));
        }
        int connected = (int) agents.stream().filter(Agent::connected).count();
        return Answer.json(new Agents(connected, agents));
    }

    private static Agent agent(LiveSnapshot.Agent a, @Nullable ConnectedAgent c) {
        return new Agent(
                a.agentId(),
                a.service(),
                a.instance(),
                a.host(),
                a.pid(),
                a.jvm(),
                c != null || a.connected(),
                c == null ? null : c.remote(),
                c == null ? null : c.version(),
                c == null ? null : c.connectedSince(),
                c == null ? 0 : c.configVersion(),
                c == null ? List.of() : c.problems(),
                c == null ? 0 : c.paceMillis(),
                a.lastSequence(),
                a.lastFrameAgeMillis(),
                a.ops(),
                a.gauges());
    }

    private static String canonical(String id) {
        try {
            return UUID.fromString(id).toString();
        } catch (IllegalArgumentException e) {
            return id;
        }
    }

    private Answer hotKeys(Ask ask) throws BadRequest {
        Window window = ask.params().window(ask.now(), "1h");
        int limit = ask.params().integer("limit", 100, 1, 10_000);
        List<Report.HotKey> keys = view.report(window.from(), window.to()).hotKeys();
        return Answer.json(
                new HotKeys(shown(window), keys.subList(0, Math.min(limit, keys.size())), keys.size() > limit));
    }

    private Answer patterns(Ask ask) throws BadRequest {
        Window window = ask.params().window(ask.now(), "1h");
        int limit = ask.params().integer("limit", 100, 1, 10_000);
        List<Report.Pattern> patterns = view.report(window.from(), window.to()).patterns();
        return Answer.json(new Patterns(
                shown(window), patterns.subList(0, Math.min(limit, patterns.size())), patterns.size() > limit));
    }

    private static Page.Shown shown(Window window) {
        return new Page.Shown(window.from(), window.to());
    }
}
