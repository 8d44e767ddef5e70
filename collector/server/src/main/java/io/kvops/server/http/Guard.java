package io.kvops.server.http;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.HostAndPort;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * Stands before every route: puts the security headers on the answer; on a port that only this machine reaches, takes only
 * requests that name a loopback host. A web page of another site can make its own name resolve to 127.0.0.1 (DNS
 * rebinding); its Host header gives it away. On a wider bind, TLS and tokens stand in its way.
 */
final class Guard {
    private final Supplier<HttpConfig> config;

    Guard(Supplier<HttpConfig> config) {
        this.config = config;
    }

    void check(HttpServerRequest request) throws BadRequest {
        HostAndPort authority = request.authority();
        if (authority == null || request.headers().getAll("Host").size() > 1) {
            throw new BadRequest(400, "the Host header is missing, malformed or repeated");
        }
        if (config.get().loopback() && !isLoopbackName(authority.host())) {
            throw new BadRequest(
                    421,
                    "this collector answers to localhost and 127.0.0.1 only; the request was for " + authority.host());
        }
        // two lengths, or a length and chunks, are how requests are smuggled past a proxy
        boolean chunked = request.getHeader("Transfer-Encoding") != null;
        int lengths = request.headers().getAll("Content-Length").size();
        if (lengths > 1 || (lengths == 1 && chunked)) {
            throw new BadRequest(400, "the length of the body is said twice");
        }
        if (lengths == 1 && !request.getHeader("Content-Length").matches("[0-9]{1,18}")) {
            throw new BadRequest(400, "the Content-Length is no number");
        }
    }

    static void addHeaders(HttpServerResponse response) {
        response.putHeader(
                        "Content-Security-Policy",
                        "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("X-Frame-Options", "DENY")
                .putHeader("Referrer-Policy", "no-referrer")
                .putHeader("Cross-Origin-Opener-Policy", "same-origin")
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
