package io.kvops.rules;

import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Makes rules, routes and receivers of a YAML text. */
final class FileReader {
    private static final Set<String> TOP = Set.of("groups", "routes", "receivers", "inhibit_rules", "calendar");
    private static final Set<String> GROUP = Set.of("name", "interval", "rules");
    private static final Set<String> RULE = Set.of(
            "alert",
            "family",
            "level",
            "match",
            "expr",
            "clear",
            "for",
            "keep_firing_for",
            "no_data",
            "labels",
            "annotations");
    private static final Set<String> ROUTE = Set.of(
            "match", "receivers", "group_by", "group_wait", "group_interval", "repeat_interval", "mute", "continue");
    private static final Set<String> STRETCH = Set.of("days", "from", "to", "zone", "begins", "ends");
    private static final Duration INTERVAL = Duration.ofSeconds(15);
    private static final int MAX_RULES = 1_000;
    private static final int MAX_RECEIVERS = 50;

    private final List<Rule> rules = new ArrayList<>();
    private final Set<String> names = new HashSet<>();

    private FileReader() {}

    static RuleFile read(Yaml root) {
        FileReader made = new FileReader();
        Map<String, Yaml> top = root.members(TOP);
        at(top, root, "groups").list().forEach(made::group);
        if (made.rules.size() > MAX_RULES) {
            root.wrong(made.rules.size() + " rules (expected at most " + MAX_RULES + ")");
        }
        List<NotifierSettings> receivers = receivers(at(top, root, "receivers"));
        Calendar calendar = calendar(at(top, root, "calendar"));
        List<Route> routes = new ArrayList<>();
        for (Yaml one : at(top, root, "routes").list()) {
            routes.add(route(one, receivers, calendar));
        }
        List<Inhibition> inhibitions = new ArrayList<>();
        for (Yaml one : at(top, root, "inhibit_rules").list()) {
            Map<String, Yaml> is = one.members(Set.of("source", "target", "equal"));
            inhibitions.add(new Inhibition(
                    at(is, one, "source").matchers(),
                    at(is, one, "target").matchers(),
                    at(is, one, "equal").texts()));
        }
        return new RuleFile(made.rules, routes, inhibitions, receivers, calendar);
    }

    private static Yaml at(Map<String, Yaml> members, Yaml parent, String key) {
        Yaml there = members.get(key);
        return there == null ? parent.missing(key) : there;
    }

    private void group(Yaml group) {
        Map<String, Yaml> is = group.members(GROUP);
        String name = at(is, group, "name").text("");
        Duration interval = at(is, group, "interval").positive(INTERVAL);
        for (Yaml one : at(is, group, "rules").list()) {
            Rule rule = rule(one, name, interval);
            if (rule != null) {
                rules.add(rule);
            }
        }
    }

    private @Nullable Rule rule(Yaml rule, String group, Duration interval) {
        Map<String, Yaml> is = rule.members(RULE);
        String name = at(is, rule, "alert").text("");
        if (name.isEmpty()) {
            rule.wrong("has no name (expected alert: NAME)");
        } else if (!names.add(name)) {
            at(is, rule, "alert").wrong("'" + name + "' is there twice (expected a name of its own)");
        }
        Yaml written = at(is, rule, "expr");
        if (!written.isThere()) {
            rule.wrong("has no expression (expected expr: memory.used.bytes > 1e9)");
        }
        Expression expression = expression(written);
        Expression clear = expression(at(is, rule, "clear"));
        Map<String, Template> labels = templates(at(is, rule, "labels"), known -> known.startsWith("labels."));
        Level level = Level.WARNING;
        Template severity = labels.get("severity");
        if (is.containsKey("level")) {
            level = at(is, rule, "level").read(level, FileReader::level);
        } else if (severity != null) {
            level = Level.of(severity.toString()).orElse(level);
        }
        Yaml annotations = at(is, rule, "annotations");
        if (expression == null) {
            return null;
        }
        return new Rule(
                name,
                group,
                interval,
                at(is, rule, "family").text(name),
                level,
                at(is, rule, "match").matchers(),
                expression,
                clear,
                at(is, rule, "for").duration(Duration.ZERO),
                at(is, rule, "keep_firing_for").duration(Duration.ZERO),
                at(is, rule, "no_data")
                        .read(
                                NoData.RESOLVE,
                                text -> NoData.of(text)
                                        .orElseThrow(() -> new IllegalArgumentException(
                                                "'" + text + "' (expected resolve, keep or alert)"))),
                labels,
                templates(annotations, known -> isKnown(known, expression)),
                rule.line());
    }

    private static Level level(String text) {
        return Level.of(text)
                .orElseThrow(() ->
                        new IllegalArgumentException("'" + text + "' (expected info, warning, critical or emergency)"));
    }

    private static boolean isKnown(String name, Expression expression) {
        return name.equals("value")
                || name.startsWith("labels.")
                || expression.inputs().contains(Input.value(MetricName.plain(name)));
    }

