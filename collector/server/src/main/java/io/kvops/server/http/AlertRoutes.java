package io.kvops.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kvops.rules.Alert;
import io.kvops.rules.Alerts;
import io.kvops.rules.AlertsStats;
import io.kvops.rules.Level;
import io.kvops.rules.ReceiverStats;
import io.kvops.rules.RuleStatus;
import io.kvops.rules.RulesException;
import io.kvops.server.security.Role;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Alerts as they stand, their rules, and who is told of them. Silences are {@link SilenceRoutes}. */
final class AlertRoutes {
    static final String PATH = "/api/v1/alerts";
    private static final long TEST_SECONDS = 20;

    private final CollectorView view;
    private final Audit audit;

    AlertRoutes(CollectorView view, Audit audit) {
        this.view = view;
        this.audit = audit;
    }

    /** What an alert can be, as it is shown. */
    enum State {
        PENDING,
        FIRING,
        RESOLVED;

        static State of(Alert alert) {
            return switch (alert.state()) {
                case PENDING -> PENDING;
                case FIRING -> FIRING;
                case INACTIVE -> RESOLVED;
            };
        }
    }

    /**
     * An alert.
     *
     * @param since when it became true
     * @param value null: it has none
     * @param mutedBy why nobody is told of it now; empty if they are
     */
    private record Shown(
            String name,
            String level,
            String state,
            Instant since,
            @Nullable Instant firedAt,
            @Nullable Instant resolvedAt,
            Map<String, String> labels,
            Map<String, String> annotations,
            @Nullable Double value,
            boolean noData,
            String mutedBy) {}

    private record Counts(int pending, int firing, int resolved) {}

    private record Listed(
            Instant at,
            Counts counts,
            List<Shown> alerts,
            @Nullable String next) {}

    private record ShownRule(
            String name,
            String group,
            String level,
            String expression,
            double intervalSeconds,
            double forSeconds,
            @Nullable Instant evaluatedAt,
            double tookSeconds,
            int series,
            int pending,
            int firing,
            String problem) {}

    private record Rules(
            List<ShownRule> rules,
            int series,
            long samplesDropped,
            long evaluations,
            long evaluationsSkipped,
            long alertsRefused,
            long failures,
            String problem) {}

    private record Receivers(List<ReceiverStats> receivers) {}

    private record Tested(String receiver, boolean delivered, String problem) {}

    List<Route> routes() {
        return List.of(
                Route.get(
                        PATH,
                        Role.VIEWER,
                        Route.Place.QUICK,
                        List.of("state", "level", "name", "subject", "limit", "cursor"),
                        this::list),
                Route.get(PATH + "/rules", Role.VIEWER, Route.Place.QUICK, List.of(), ask -> rules()),
                Route.get(
                        PATH + "/receivers",
                        Role.VIEWER,
                        Route.Place.QUICK,
                        List.of(),
                        ask -> Answer.json(new Receivers(alerts(view).stats().receivers()))),
                Route.post(
                        PATH + "/receivers/{name}/test",
                        Role.OPERATOR,
                        Route.Place.LONG,
                        List.of("", Answer.JSON),
                        this::test));
    }

    static Alerts alerts(CollectorView view) throws BadRequest {
        return view.alerts().orElseThrow(() -> new BadRequest(404, "this collector evaluates no rules"));
    }

