package io.kvops.server.http;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;

/**
 * Stands before every route: puts the security headers on the answer, and takes only requests that name a loopback host.
 * A web page of another site can make its own name resolve to 127.0.0.1 (DNS rebinding); its Host header gives it away.
 */
final class Guard implements Handler<RoutingContext> {
    @Override
    public void handle(RoutingContext context) {
        HttpServerRequest request = context.request();
        addHeaders(context.response());
        HostAndPort authority = request.authority();
        if (authority == null || request.headers().getAll("Host").size() > 1) {
            new Problem(400, "the Host header is missing, malformed or repeated").send(context.response());
        } else if (!isLoopbackName(authority.host())) {
            new Problem(
                            421,
                            "this collector answers to localhost and 127.0.0.1 only; the request was for "
                                    + authority.host())
                    .send(context.response());
        } else if (!request.method().equals(HttpMethod.GET) && !request.method().equals(HttpMethod.HEAD)) {
            // nothing here takes a body, so it is not read either
            context.response().putHeader("Connection", "close");
            context.fail(405);
        } else {
            context.next();
        }
    }

    static void addHeaders(HttpServerResponse response) {
        response.putHeader(
                        "Content-Security-Policy",
                        "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("Referrer-Policy", "no-referrer")
                .putHeader("Cross-Origin-Resource-Policy", "same-origin");
    }

    static boolean isLoopbackName(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        return name.equals("localhost")
                || name.equals("[::1]")
                || name.equals("::1")
                || name.matches("127(\\.\\d{1,3}){3}");
    }
}