    private static @Nullable Expression expression(Yaml written) {
        return written.<Expression>read(text -> {
                    try {
                        return Expression.of(text.strip());
                    } catch (RulesException e) {
                        throw new IllegalArgumentException(e.getMessage(), e);
                    }
                })
                .orElse(null);
    }

    private static Map<String, Template> templates(Yaml at, java.util.function.Predicate<String> known) {
        Map<String, Template> found = new TreeMap<>();
        at.members().forEach((key, value) -> {
            if (!key.matches("[a-zA-Z_][a-zA-Z0-9_]*")) {
                value.wrong("expected letters, digits and underscores");
            }
            value.read(text -> Template.parse(text, known)).ifPresent(template -> found.put(key, template));
        });
        return found;
    }

    private static Route route(Yaml route, List<NotifierSettings> receivers, Calendar calendar) {
        Map<String, Yaml> is = route.members(ROUTE);
        Yaml named = at(is, route, "receivers");
        for (Yaml one : named.list()) {
            String name = one.text("");
            if (receivers.stream().noneMatch(receiver -> receiver.name().equals(name))) {
                one.wrong("'" + name + "' (expected a name under receivers)");
            }
        }
        Yaml mute = at(is, route, "mute");
        for (Yaml one : mute.list()) {
            if (!calendar.names().contains(one.text(""))) {
                one.wrong("'" + one.text("") + "' (expected a name under calendar)");
            }
        }
        return new Route(
                at(is, route, "match").matchers(),
                named.texts(),
                at(is, route, "group_by").texts(),
                at(is, route, "group_wait").duration(Route.GROUP_WAIT),
                at(is, route, "group_interval").positive(Route.GROUP_INTERVAL),
                at(is, route, "repeat_interval").positive(Route.REPEAT_INTERVAL),
                mute.texts(),
                at(is, route, "continue").truth(false));
    }

    private static List<NotifierSettings> receivers(Yaml at) {
        List<NotifierSettings> found = new ArrayList<>();
        for (Yaml one : at.list()) {
            Map<String, List<String>> values = new TreeMap<>();
            one.members()
                    .forEach((key, value) -> values.put(key, value.isList() ? value.texts() : List.of(value.text(""))));
            List<String> name = values.getOrDefault("name", List.of(""));
            List<String> type = values.getOrDefault("type", List.of(""));
            values.remove("name");
            values.remove("type");
            NotifierSettings settings = new NotifierSettings(name.get(0), type.get(0), values);
            if (settings.name().isEmpty()
                    || found.stream().anyMatch(f -> f.name().equals(settings.name()))) {
                one.wrong("'" + settings.name() + "' (expected a name of its own)");
            } else {
                try {
                    Notifiers.check(settings);
                } catch (IllegalArgumentException e) {
                    one.wrong(String.valueOf(e.getMessage()));
                }
            }
            found.add(settings);
        }
        if (found.size() > MAX_RECEIVERS) {
            at.wrong(found.size() + " receivers (expected at most " + MAX_RECEIVERS + ")");
        }
        return found;
    }

    private static Calendar calendar(Yaml at) {
        Map<String, List<Calendar.Stretch>> found = new HashMap<>();
        at.members().forEach((name, stretches) -> {
            List<Calendar.Stretch> made = new ArrayList<>();
            for (Yaml one : stretches.list()) {
                Map<String, Yaml> is = one.members(STRETCH);
                Set<DayOfWeek> days = new HashSet<>();
                for (Yaml day : at(is, one, "days").list()) {
                    days.add(day.read(DayOfWeek.MONDAY, FileReader::day));
                }
                try {
                    made.add(new Calendar.Stretch(
                            days,
                            time(at(is, one, "from"), LocalTime::parse).orElse(LocalTime.MIN),
                            time(at(is, one, "to"), LocalTime::parse).orElse(LocalTime.MIN),
                            time(at(is, one, "zone"), ZoneId::of).orElse(ZoneId.of("UTC")),
                            time(at(is, one, "begins"), Instant::parse).orElse(null),
                            time(at(is, one, "ends"), Instant::parse).orElse(null)));
                } catch (IllegalArgumentException e) {
                    one.wrong(String.valueOf(e.getMessage()));
                }
            }
            found.put(name, made);
        });
        return new Calendar(found);
    }

    private static DayOfWeek day(String text) {
        for (DayOfWeek day : DayOfWeek.values()) {
            if (text.length() >= 3
                    && day.name().toLowerCase(java.util.Locale.ROOT).startsWith(text)) {
                return day;
            }
        }
        throw new IllegalArgumentException("'" + text + "' (expected mon, tue, wed, thu, fri, sat or sun)");
    }

    private static <T> Optional<T> time(Yaml at, Function<String, T> reader) {
        return at.read(text -> {
            try {
                return reader.apply(text);
            } catch (DateTimeException e) {
                throw new IllegalArgumentException(
                        "'" + text + "' (expected 22:00, Europe/Berlin, or 2026-12-24T00:00:00Z)", e);
            }
        });
    }
}
