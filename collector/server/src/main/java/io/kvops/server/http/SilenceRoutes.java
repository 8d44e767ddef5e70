package io.kvops.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kvops.rules.Matcher;
import io.kvops.rules.RulesException;
import io.kvops.rules.Silence;
import io.kvops.server.config.Amounts;
import io.kvops.server.security.Role;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Who is not told of what, until when, and who said so. */
final class SilenceRoutes {
    private static final String PATH = AlertRoutes.PATH + "/silences";
    private static final Duration LONGEST = Duration.ofDays(366);
    private static final int LONGEST_TEXT = 1_000;

    private final CollectorView view;
    private final Audit audit;

    SilenceRoutes(CollectorView view, Audit audit) {
        this.view = view;
        this.audit = audit;
    }

    /** Whether a silence holds now. */
    private enum State {
        PENDING,
        ACTIVE,
        ENDED
    }

    private record Shown(
            String id,
            String state,
            List<String> matchers,
            Instant begins,
            Instant ends,
            String author,
            String comment) {
        static Shown of(Silence silence, Instant now) {
            State state = now.isBefore(silence.begins())
                    ? State.PENDING
                    : now.isBefore(silence.ends()) ? State.ACTIVE : State.ENDED;
            return new Shown(
                    silence.id(),
                    state.name().toLowerCase(Locale.ROOT),
                    silence.matchers().stream().map(Matcher::toString).toList(),
                    silence.begins(),
                    silence.ends(),
                    silence.author(),
                    silence.comment());
        }
    }

    private record Silences(List<Shown> silences) {}

    List<Route> routes() {
        return List.of(
                Route.get(PATH, Role.VIEWER, Route.Place.QUICK, List.of(), this::list),
                Route.post(PATH, Role.OPERATOR, Route.Place.QUICK, List.of(Answer.JSON), this::add),
                new Route(
                        "DELETE",
                        PATH + "/{id}",
                        Role.OPERATOR,
                        Route.Place.QUICK,
                        List.of(),
                        List.of(),
                        List.of(),
                        this::end));
    }

    private Answer list(Ask ask) throws BadRequest {
        List<Shown> shown = new ArrayList<>();
        AlertRoutes.alerts(view).silences().stream()
                .sorted(Comparator.comparing(Silence::ends).reversed().thenComparing(Silence::id))
                .forEach(silence -> shown.add(Shown.of(silence, ask.now())));
        return Answer.json(new Silences(shown));
    }

    private Answer add(Ask ask) throws BadRequest {
        ObjectNode body = ask.body().object(List.of("matchers", "begins", "ends", "duration", "author", "comment"));
        List<Matcher> matchers = new ArrayList<>();
        for (String text : AlertRoutes.texts(body, "matchers")) {
            try {
                matchers.add(Matcher.parse(text));
            } catch (IllegalArgumentException e) {
                throw new BadRequest(400, "matchers: " + e.getMessage());
            }
        }
        Instant begins = body.has("begins") ? Params.instant("begins", Body.text(body, "begins")) : ask.now();
        Instant ends = ends(body, begins);
        String author = text(body, "author", ask.caller().name());
        String comment = text(body, "comment", "");
        Silence made;
        try {
            // looked at before it is in the audit
            new Silence("", matchers, begins, ends, author, comment);
            if (!ends.isAfter(ask.now())) {
                throw new BadRequest(400, "ends: " + ends + " (expected a time to come)");
            }
            Map<String, String> details = new LinkedHashMap<>();
            details.put("matchers", matchers.toString());
            details.put("begins", begins.toString());
            details.put("ends", ends.toString());
            details.put("author", author);
            details.put("comment", comment);
            audit.record(ask, "alerts", "Silences alerts", details);
            made = AlertRoutes.alerts(view).silence(matchers, begins, ends, author, comment);
        } catch (IllegalArgumentException e) {
            throw new BadRequest(400, String.valueOf(e.getMessage()));
        } catch (RulesException e) {
            throw new BadRequest(409, String.valueOf(e.getMessage()));
        }
        return Answer.json(Shown.of(made, ask.now())).status(201);
    }

    private static Instant ends(ObjectNode body, Instant begins) throws BadRequest {
        if (body.has("ends") == body.has("duration")) {
            throw new BadRequest(400, "expected either ends, a time, or duration, such as 2h");
        }
        Instant ends;
        if (body.has("ends")) {
            ends = Params.instant("ends", Body.text(body, "ends"));
        } else {
            String text = Body.text(body, "duration");
            ends = begins.plus(Amounts.duration(text)
                    .filter(d -> d.compareTo(Duration.ofSeconds(1)) >= 0 && d.compareTo(LONGEST) <= 0)
                    .orElseThrow(() -> new BadRequest(
                            400, "duration: " + text + " (expected 1s to " + Amounts.text(LONGEST) + ", such as 2h)")));
        }
        if (ends.isAfter(begins.plus(LONGEST))) {
            throw new BadRequest(
                    400, "ends: " + ends + " (expected at most " + Amounts.text(LONGEST) + " after begins)");
        }
        return ends;
    }

    private static String text(ObjectNode body, String field, String byDefault) throws BadRequest {
        JsonNode value = body.get(field);
        if (value == null) {
            return byDefault;
        }
        String text = Body.text(body, field).strip();
        if (text.length() > LONGEST_TEXT) {
            throw new BadRequest(
                    400, field + ": " + text.length() + " characters (expected at most " + LONGEST_TEXT + ")");
        }
        return text.isEmpty() ? byDefault : text;
    }

    private Answer end(Ask ask) throws BadRequest {
        String id = ask.pathParameter();
        boolean goesOn = AlertRoutes.alerts(view).silences().stream()
                .anyMatch(s -> s.id().equals(id) && s.ends().isAfter(ask.now()));
        if (!goesOn) {
            throw new BadRequest(404, "there is no silence " + id + " that goes on; see " + PATH);
        }
        audit.record(ask, "alerts", "Ends a silence", Map.of("id", id));
        if (!AlertRoutes.alerts(view).endSilence(id)) {
            throw new BadRequest(404, "the silence " + id + " has just ended by itself");
        }
        return Answer.done();
    }
}
