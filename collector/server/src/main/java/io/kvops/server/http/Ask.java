package io.kvops.server.http;

import io.kvops.server.security.Caller;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A request that was let in, with all of it read.
 *
 * @param identity who asks; empty where everybody may, and nobody said
 * @param remote address it comes from
 * @param params all known to the route
 * @param pathParameter the last part of the path where the route has one there; else empty
 * @param headers the values of those in {@link Dispatcher#HEADERS} that it has, by lower-case name
 * @param body empty if there is none
 * @param browser how a session is kept with this client
 * @param now when it came
 */
record Ask(
        Optional<Caller> identity,
        String remote,
        Params params,
        String pathParameter,
        Map<String, String> headers,
        Body body,
        Browser browser,
        Instant now) {

    /**
     * How a session is kept with a client.
     *
     * @param cookie name of the cookie
     * @param secure whether it goes over TLS only
     * @param session id that came with the request; empty if none did
     */
    record Browser(String cookie, boolean secure, String session) {}

    @Nullable
    String header(String lowerCaseName) {
        return headers.get(lowerCaseName);
    }

    /** Who asks, on a route that needs a role. */
    Caller caller() {
        return identity.orElseThrow();
    }
}
