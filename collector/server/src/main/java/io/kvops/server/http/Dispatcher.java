package io.kvops.server.http;

import io.kvops.server.security.Caller;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Leads each request through the checks to its route, and the answer back. Runs on the event loop. */
final class Dispatcher {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);
    /** What routes may ask of a request's headers. */
    static final List<String> HEADERS = List.of("accept", "content-type", "if-match");

    private final Vertx vertx;
    private final Supplier<HttpConfig> config;
    private final Clock clock;
    private final Guard guard;
    private final Entry entry;
    private final RouteTable routes;
    private final StaticFiles files;
    private final LiveStream stream;
    private final Connections connections;
    private final LoginLog logins;
    private final Work quick;
    private final Work slow;
    private final Replies replies = new Replies();

    Dispatcher(
            Vertx vertx,
            Supplier<HttpConfig> config,
            Clock clock,
            Entry entry,
            RouteTable routes,
            LiveStream stream,
            Connections connections,
            LoginLog logins,
            Work quick,
            Work slow) {
        this.vertx = vertx;
        this.config = config;
        this.clock = clock;
        this.guard = new Guard(config);
        this.entry = entry;
        this.routes = routes;
        this.files = new StaticFiles();
        this.stream = stream;
        this.connections = connections;
        this.logins = logins;
        this.quick = quick;
        this.slow = slow;
    }

    /** Numbers of the answers that were given. */
    Replies replies() {
        return replies;
    }

    void handle(HttpServerRequest request) {
        HttpServerResponse response = request.response();
        connections.now(request.connection(), Connections.Phase.ANSWERING);
        response.endHandler(end -> connections.now(request.connection(), Connections.Phase.WAITING));
        response.exceptionHandler(failure -> LOG.debug("the answer could not be written", failure));
        Guard.addHeaders(response);
        try {
            guard.check(request);
            route(request);
        } catch (BadRequest e) {
            refuse(request, e.problem());
        } catch (RuntimeException e) {
            fail(request, e);
        }
    }

    private void route(HttpServerRequest request) throws BadRequest {
        String path = request.path() == null ? "" : request.path();
        String method = request.method().name();
        RouteTable.Match match = routes.find(path).orElse(null);
        if (match == null) {
            if (LiveStream.PATH.equals(path)) {
                stream(request);
            } else {
                file(request, path);
            }
            return;
        }
        if (method.equals("OPTIONS")) {
            allow(request, match.allow());
            return;
        }
        Route route = match.route(method.equals("HEAD") ? "GET" : method);
        if (route == null) {
            throw notTaken(method, match.allow());
        }
        Optional<Caller> caller = caller(request);
        Entry.check(route.role(), caller);
        if (route.changes()) {
            Entry.checkOrigin(request, caller);
        }
        Params params = Params.parse(request.query());
        params.allow(route.params());
        if (!route.answers().isEmpty()
                && !params.has("format")
                && Accept.choose(request.getHeader("Accept"), route.answers()).isEmpty()) {
            throw new BadRequest(406, "there are " + String.join(", ", route.answers()));
        }
        Instant now = clock.instant();
        body(request, route).onComplete(read -> {
            if (read.failed()) {
                failed(request, read.cause());
            } else {
                Ask ask = new Ask(
                        caller,
                        Connections.address(request.connection()),
                        params,
                        match.parameter(),
                        headers(request),
                        read.result(),
                        new Ask.Browser(
                                Entry.cookieName(request),
                                request.isSSL(),
                                entry.session(request).orElse("")),
                        now);
                compute(request, route, ask);
            }
        });
    }

    private Optional<Caller> caller(HttpServerRequest request) throws BadRequest {
        String remote = Connections.address(request.connection());
        try {
            return entry.caller(request, remote);
        } catch (BadRequest e) {
            logins.failed(remote, "a wrong token for " + request.method() + " " + request.path());
            throw e;
        }
    }

    private Future<Body> body(HttpServerRequest request, Route route) throws BadRequest {
        if (!BodyReader.hasBody(request)) {
            if (!route.takes().isEmpty() && !route.takes().contains("")) {
                throw new BadRequest(400, "a body is missing: one of " + String.join(", ", route.takes()));
            }
            return Future.succeededFuture(Body.NONE);
        }
        String type = request.getHeader("Content-Type");
        String plain = type == null ? "" : type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        if (route.takes().isEmpty()) {
            throw new BadRequest(413, "no body is taken here");
        }
        if (!route.takes().contains(plain)) {
            throw new BadRequest(
                    415, "Content-Type: " + plain + " (expected " + String.join(" or ", route.takes()) + ")");
        }
        connections.now(request.connection(), Connections.Phase.READING);
        return BodyReader.read(
                        vertx,
                        request,
                        config.get().maxBodyBytes(),
                        config.get().idleTimeout())
                .onComplete(read -> connections.now(request.connection(), Connections.Phase.ANSWERING));
    }

    private void compute(HttpServerRequest request, Route route, Ask ask) {
        String tag = request.getHeader("If-None-Match");
        boolean gzip = Replies.takesGzip(request.getHeader("Accept-Encoding"));
        boolean cheap = route.place() == Route.Place.LOOP;
        Future<Answer> computed;
        if (cheap) {
            try {
                computed = Future.succeededFuture(route.handler().answer(ask));
            } catch (Exception e) {
                computed = Future.failedFuture(e);
            }
        } else {
            Work work = route.place() == Route.Place.QUICK ? quick : slow;
            computed = work.submit(
                    () -> Replies.finished(route.handler().answer(ask), route, tag, gzip),
                    config.get().computeTimeout());
        }
        computed.onComplete(made -> {
            if (made.failed()) {
                failed(request, made.cause());
            } else {
                replies.send(request, made.result());
            }
        });
    }

    private void stream(HttpServerRequest request) throws BadRequest {
        String method = request.method().name();
        if (method.equals("OPTIONS")) {
            allow(request, "GET, HEAD, OPTIONS");
            return;
        }
        readOnly(method);
        Entry.check(io.kvops.server.security.Role.VIEWER, caller(request));
        Params.parse(request.query()).allow(List.of());
        if (Accept.choose(request.getHeader("Accept"), List.of("text/event-stream"))
                .isEmpty()) {
            throw new BadRequest(406, "there is text/event-stream");
        }
        replies.count(200);
        stream.handle(request);
    }

    /** The page's files hold no data, so they need no token: the page is where somebody logs in. */
    private void file(HttpServerRequest request, String path) throws BadRequest {
        String method = request.method().name();
        boolean served = files.serves(path);
        if (served && method.equals("OPTIONS")) {
            allow(request, "GET, HEAD, OPTIONS");
            return;
        }
        if (!served) {
            throw new BadRequest(404, "nothing at " + path + "; see /openapi.json");
        }
        readOnly(method);
        replies.send(request, files.answer(path, request.getHeader("If-None-Match")));
    }

    private static void readOnly(String method) throws BadRequest {
        if (!method.equals("GET") && !method.equals("HEAD")) {
            throw notTaken(method, "GET, HEAD, OPTIONS");
        }
    }

    private static BadRequest notTaken(String method, String allow) {
        return new BadRequest(405, method + " is not taken here, only " + allow, "Allow", allow);
    }

    private void allow(HttpServerRequest request, String methods) {
        replies.send(request, Answer.done().with("Allow", methods));
    }

    private void failed(HttpServerRequest request, Throwable failure) {
        if (failure instanceof BadRequest refused) {
            refuse(request, refused.problem());
        } else {
            Problems.of(failure).ifPresentOrElse(problem -> refuse(request, problem), () -> fail(request, failure));
        }
    }

    private void fail(HttpServerRequest request, Throwable failure) {
        LOG.error("{} {} failed", request.method(), request.path(), failure);
        refuse(request, Problem.of(500, "the collector failed; its log says more"));
    }

    private void refuse(HttpServerRequest request, Problem problem) {
        HttpServerResponse response = request.response();
        replies.count(problem.status());
        // a body that nobody reads would be taken for the next request
        if (!request.isEnded() || problem.status() == 408) {
            response.putHeader("Connection", "close");
            HttpServerResponse ended = response;
            ended.endHandler(end -> {
                connections.now(request.connection(), Connections.Phase.WAITING);
                vertx.setTimer(
                        Replies.LINGER_MILLIS, fired -> request.connection().close());
            });
        }
        problem.send(response);
    }

    private static Map<String, String> headers(HttpServerRequest request) {
        Map<String, String> headers = new HashMap<>();
        for (String name : HEADERS) {
            String value = request.getHeader(name);
            if (value != null) {
                headers.put(name, value);
            }
        }
        return headers;
    }
}
