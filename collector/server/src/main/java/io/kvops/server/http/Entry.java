package io.kvops.server.http;

import io.kvops.server.security.Caller;
import io.kvops.server.security.FailedLogins;
import io.kvops.server.security.Gate;
import io.kvops.server.security.Role;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds out who a request comes from, and whether it may. A token counts in the Authorization header only: an address ends
 * in logs and histories.
 */
final class Entry {
    private static final String BEARER = "bearer ";

    private final Gate gate;
    private final FailedLogins failed;

    Entry(Gate gate, FailedLogins failed) {
        this.gate = gate;
        this.failed = failed;
    }

    /** Name of the session's cookie; with the port, for a browser gives cookies to every port of a host. */
    static String cookieName(HttpServerRequest request) {
        int port = request.connection().localAddress().port();
        return (request.isSSL() ? "__Host-kvops-" : "kvops-") + port;
    }

    /** Who asks; empty if it did not say. A wrong token is an error even where none is needed. */
    Optional<Caller> caller(HttpServerRequest request, String remote) throws BadRequest {
        if (gate.open()) {
            return gate.byToken("");
        }
        String authorization = request.getHeader("Authorization");
        if (authorization != null) {
            if (!authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
                throw new BadRequest(401, "the Authorization header is not of the form Bearer TOKEN");
            }
            return Optional.of(byToken(authorization.substring(BEARER.length()).strip(), remote));
        }
        return session(request).flatMap(gate::bySession);
    }

    /** Id of the session that a request names. */
    Optional<String> session(HttpServerRequest request) {
        Cookie cookie = request.getCookie(cookieName(request));
        return cookie == null ? Optional.empty() : Optional.ofNullable(cookie.getValue());
    }

    /** Who has a token; it is an error if nobody has, and if too many wrong ones came from there before. */
    Caller byToken(String secret, String remote) throws BadRequest {
        Optional<Caller> caller = gate.byToken(secret);
        boolean told = caller.isPresent() ? failed.mayTry(remote, caller.get().name()) : failed.mayTry(remote);
        if (caller.isEmpty()) {
            failed.failed(remote);
        }
        if (!told) {
            throw new BadRequest(429, "too many wrong tokens came from " + remote + "; try again in a few seconds");
        }
        if (caller.isEmpty()) {
            throw new BadRequest(401, "the token is not known here");
        }
        failed.succeeded(remote, caller.get().name());
        return caller.get();
    }

    /** Refuses who may not. */
    static void check(@Nullable Role needed, Optional<Caller> caller) throws BadRequest {
        if (needed == null) {
            return;
        }
        if (caller.isEmpty()) {
            throw new BadRequest(
                    401, "this needs a token: send Authorization: Bearer TOKEN, or log in at the live page");
        }
        if (!caller.get().role().covers(needed)) {
            throw new BadRequest(
                    403,
                    "this needs the role " + lower(needed) + "; " + caller.get().name() + " is "
                            + lower(caller.get().role()));
        }
    }

    /**
     * Refuses changes that the page of another site makes a browser ask for. A browser sends along what it knows by itself
     * (cookies, and being on this machine), but it tells where the request comes from.
     */
    static void checkOrigin(HttpServerRequest request, Optional<Caller> caller) throws BadRequest {
        if (caller.isPresent() && caller.get().way() == Caller.Way.TOKEN) {
            return;
        }
        String site = request.getHeader("Sec-Fetch-Site");
        if (site != null && !site.equals("same-origin") && !site.equals("none")) {
            throw new BadRequest(403, "changes are taken from this collector's own page only, not from another site's");
        }
        String origin = request.getHeader("Origin");
        if (origin != null) {
            String own = (request.isSSL() ? "https://" : "http://") + request.getHeader("Host");
            if (!origin.equalsIgnoreCase(own)) {
                throw new BadRequest(403, "changes are taken from this collector's own page only, not from " + origin);
            }
        } else if (caller.isPresent() && caller.get().way() == Caller.Way.SESSION && !asksByScript(request)) {
            throw new BadRequest(403, "a change by a session needs an Origin header, or X-Requested-With");
        }
    }

    /** Another site's page can't set this header without asking first, and is never told yes. */
    private static boolean asksByScript(HttpServerRequest request) {
        return request.getHeader("X-Requested-With") != null;
    }

    static String lower(Role role) {
        return role.name().toLowerCase(java.util.Locale.ROOT);
    }
}
