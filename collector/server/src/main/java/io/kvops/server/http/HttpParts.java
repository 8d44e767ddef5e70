package io.kvops.server.http;

import io.kvops.server.security.FailedLogins;
import io.kvops.server.security.Gate;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** What one start of the door puts together. */
final class HttpParts implements AutoCloseable {
    /** Reports and queries: computed at once, and waiting. Metrics and the live page never wait behind them. */
    static final int SLOW_AT_ONCE = 4;

    static final int SLOW_WAITING = 12;
    private static final int QUICK_AT_ONCE = 2;
    private static final int QUICK_WAITING = 64;

    private final Gate gate;
    private final Connections connections;
    private final LiveStream stream;
    private final Runnable unlisten;
    private final LoginLog logins;
    private final Work quick;
    private final Work slow;
    private final Dispatcher dispatcher;

    HttpParts(
            Vertx vertx,
            Supplier<HttpConfig> config,
            CollectorView view,
            Clock clock,
            LongSupplier nanoTicker,
            Gate gate) {
        this.gate = gate;
        connections = new Connections(nanoTicker);
        stream = new LiveStream(vertx, view, () -> config.get().maxStreams());
        unlisten = view.tasks().map(desk -> desk.listen(stream::tell)).orElse(() -> {});
        quick = new Work(vertx, "kvops-http-quick", QUICK_AT_ONCE, QUICK_WAITING);
        slow = new Work(vertx, "kvops-http-slow", SLOW_AT_ONCE, SLOW_WAITING);
        Audit audit = new Audit(view);
        logins = new LoginLog(audit, quick, clock);
        Entry entry = new Entry(gate, new FailedLogins(nanoTicker));
        List<Route> all = new ArrayList<>(routes(view, audit));
        all.addAll(new SessionRoutes(gate, entry, logins, audit).routes());
        dispatcher = new Dispatcher(
                vertx, config, clock, entry, new RouteTable(all), stream, connections, logins, quick, slow);
    }

    /** What can be asked about the collector. */
    static List<Route> routes(CollectorView view, Audit audit) {
        List<Route> routes = new ArrayList<>();
        routes.addAll(new BasicRoutes(view).routes());
        routes.addAll(new ConfigRoutes(view, audit).routes());
        routes.addAll(new FleetRoutes(view).routes());
        routes.addAll(new AnalysisRoutes(view).routes());
        routes.addAll(new SlowRoutes(view).routes());
        routes.addAll(new EventRoutes(view).routes());
        routes.addAll(new CapacityRoutes(view).routes());
        routes.addAll(new HistoryRoutes(view, audit).routes());
        routes.addAll(new AlertRoutes(view, audit).routes());
        routes.addAll(new SilenceRoutes(view, audit).routes());
        routes.addAll(new TaskRoutes(view, audit).routes());
        return routes;
    }

    Connections connections() {
        return connections;
    }

    LiveStream stream() {
        return stream;
    }

    Dispatcher dispatcher() {
        return dispatcher;
    }

    HttpStats stats() {
        Map<String, Long> answers = new LinkedHashMap<>();
        for (int digit = 1; digit <= 5; digit++) {
            answers.put(digit + "xx", dispatcher.replies().answered(digit));
        }
        return new HttpStats(
                connections.count(),
                stream.open(),
                gate.sessions(),
                answers,
                connections.refused(),
                connections.evicted(),
                connections.timedOut(),
                quick.refused() + slow.refused(),
                quick.late() + slow.late(),
                logins.failures(),
                stream.skipped());
    }

    @Override
    public void close() {
        unlisten.run();
        quick.close();
        slow.close();
    }
}