    private Answer list(Ask ask) throws BadRequest {
        Params params = ask.params();
        Page page = Page.of(params, ask.now(), "1d");
        State state = params.has("state") ? params.choice("state", State.class, State.FIRING) : null;
        Level level = params.has("level") ? params.choice("level", Level.class, Level.INFO) : null;
        String name = params.text("name", "");
        String subject = params.text("subject", "");
        List<Alert> all = alerts(view).alerts();
        Map<State, Integer> counts = new EnumMap<>(State.class);
        List<Alert> wanted = new ArrayList<>();
        for (Alert alert : all) {
            counts.merge(State.of(alert), 1, Integer::sum);
            if ((state == null || State.of(alert) == state)
                    && (level == null || alert.level() == level)
                    && (name.isEmpty() || alert.rule().equals(name))
                    && (subject.isEmpty() || alert.labels().get("subject").equals(subject))) {
                wanted.add(alert);
            }
        }
        wanted.sort(Comparator.comparing((Alert alert) -> alert.state() == Alert.State.FIRING ? 0 : 1)
                .thenComparing(alert -> alert.state() == Alert.State.PENDING ? 0 : 1)
                .thenComparing(Comparator.comparing(Alert::level).reversed())
                .thenComparing(Comparator.comparing(Alert::activeAt).reversed())
                .thenComparing(Alert::labels));
        Page.Part<Alert> part = page.of(wanted);
        List<String> muted = alerts(view).mutedBy(part.entries());
        List<Shown> shown = new ArrayList<>();
        for (int i = 0; i < part.entries().size(); i++) {
            shown.add(shown(part.entries().get(i), muted.get(i)));
        }
        return Answer.json(new Listed(
                ask.now(),
                new Counts(
                        counts.getOrDefault(State.PENDING, 0),
                        counts.getOrDefault(State.FIRING, 0),
                        counts.getOrDefault(State.RESOLVED, 0)),
                shown,
                part.next()));
    }

    private static Shown shown(Alert alert, String mutedBy) {
        State state = State.of(alert);
        return new Shown(
                alert.rule(),
                alert.level().text(),
                state.name().toLowerCase(Locale.ROOT),
                alert.activeAt(),
                alert.firedAt(),
                alert.resolvedAt(),
                alert.labels().asMap(),
                alert.annotations(),
                Double.isFinite(alert.value()) ? alert.value() : null,
                alert.noData(),
                state == State.RESOLVED ? "" : mutedBy);
    }

    private Answer rules() throws BadRequest {
        Alerts alerts = alerts(view);
        AlertsStats stats = alerts.stats();
        return Answer.json(new Rules(
                alerts.rules().stream().map(AlertRoutes::shown).toList(),
                stats.series(),
                stats.samplesDropped(),
                stats.evaluations(),
                stats.evaluationsSkipped(),
                stats.alertsRefused(),
                stats.failures(),
                stats.problem()));
    }

    private static ShownRule shown(RuleStatus rule) {
        return new ShownRule(
                rule.name(),
                rule.group(),
                rule.level().text(),
                rule.expression(),
                rule.interval().toMillis() / 1e3,
                rule.holdFor().toMillis() / 1e3,
                rule.evaluatedAt(),
                rule.tookNanos() / 1e9,
                rule.series(),
                rule.pending(),
                rule.firing(),
                rule.problem());
    }

    private Answer test(Ask ask) throws BadRequest, InterruptedException {
        String name = ask.pathParameter();
        if (alerts(view).stats().receivers().stream().noneMatch(r -> r.name().equals(name))) {
            throw new BadRequest(404, "there is no receiver " + name + "; see " + PATH + "/receivers");
        }
        Map<String, String> details = new LinkedHashMap<>(Map.of("receiver", name));
        audit.record(ask, "alerts", "Sends a test message to a receiver", details);
        String problem;
        try {
            problem = alerts(view).test(name).get(TEST_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            problem =
                    "nothing was heard of it for " + TEST_SECONDS + " s; it is tried once, see " + PATH + "/receivers";
        } catch (ExecutionException e) {
            problem = String.valueOf(e.getCause());
        } catch (RulesException e) {
            throw new BadRequest(404, String.valueOf(e.getMessage()));
        }
        return Answer.json(new Tested(name, problem.isEmpty(), problem));
    }

    /** What a body may say of labels. */
    static List<String> texts(ObjectNode body, String field) throws BadRequest {
        JsonNode value = body.get(field);
        List<String> texts = new ArrayList<>();
        if (value != null) {
            value.forEach(one -> texts.add(one.asText()));
        }
        if (value == null
                || !value.isArray()
                || texts.isEmpty()
                || !value.valueStream().allMatch(JsonNode::isTextual)) {
            throw new BadRequest(400, field + ": expected a list of texts, such as [\"subject=redis://h:6379\"]");
        }
        return texts;
    }
}
