package io.kvops.server.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import io.kvops.history.Event;
import io.kvops.history.HistoryException;
import io.kvops.server.security.Role;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What happened once: events for who reads, the audit for admins. */
final class EventRoutes {
    /** Who may read the audit, here and in SQL. */
    static final Role AUDIT = Role.ADMIN;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final CollectorView view;

    EventRoutes(CollectorView view) {
        this.view = view;
    }

    private record ShownEvent(
            Instant at, String kind, String severity, String who, String subject, String title, JsonNode details) {}

    private record Events(
            Page.Shown window,
            List<ShownEvent> events,
            @Nullable String next) {}

    List<Route> routes() {
        List<String> params =
                Stream.concat(Stream.of("kind"), Page.PARAMS.stream()).toList();
        return List.of(
                Route.get("/api/v1/events", Role.VIEWER, Route.Place.LONG, params, this::events),
                Route.get("/api/v1/audit", AUDIT, Route.Place.LONG, Page.PARAMS, this::audit));
    }

    private Answer events(Ask ask) throws BadRequest, HistoryException {
        Page page = Page.of(ask.params(), ask.now(), "1d");
        String kind = ask.params().text("kind", "");
        if (kind.equals(Audit.KIND)) {
            throw new BadRequest(400, "kind: audit (expected another; the audit is at /api/v1/audit)");
        }
        return answer(page, kind.isEmpty() ? Set.of() : Set.copyOf(List.of(kind.split(",", 20))), false);
    }

    private Answer audit(Ask ask) throws BadRequest, HistoryException {
        return answer(Page.of(ask.params(), ask.now(), "30d"), Set.of(Audit.KIND), true);
    }

    private Answer answer(Page page, Set<String> kinds, boolean audit) throws HistoryException {
        List<Event> found = view.history()
                .events(kinds, page.window().fromMillis(), page.window().toMillis(), page.fetch());
        Page.Part<Event> part = page.of(found, event -> audit == event.kind().equals(Audit.KIND));
        List<ShownEvent> shown = new ArrayList<>();
        for (Event event : part.entries()) {
            shown.add(new ShownEvent(
                    Instant.ofEpochMilli(event.atMillis()),
                    event.kind(),
                    event.severity(),
                    event.who(),
                    event.subject(),
                    event.title(),
                    details(event.details())));
        }
        return Answer.json(new Events(page.shown(), shown, part.next()));
    }

    private static JsonNode details(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            return TextNode.valueOf(json);
        }
    }
}
