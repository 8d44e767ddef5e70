package io.kvops.rules;

import java.io.StringReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** A place in a YAML text, with its line and path. What is wrong there is noted, all of it, and a default goes on. */
final class Yaml {
    private static final int MAX_CHARACTERS = 1 << 20;
    private static final int MAX_PROBLEMS = 50;

    private final String file;
    private final String path;
    private final @Nullable Node node;
    private final int line;
    private final List<String> problems;

    private Yaml(String file, String path, @Nullable Node node, int line, List<String> problems) {
        this.file = file;
        this.path = path;
        this.node = node;
        this.line = line;
        this.problems = problems;
    }

    /** Reads a text; what is not YAML is a problem as any other. */
    static Yaml parse(String file, String text) {
        List<String> problems = new ArrayList<>();
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        options.setMaxAliasesForCollections(0);
        options.setNestingDepthLimit(20);
        options.setCodePointLimit(MAX_CHARACTERS);
        Node root = null;
        try {
            root = new org.yaml.snakeyaml.Yaml(options).compose(new StringReader(text));
            if (root == null) {
                problems.add(file + ":1: is empty (expected groups: [...]; {} is no rules)");
            }
        } catch (MarkedYAMLException e) {
            String where =
                    e.getProblemMark() == null ? "" : ":" + (e.getProblemMark().getLine() + 1);
            problems.add(file + where + ": not YAML that can be read: " + e.getProblem());
        } catch (RuntimeException e) {
            problems.add(file + ": not YAML that can be read: "
                    + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
        }
        return new Yaml(file, "", root, 1, problems);
    }

    List<String> problems() {
        return problems;
    }

    int line() {
        return line;
    }

    String path() {
        return path;
    }

    boolean isThere() {
        return node != null;
    }

    void wrong(String why) {
        if (problems.size() < MAX_PROBLEMS) {
            problems.add(file + ":" + line + ": " + (path.isEmpty() ? "" : path + ": ") + why);
        }
    }

    /** The mapping's members; a key that is not expected is wrong. */
    Map<String, Yaml> members(Set<String> expected) {
        Map<String, Yaml> found = members();
        for (Map.Entry<String, Yaml> one : found.entrySet()) {
            if (!expected.contains(one.getKey())) {
                one.getValue().wrong("unknown (expected one of " + String.join(", ", expected) + ")");
            }
        }
        return found;
    }

    /** The mapping's members, whatever their keys. */
    Map<String, Yaml> members() {
        Map<String, Yaml> found = new LinkedHashMap<>();
        if (node instanceof MappingNode mapping) {
            for (NodeTuple tuple : mapping.getValue()) {
                String key = tuple.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "?";
                int at = tuple.getKeyNode().getStartMark().getLine() + 1;
                if (found.put(key, child(key, tuple.getValueNode(), at)) != null) {
                    child(key, null, at).wrong("is there twice (expected once)");
                }
            }
        } else if (node != null) {
            wrong(what() + " (expected KEY: VALUE lines)");
        }
        return found;
    }

    /** The list's members. */
    List<Yaml> list() {
        List<Yaml> found = new ArrayList<>();
        if (node instanceof SequenceNode sequence) {
            for (Node one : sequence.getValue()) {
                found.add(new Yaml(
                        file,
                        path + "[" + found.size() + "]",
                        one,
                        one.getStartMark().getLine() + 1,
                        problems));
            }
        } else if (node != null) {
            wrong(what() + " (expected a list)");
        }
        return found;
    }

    boolean isList() {
        return node instanceof SequenceNode;
    }

    /** A member that is not there. */
    Yaml missing(String key) {
        return child(key, null, line);
    }

    private Yaml child(String key, @Nullable Node value, int at) {
        return new Yaml(file, path.isEmpty() ? key : path + "." + key, value, at, problems);
    }

    private String what() {
        return node instanceof ScalarNode scalar
                ? "'" + scalar.getValue() + "'"
                : node instanceof SequenceNode ? "a list" : "a mapping";
    }

    /** The text, or a default where there is none. */
    String text(String byDefault) {
        if (node instanceof ScalarNode scalar) {
            return scalar.getValue();
        }
        if (node != null) {
            wrong(what() + " (expected a text)");
        }
        return byDefault;
    }

    /** What a text is read as, or a default; an IllegalArgumentException of the reader is a problem here. */
    <T> T read(T byDefault, Function<String, T> reader) {
        return read(reader).orElse(byDefault);
    }

    /** What a text is read as; empty if there is none, or it is wrong. */
    <T> Optional<T> read(Function<String, T> reader) {
        if (node == null) {
            return Optional.empty();
        }
        int before = problems.size();
        String text = text("");
        if (problems.size() > before) {
            return Optional.empty();
        }
        try {
            return Optional.of(reader.apply(text));
        } catch (IllegalArgumentException e) {
            wrong(String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    Duration duration(Duration byDefault) {
        return read(byDefault, Durations::parse);
    }

    Duration positive(Duration byDefault) {
        Duration found = duration(byDefault);
        if (node != null && found.isZero()) {
            wrong("'0' (expected more than 0)");
        }
        return found.isZero() ? Duration.ofSeconds(1) : found;
    }

    boolean truth(boolean byDefault) {
        return read(byDefault, text -> switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("'" + text + "' (expected true or false)");
        });
    }

    List<String> texts() {
        List<String> found = new ArrayList<>();
        list().forEach(one -> found.add(one.text("")));
        return found;
    }

    Map<String, String> textsByKey() {
        Map<String, String> found = new TreeMap<>();
        members().forEach((key, value) -> found.put(key, value.text("")));
        return found;
    }

    List<Matcher> matchers() {
        List<Matcher> found = new ArrayList<>();
        for (Yaml one : list()) {
            one.read(Matcher::parse).ifPresent(found::add);
        }
        return found;
    }
}
