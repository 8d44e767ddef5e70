package io.kvops.rules;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * A file of rules, routes and receivers, read and checked as a whole: {@code config/alerts.yaml}. Its groups of rules are Prometheus's
 * format, with more keys. Immutable.
 */
public final class RuleFile {
    private static final int MAX_BYTES = 1 << 20;

    private final List<Rule> rules;
    private final List<Route> routes;
    private final List<Inhibition> inhibitions;
    private final List<NotifierSettings> receivers;
    private final Calendar calendar;

    RuleFile(
            List<Rule> rules,
            List<Route> routes,
            List<Inhibition> inhibitions,
            List<NotifierSettings> receivers,
            Calendar calendar) {
        this.rules = List.copyOf(rules);
        this.routes = List.copyOf(routes);
        this.inhibitions = List.copyOf(inhibitions);
        this.receivers = List.copyOf(receivers);
        this.calendar = calendar;
    }

    /**
     * Reads a file.
     *
     * @throws RulesException UNREADABLE if it can't be read, REFUSED as {@link #parse} says
     */
    public static RuleFile load(Path file) throws RulesException {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new RulesException(
                        RulesException.Kind.REFUSED, file + " is larger than 1 MiB (expected a file of rules)");
            }
            return parse(file.toString(), Files.readString(file));
        } catch (IOException e) {
            throw new RulesException(
                    RulesException.Kind.UNREADABLE,
                    file + " can't be read (" + e.getClass().getSimpleName() + "); give a file of rules",
                    e);
        }
    }

    /**
     * Reads a text.
     *
     * @param name what it is called in a message
     * @throws RulesException of kind REFUSED with all that is wrong, a line each: file, line, path, received and expected
     */
    public static RuleFile parse(String name, String text) throws RulesException {
        Yaml root = Yaml.parse(name, text);
        RuleFile made = FileReader.read(root);
        if (!root.problems().isEmpty()) {
            throw new RulesException(RulesException.Kind.REFUSED, String.join("\n", root.problems()));
        }
        return made;
    }

    /** Names of the rules, sorted. */
    public Set<String> names() {
        Set<String> names = new TreeSet<>();
        rules.forEach(rule -> names.add(rule.name()));
        return names;
    }

    /** Plain names of the metrics that the rules need, sorted. */
    public Set<String> metrics() {
        Set<String> names = new TreeSet<>();
        rules.forEach(rule -> {
            names.addAll(rule.expression().metrics());
            if (rule.clear() != null) {
                names.addAll(rule.clear().metrics());
            }
        });
        return names;
    }

    /** Times in which something is off, for all who keep to them. */
    public Calendar calendar() {
        return calendar;
    }

    List<Rule> rules() {
        return rules;
    }

    List<Route> routes() {
        return routes;
    }

    List<Inhibition> inhibitions() {
        return inhibitions;
    }

    List<NotifierSettings> receivers() {
        return receivers;
    }
}
