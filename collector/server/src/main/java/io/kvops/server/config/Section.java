package io.kvops.server.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One mapping of a configuration file while it is read. What is asked for is what is known: {@link #finish} reports
 * every other key. A wrong value is added to the problems and its default is used, so that one pass finds them all.
 */
public final class Section {
    private final String path;
    private final @Nullable JsonNode node;
    private final List<String> problems;
    private final String file;
    private final Map<String, @Nullable Section> asked = new LinkedHashMap<>();

    Section(String file, String path, @Nullable JsonNode node, List<String> problems) {
        this.file = file;
        this.path = path;
        this.problems = problems;
        this.node = node != null && node.isObject() ? node : null;
        // a key with nothing after it is an empty text in YAML
        boolean nothing = node == null
                || node.isNull()
                || node.isMissingNode()
                || (node.isTextual() && node.asText().isEmpty());
        if (node != null && !node.isObject() && !nothing) {
            problem(path.isEmpty() ? "(the whole file)" : path, node, "a mapping of keys to values");
        }
    }

    /** A mapping without keys: every question is answered with its default. */
    public static Section empty() {
        return new Section("", "", null, new ArrayList<>());
    }

    /** The mapping under a key; empty if the file has none. */
    public Section section(String key) {
        Section section = new Section(file, pathOf(key), node == null ? null : node.get(key), problems);
        asked.put(key, section);
        return section;
    }

    /** A text. */
    public String text(String key, String byDefault) {
        JsonNode value = value(key);
        if (value == null) {
            return byDefault;
        }
        if (!value.isValueNode()) {
            problem(pathOf(key), value, "a text");
            return byDefault;
        }
        return value.asText();
    }

    /** A whole number. */
    public int integer(String key, int byDefault, int min, int max) {
        JsonNode value = value(key);
        if (value == null) {
            return byDefault;
        }
        if (!value.canConvertToInt() || !value.isIntegralNumber() || value.intValue() < min || value.intValue() > max) {
            problem(pathOf(key), value, "a whole number from " + min + " to " + max);
            return byDefault;
        }
        return value.intValue();
    }

    /** A number with or without a fraction. */
    public double decimal(String key, double byDefault, double min, double max) {
        JsonNode value = value(key);
        if (value == null) {
            return byDefault;
        }
        if (!value.isNumber() || !(value.doubleValue() >= min && value.doubleValue() <= max)) {
            problem(pathOf(key), value, "a number from " + min + " to " + max);
            return byDefault;
        }
        return value.doubleValue();
    }

    /** True or false. */
    public boolean flag(String key, boolean byDefault) {
        JsonNode value = value(key);
        if (value == null) {
            return byDefault;
        }
        if (!value.isBoolean()) {
            problem(pathOf(key), value, "true or false");
            return byDefault;
        }
        return value.booleanValue();
    }

    /** A duration with its unit, as {@link Amounts#duration} reads it. */
    public Duration duration(String key, Duration byDefault, Duration min, Duration max) {
        JsonNode value = value(key);
        if (value == null) {
            return byDefault;
        }
        Duration read = value.isValueNode() ? Amounts.duration(value.asText()).orElse(null) : null;
        if (read == null || read.compareTo(min) < 0 || read.compareTo(max) > 0) {
            problem(
                    pathOf(key),
                    value,
                    "a duration with its unit, from " + Amounts.text(min) + " to " + Amounts.text(max));
            return byDefault;
        }
        return read;
    }

    /** A size in bytes, as {@link Amounts#bytes} reads it. */
    public long bytes(String key, long byDefault, long min, long max) {
        JsonNode value = value(key);
        if (value == null) {
            return byDefault;
        }
        Long read = value.isValueNode() ? Amounts.bytes(value.asText()).orElse(null) : null;
        if (read == null || read < min || read > max) {
            problem(pathOf(key), value, "a size such as 4MiB, from " + min + " to " + max + " bytes");
            return byDefault;
        }
        return read;
    }

    /** One of the names of an enum, written in lower case. */
    public <E extends Enum<E>> E choice(String key, Class<E> type, E byDefault) {
        JsonNode value = value(key);
        if (value == null) {
            return byDefault;
        }
        for (E constant : type.getEnumConstants()) {
            if (constant.name().toLowerCase(Locale.ROOT).equals(value.asText())) {
                return constant;
            }
        }
        List<String> names = Arrays.stream(type.getEnumConstants())
                .map(c -> c.name().toLowerCase(Locale.ROOT))
                .toList();
        problem(pathOf(key), value, "one of " + String.join(", ", names));
        return byDefault;
    }

    /** Reports the keys that nobody asked for, here and in the sections below. */
    void finish() {
        if (node == null) {
            return;
        }
        for (Iterator<String> keys = node.fieldNames(); keys.hasNext(); ) {
            String key = keys.next();
            if (!asked.containsKey(key)) {
                String nearest = Nearest.of(key, asked.keySet());
                problems.add(file + ": unknown key " + pathOf(key)
                        + (nearest == null
                                ? " (known here: " + String.join(", ", asked.keySet()) + ")"
                                : " (did you mean " + pathOf(nearest) + "?)"));
            }
        }
        for (Section section : new ArrayList<>(asked.values())) {
            if (section != null) {
                section.finish();
            }
        }
    }

    private @Nullable JsonNode value(String key) {
        asked.put(key, null);
        JsonNode value = node == null ? null : node.get(key);
        return value == null || value.isNull() ? null : value;
    }

    private String pathOf(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private void problem(String where, JsonNode value, String expected) {
        String shown = value.isValueNode() ? value.asText() : value.toString();
        if (shown.length() > 60) {
            shown = shown.substring(0, 57) + "...";
        }
        problems.add(file + ": " + where + ": " + shown + " (expected " + expected + ")");
    }
}
