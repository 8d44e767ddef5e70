package io.kvops.server.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kvops.server.security.Caller;
import io.kvops.server.security.Gate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A browser logs in with a token once; from then on a cookie that scripts can't read stands for it. */
final class SessionRoutes {
    private final Gate gate;
    private final Entry entry;
    private final LoginLog logins;
    private final Audit audit;

    SessionRoutes(Gate gate, Entry entry, LoginLog logins, Audit audit) {
        this.gate = gate;
        this.entry = entry;
        this.logins = logins;
        this.audit = audit;
    }

    /** @param loginNeeded whether anything but this needs a token that did not come */
    private record SessionState(
            boolean loginNeeded,
            @Nullable String name,
            @Nullable String role) {}

    List<Route> routes() {
        return List.of(
                Route.get("/api/v1/session", null, Route.Place.LOOP, List.of(), this::state),
                Route.post("/api/v1/login", null, Route.Place.QUICK, List.of(Answer.JSON), this::login),
                Route.post("/api/v1/logout", null, Route.Place.QUICK, List.of(""), this::logout));
    }

    private Answer state(Ask ask) {
        Optional<Caller> who = ask.identity();
        return Answer.json(new SessionState(
                        who.isEmpty(),
                        who.map(Caller::name).orElse(null),
                        who.map(c -> Entry.lower(c.role())).orElse(null)))
                .with("Cache-Control", "no-store");
    }

    private Answer login(Ask ask) throws BadRequest {
        ObjectNode body = ask.body().object(List.of("token"));
        String token = Body.text(body, "token");
        if (gate.open()) {
            return Answer.done();
        }
        Caller caller;
        try {
            caller = entry.byToken(token, ask.remote());
        } catch (BadRequest e) {
            logins.failed(ask.remote(), "a wrong token at the login");
            throw e;
        }
        audit.record(ask.now(), caller.name(), ask.remote(), "info", "login", "Logs in with a browser", Map.of());
        String id = gate.openSession(token).orElseThrow(() -> new BadRequest(401, "the token is not known here"));
        return Answer.done().with("Set-Cookie", cookie(ask, id, Gate.SESSION_LENGTH.toSeconds()));
    }

    private Answer logout(Ask ask) {
        gate.closeSession(ask.browser().session());
        return Answer.done().with("Set-Cookie", cookie(ask, "", 0));
    }

    private static String cookie(Ask ask, String value, long seconds) {
        return ask.browser().cookie() + "=" + value + "; Path=/; HttpOnly; SameSite=Strict; Max-Age=" + seconds
                + (ask.browser().secure() ? "; Secure" : "");
    }
}
