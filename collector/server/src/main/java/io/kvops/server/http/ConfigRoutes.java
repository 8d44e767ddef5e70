package io.kvops.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.kvops.server.security.Role;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads and changes the configuration of the running collector. */
final class ConfigRoutes {
    private static final Logger LOG = LoggerFactory.getLogger(ConfigRoutes.class);
    private static final String PATH = "/api/v1/config";
    private static final String YAML = "application/yaml";
    private static final List<String> YAMLS = List.of(YAML, "application/x-yaml", "text/yaml");
    private static final List<String> PATCHES = List.of("application/merge-patch+json", Answer.JSON);
    /** Also weak, as the tag of a compressed answer is: a version says all. */
    private static final Pattern TAG = Pattern.compile("\\s*(?:W/)?\"v(\\d{1,18})\"\\s*");

    private static final int MOST_VALUES = 1_000;
    private static final int DEEPEST = 20;

    private final CollectorView view;
    private final Audit audit;

    ConfigRoutes(CollectorView view, Audit audit) {
        this.view = view;
        this.audit = audit;
    }

    private record Checked(boolean valid, List<String> problems) {}

    private record Versions(List<ConfigState> versions) {}

    private record Settings(long version, List<SettingState> settings) {}

    private record Changed(String outcome, long version, List<String> changes, List<String> needsRestart) {}

    List<Route> routes() {
        return List.of(
                Route.get(
                                PATH,
                                Role.OPERATOR,
                                Route.Place.QUICK,
                                List.of(),
                                ask -> state(ask, control().current()))
                        .answering(Answer.JSON, YAML),
                new Route(
                        "PUT",
                        PATH,
                        Role.ADMIN,
                        Route.Place.QUICK,
                        List.of(),
                        List.of(Answer.JSON),
                        YAMLS,
                        this::replace),
                new Route(
                        "PATCH",
                        PATH,
                        Role.ADMIN,
                        Route.Place.QUICK,
                        List.of(),
                        List.of(Answer.JSON),
                        PATCHES,
                        this::patch),
                Route.post(PATH + "/validate", Role.OPERATOR, Route.Place.QUICK, YAMLS, this::validate),
                Route.post(PATH + "/reload", Role.ADMIN, Route.Place.QUICK, List.of(""), this::reload),
                Route.get(
                        PATH + "/settings",
                        Role.OPERATOR,
                        Route.Place.QUICK,
                        List.of(),
                        ask -> Answer.json(new Settings(
                                control().current().version(), control().settings()))),
                Route.get(
                        PATH + "/agents",
                        Role.OPERATOR,
                        Route.Place.QUICK,
                        List.of(),
                        ask -> Answer.json(control().agents())),
                Route.get(
                        PATH + "/versions",
                        Role.OPERATOR,
                        Route.Place.QUICK,
                        List.of("limit"),
                        ask -> Answer.json(
                                new Versions(control().versions(ask.params().integer("limit", 100, 1, 1_000))))),
                Route.get(PATH + "/versions/{version}", Role.OPERATOR, Route.Place.QUICK, List.of(), this::version)
                        .answering(Answer.JSON, YAML));
    }

    private ConfigControl control() throws BadRequest {
        return view.config()
                .orElseThrow(() -> new BadRequest(404, "this collector's configuration is fixed in its program"));
    }

    private static Answer state(Ask ask, ConfigState state) {
        boolean yaml = Accept.choose(ask.header("accept"), List.of(Answer.JSON, YAML))
                .filter(YAML::equals)
                .isPresent();
        Answer answer = yaml ? Answer.text(YAML, state.yaml()) : Answer.json(state);
        return answer.with("ETag", tag(state.version()));
    }

    private static String tag(long version) {
        return "\"v" + version + "\"";
    }

    private Answer version(Ask ask) throws BadRequest {
        String text = ask.pathParameter();
        long version = text.matches("\\d{1,18}") ? Long.parseLong(text) : -1;
        return state(
                ask,
                control()
                        .version(version)
                        .orElseThrow(() -> new BadRequest(404, "there is no version " + text + " (any more)")));
    }

    private Answer validate(Ask ask) throws BadRequest {
        List<String> problems = control().validate(ask.body().text());
        return Answer.json(new Checked(problems.isEmpty(), problems));
    }

