package io.kvops.server.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One mapping of a configuration while it is read. What is asked for is what is known: {@link #finish} reports every
 * other key. A wrong value is added to the problems and its default is used, so that one pass finds them all. Each answer
 * is also noted as a {@link Setting}.
 */
public final class Section {
    private final Context context;
    private final String path;
    private final @Nullable JsonNode node;
    private final Map<String, @Nullable Section> asked = new LinkedHashMap<>();

    Section(Context context, String path, @Nullable JsonNode node) {
        this.context = context;
        this.path = path;
        this.node = node != null && node.isObject() ? node : null;
        if (node != null && !node.isObject() && !isNothing(node)) {
            problem(path.isEmpty() ? "(the whole file)" : path, node, "a mapping of keys to values");
        }
    }

    /** Where it is; empty for the whole. */
    public String path() {
        return path;
    }

    /** The mapping under a key; empty if there is none. */
    public Section section(String key) {
        Section section = new Section(context, pathOf(key), node == null ? null : node.get(key));
        asked.put(key, section);
        return section;
    }

    /** A mapping of names that the user chooses to mappings, each made into something, in the order of writing. */
    public <T> Map<String, T> each(String key, Function<Section, T> make) {
        Section parent = section(key);
        Map<String, T> all = new LinkedHashMap<>();
        if (parent.node != null) {
            parent.node.fieldNames().forEachRemaining(name -> all.put(name, make.apply(parent.section(name))));
        }
        return all;
    }

    /** A list of mappings, each made into something. What makes it fail is a problem, and it is left out. */
    public <T> List<T> list(String key, Function<Section, T> make) {
        JsonNode value = value(key);
        List<T> all = new ArrayList<>();
        if (value == null || isNothing(value)) {
            return all;
        }
        if (!value.isArray()) {
            problem(pathOf(key), value, "a list");
            return all;
        }
        for (int i = 0; i < value.size(); i++) {
            Section element = new Section(context, ConfigPath.of(pathOf(key), i), value.get(i));
            asked.put(key + "[" + i + "]", element);
            try {
                all.add(make.apply(element));
            } catch (IllegalArgumentException e) {
                element.refused(e);
            }
        }
        return all;
    }

    /** A list of texts. */
    public List<String> texts(String key, List<String> byDefault) {
        JsonNode value = value(key);
        List<String> read = byDefault;
        if (value != null && isNothing(value)) {
            read = List.of();
        } else if (value != null) {
            List<String> all = new ArrayList<>();
            value.forEach(element -> all.add(element.asText()));
            boolean texts = value.isArray();
            for (JsonNode element : value) {
                texts &= element.isValueNode();
            }
            if (texts) {
                read = all;
            } else {
                problem(pathOf(key), value, "a list of texts");
            }
        }
        note(key, read.toString(), "a list of texts", value != null);
        return read;
    }

    /** A mapping of names that the user chooses to texts, in the order of writing. */
    public Map<String, String> textsByName(String key) {
        Section parent = section(key);
        Map<String, String> all = new LinkedHashMap<>();
        if (parent.node != null) {
            parent.node.fieldNames().forEachRemaining(name -> all.put(name, parent.text(name, "")));
        }
        return all;
    }

    /** Whether anything is written under this mapping. */
    public boolean isEmpty() {
        return node == null || node.isEmpty();
    }

    /** A text. */
    public String text(String key, String byDefault) {
        return text(key, byDefault, "a text");
    }

    /** A text, with what is expected of it in the words of a message. */
    public String text(String key, String byDefault, String expected) {
        JsonNode value = value(key);
        String read = byDefault;
        if (value != null && value.isValueNode()) {
            read = value.asText();
        } else if (value != null) {
            problem(pathOf(key), value, expected);
        }
        note(key, read, expected, value != null);
        return read;
    }

    /**
     * A secret: as it is, {@code file:PATH} for the content of a file without its last line feed, or {@code env:NAME} for a
     * variable of the environment. It never gets into a message.
     */
    public String secret(String key, String byDefault) {
        JsonNode value = value(key);
        String written = value != null && value.isValueNode() ? value.asText() : "";
        String read = value == null ? byDefault : written;
        if (value != null && !value.isValueNode()) {
            context.problem(pathOf(key), pathOf(key) + ": (hidden) (expected " + Secrets.EXPECTED + ")");
        } else if (ConfigEdit.HIDDEN.equals(written)) {
            context.problem(
                    pathOf(key),
                    pathOf(key) + ": *** (expected " + Secrets.EXPECTED
                            + "; *** stands for a secret that is in force, and which one can't be told here)");
        } else if (value != null) {
            try {
                read = Secrets.resolve(written, context.environment, context.files);
            } catch (IllegalArgumentException e) {
                context.problem(pathOf(key), pathOf(key) + ": " + e.getMessage());
            }
        }
        String shown = Secrets.isReference(written) ? written : read.isEmpty() ? "" : "(hidden)";
        context.settings.put(pathOf(key), new Setting(pathOf(key), shown, Secrets.EXPECTED, true, value != null, read));
        return read;
    }

    /**
     * A file that belongs to the configuration: its content counts as what is said, and is read again when it changes.
     *
     * @param byDefault the file where none is written; null: none
     * @param read makes something of its name and its content; what it throws as IllegalArgumentException are problems, a
     *     line each, that say themselves where they are
     * @return empty if there is no file, or it is wrong
     */
    public <T> Optional<T> file(
            String key, @Nullable Path byDefault, String expected, BiFunction<String, String, T> read) {
        String written = text(key, "", expected);
        Path file = written.isEmpty() ? byDefault : Path.of(written).toAbsolutePath();
        if (file == null) {
            return Optional.empty();
        }
        context.files.add(file);
        try {
            String content = Reading.textOf(file);
            context.settings.put(
                    pathOf(key),
                    new Setting(pathOf(key), written, expected, false, !written.isEmpty(), file + "\n" + content));
            return Optional.of(read.apply(file.toString(), content));
        } catch (ConfigException e) {
            e.problems().forEach(why -> context.problem(pathOf(key), pathOf(key) + ": " + why));
        } catch (IllegalArgumentException e) {
            String.valueOf(e.getMessage()).lines().forEach(context.problems::add);
        }
        return Optional.empty();
    }

    /** A whole number. */
    public int integer(String key, int byDefault, int min, int max) {
        JsonNode value = value(key);
        String expected = max == Integer.MAX_VALUE ? min + " or more" : min + " to " + max;
        int read = byDefault;
        if (value != null
                && value.isIntegralNumber()
                && value.canConvertToInt()
                && value.intValue() >= min
                && value.intValue() <= max) {
            read = value.intValue();
        } else if (value != null) {
            problem(pathOf(key), value, "a whole number, " + expected);
        }
        note(key, Integer.toString(read), expected, value != null);
        return read;
    }

    /** A share or a rate of 1: above 0, at most 1. */
    public double share(String key, double byDefault) {
        return decimal(key, byDefault, 0, 1);
    }

    /**
     * A number with or without a fraction.
     *
     * @param above exclusive
     * @param max inclusive; infinite: none
     */
    public double decimal(String key, double byDefault, double above, double max) {
        JsonNode value = value(key);
        String expected = "above " + plain(above) + (Double.isInfinite(max) ? "" : ", at most " + plain(max));
        double read = byDefault;
        if (value != null && value.isNumber() && value.doubleValue() > above && value.doubleValue() <= max) {
            read = value.doubleValue();
        } else if (value != null) {
            problem(pathOf(key), value, "a number, " + expected);
        }
        note(key, plain(read), expected, value != null);
        return read;
    }

    /**
     * A value that may be left to somebody else.
     *
     * @param make what the value is in force as; null if it is wrong
     * @return empty if nothing is written, or it is wrong
     */
    public String optional(String key, String byDefault, String expected, UnaryOperator<@Nullable String> make) {
        JsonNode value = value(key);
        String read = byDefault;
        if (value != null && isNothing(value)) {
            read = "";
        } else if (value != null) {
            String made = value.isValueNode() ? make.apply(value.asText()) : null;
            if (made == null) {
                problem(pathOf(key), value, expected);
            } else {
                read = made;
            }
        }
        note(key, read, expected, value != null);
        return read;
    }

    /** True or false. */
    public boolean flag(String key, boolean byDefault) {
        JsonNode value = value(key);
        boolean read = byDefault;
        if (value != null && value.isBoolean()) {
            read = value.booleanValue();
        } else if (value != null) {
            problem(pathOf(key), value, "true or false");
        }
        note(key, Boolean.toString(read), "true or false", value != null);
        return read;
    }

    /** A duration with its unit, as {@link Amounts#duration} reads it. */
    public Duration duration(String key, Duration byDefault, Duration min, Duration max) {
        JsonNode value = value(key);
        String expected = Amounts.text(min) + " to " + Amounts.text(max);
        Duration read = byDefault;
        if (value != null) {
            Duration written =
                    value.isValueNode() ? Amounts.duration(value.asText()).orElse(null) : null;
            if (written == null || written.compareTo(min) < 0 || written.compareTo(max) > 0) {
                problem(pathOf(key), value, "a duration with its unit, " + expected);
            } else {
                read = written;
            }
        }
        note(key, Amounts.text(read), expected, value != null);
        return read;
    }

    /** A size in bytes, as {@link Amounts#bytes} reads it. */
    public long bytes(String key, long byDefault, long min, long max) {
        JsonNode value = value(key);
        String expected = Amounts.text(min) + (max == Long.MAX_VALUE ? " or more" : " to " + Amounts.text(max));
        long read = byDefault;
        if (value != null) {
            Long written = value.isValueNode() ? Amounts.bytes(value.asText()).orElse(null) : null;
            if (written == null || written < min || written > max) {
                problem(pathOf(key), value, "a size such as 4MiB, " + expected);
            } else {
                read = written;
            }
        }
        note(key, Amounts.text(read), expected, value != null);
        return read;
    }

    /** One of the names of an enum, written in lower case. */
    public <E extends Enum<E>> E choice(String key, Class<E> type, E byDefault) {
        JsonNode value = value(key);
        List<E> constants = Arrays.asList(type.getEnumConstants());
        String expected = "one of "
                + String.join(", ", constants.stream().map(Section::name).toList());
        E read = byDefault;
        if (value != null) {
            E written = constants.stream()
                    .filter(c -> name(c).equals(value.asText()))
                    .findFirst()
                    .orElse(null);
            if (written == null) {
                problem(pathOf(key), value, expected);
            } else {
                read = written;
            }
        }
        note(key, name(read), expected, value != null);
        return read;
    }

    /**
     * Makes something of what was asked here; what that throws as IllegalArgumentException is a problem, placed at the key
     * that its message begins with.
     *
     * @param otherwise the answer after a problem
     */
    public <T> T checked(Supplier<T> make, T otherwise, Section... alsoOf) {
        try {
            return make.get();
        } catch (IllegalArgumentException e) {
            String message = String.valueOf(e.getMessage());
            String key = message.split("[: ]", 2)[0];
            for (Section candidate : alsoOf) {
                if (!asked.containsKey(key) && candidate.asked.containsKey(key)) {
                    candidate.refused(e);
                    return otherwise;
                }
            }
            refused(e);
            return otherwise;
        }
    }

    /** Adds a problem of this section that its reader found. */
    public void problem(String key, String problem) {
        context.problem(pathOf(key), pathOf(key) + ": " + problem);
    }

    void refused(IllegalArgumentException e) {
        String message = String.valueOf(e.getMessage()).strip().replaceAll("\\s*\\R\\s*", "; ");
        String key = message.split("[: ]", 2)[0];
        if (asked.containsKey(key)) {
            context.problem(pathOf(key), path.isEmpty() ? message : path + "." + message);
        } else {
            context.problem(key, message);
        }
    }

    /** Reports the keys that nobody asked for, here and in the sections below. */
    void finish() {
        if (node != null) {
            for (Iterator<String> keys = node.fieldNames(); keys.hasNext(); ) {
                String key = keys.next();
                if (!asked.containsKey(key)) {
                    unknown(key);
                }
            }
        }
        for (Section section : new ArrayList<>(asked.values())) {
            if (section != null) {
                section.finish();
            }
        }
    }

    private void unknown(String key) {
        List<String> known =
                asked.keySet().stream().filter(k -> !k.contains("[")).toList();
        String nearest = Nearest.of(key, known);
        context.problem(
                pathOf(key),
                "unknown key " + pathOf(key)
                        + (nearest == null
                                ? " (known here: " + String.join(", ", known) + ")"
                                : " (did you mean " + pathOf(nearest) + "?)"));
    }

    private @Nullable JsonNode value(String key) {
        asked.putIfAbsent(key, null);
        JsonNode override = context.overrides.get(pathOf(key));
        JsonNode value = override != null ? override : node == null ? null : node.get(key);
        return value == null || value.isNull() ? null : value;
    }

    private String pathOf(String key) {
        return ConfigPath.of(path, key);
    }

    private void note(String key, String value, String expected, boolean said) {
        context.settings.put(pathOf(key), new Setting(pathOf(key), value, expected, false, said, value));
    }

    private void problem(String where, JsonNode value, String expected) {
        String shown = value.isValueNode() ? value.asText() : value.toString();
        shown = shown.replaceAll("\\p{Cntrl}", " ");
        if (shown.length() > 60) {
            shown = shown.substring(0, 57) + "...";
        }
        context.problem(where, where + ": " + shown + " (expected " + expected + ")");
    }

    /** A key with nothing after it is an empty text in YAML. */
    private static boolean isNothing(JsonNode value) {
        return value.isNull()
                || value.isMissingNode()
                || (value.isTextual() && value.asText().isEmpty());
    }

    private static String name(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    /** Without a needless fraction or exponent. */
    private static String plain(double value) {
        return java.math.BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
    }
}