    private Answer replace(Ask ask) throws BadRequest {
        ConfigControl control = control();
        String yaml = ask.body().text();
        long basedOn = basedOn(ask);
        Map<String, String> details = Map.of("characters", String.valueOf(yaml.length()), "basedOn", basedOn(basedOn));
        return change(ask, "Replaces the configuration", details, () -> control.apply(yaml, basedOn, who(ask)));
    }

    private Answer patch(Ask ask) throws BadRequest {
        ConfigControl control = control();
        Map<String, String> values = new LinkedHashMap<>();
        flatten("", ask.body().object(List.of()), values, 0);
        if (values.isEmpty()) {
            throw new BadRequest(400, "the patch is empty (expected {\"path.to.key\": value})");
        }
        long basedOn = basedOn(ask);
        Map<String, String> details = new LinkedHashMap<>();
        details.put("basedOn", basedOn(basedOn));
        values.forEach((path, value) -> details.put(path, isSecret(path) ? ConfigControl.SECRET : value));
        return change(ask, "Changes the configuration", details, () -> control.set(values, basedOn, who(ask)));
    }

    private Answer reload(Ask ask) throws BadRequest {
        ConfigControl control = control();
        return change(ask, "Reloads the configuration", Map.of(), () -> control.reload(who(ask)));
    }

    private Answer change(Ask ask, String title, Map<String, String> details, Supplier<Applied> change)
            throws BadRequest {
        audit.record(ask, "config", title, details);
        Applied applied = change.get();
        boolean done = applied.outcome() == Applied.Outcome.APPLIED;
        String outcome = applied.outcome().name().toLowerCase(Locale.ROOT);
        Map<String, String> result =
                new LinkedHashMap<>(Map.of("outcome", outcome, "version", String.valueOf(applied.version())));
        if (!applied.problems().isEmpty()) {
            result.put("problems", String.join("; ", applied.problems()));
        }
        try {
            audit.record(ask, "config", done ? "Changed the configuration" : "Changed nothing: " + outcome, result);
        } catch (BadRequest e) {
            // that it was going to happen is written already
            LOG.warn("the outcome of a change of the configuration is not in the audit: {}", e.getMessage());
        }
        return switch (applied.outcome()) {
            case APPLIED, UNCHANGED ->
                Answer.json(new Changed(outcome, applied.version(), applied.changes(), applied.needsRestart()))
                        .with("ETag", tag(applied.version()));
            case REFUSED ->
                throw new BadRequest(Problem.of(422, "the configuration is wrong, and nothing was changed")
                        .with(applied.problems()));
            case CONFLICT ->
                throw new BadRequest(
                        412,
                        "version " + applied.version() + " is in force, not the one that this change is based on",
                        "ETag",
                        tag(applied.version()));
        };
    }

    private static String who(Ask ask) {
        return ask.caller().name();
    }

    private static String basedOn(long version) {
        return version == ConfigControl.ANY ? "any" : String.valueOf(version);
    }

    private static long basedOn(Ask ask) throws BadRequest {
        String match = ask.header("if-match");
        if (match == null || match.strip().equals("*")) {
            return ConfigControl.ANY;
        }
        Matcher tag = TAG.matcher(match);
        if (!tag.matches() || Long.parseLong(tag.group(1)) == ConfigControl.ANY) {
            throw new BadRequest(412, "If-Match: " + match + " (expected the ETag of " + PATH + ")");
        }
        return Long.parseLong(tag.group(1));
    }

    /** A value under a key that is named like a secret stays out of the audit. */
    static boolean isSecret(String path) {
        return path.toLowerCase(Locale.ROOT).matches(".*(token|password|secret|credential|key|address|target|url).*");
    }

    private static void flatten(String path, JsonNode node, Map<String, String> values, int depth) throws BadRequest {
        if (depth > DEEPEST || values.size() > MOST_VALUES) {
            throw new BadRequest(400, "the patch is too deep or too large");
        }
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            String inner = path.isEmpty() ? field.getKey() : path + "." + field.getKey();
            JsonNode value = field.getValue();
            if (value.isObject()) {
                flatten(inner, value, values, depth + 1);
            } else if (value.isNull()) {
                throw new BadRequest(
                        400, inner + ": null (expected a value; PUT a whole configuration to leave a key out)");
            } else {
                // JSON is YAML, so that a text in its quotes stays that text
                values.put(inner, value.isTextual() && value.textValue().isEmpty() ? "" : value.toString());
            }
        }
    }
}
