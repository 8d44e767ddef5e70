package io.kvops.stores.redis;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The answer to INFO: {@code field:value} lines, of which some hold {@code name=value,name=value}. */
final class Info {
    private static final int MAX_WORD_CHARS = 100;

    private final Map<String, String> fields = new LinkedHashMap<>();

    private Info() {}

    static Info of(String text) {
        Info info = new Info();
        text.lines().forEach(line -> {
            int colon = line.indexOf(':');
            if (colon > 0 && line.charAt(0) != '#') {
                info.fields.put(
                        line.substring(0, colon), line.substring(colon + 1).strip());
            }
        });
        return info;
    }

    /** Empty if there is no such field. */
    String text(String field) {
        return fields.getOrDefault(field, "");
    }

    /** NaN if there is no such field, or it is no number. */
    double number(String field) {
        return number(fields.get(field), Double.NaN);
    }

    boolean has(String field) {
        return fields.containsKey(field);
    }

    /** Fields whose names begin so, by the rest of the name; each with what its value lists. */
    Map<String, Map<String, String>> lists(String prefix) {
        Map<String, Map<String, String>> found = new TreeMap<>();
        fields.forEach((name, value) -> {
            if (name.length() > prefix.length() && name.startsWith(prefix) && value.indexOf('=') > 0) {
                found.put(name.substring(prefix.length()), list(value));
            }
        });
        return found;
    }

    static Map<String, String> list(String value) {
        Map<String, String> found = new LinkedHashMap<>();
        for (String pair : value.split(",", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                found.put(pair.substring(0, equals), pair.substring(equals + 1));
            }
        }
        return found;
    }

    static double number(@Nullable String text, double otherwise) {
        if (text == null || text.isEmpty()) {
            return otherwise;
        }
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            return otherwise;
        }
    }

    /** A name of the server, as part of a gauge's name; a long one is cut, and still one word for one name. */
    static String word(String name) {
        String word = name.isEmpty() ? "-" : name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_]+", "-");
        return word.length() <= MAX_WORD_CHARS
                ? word
                : word.substring(0, MAX_WORD_CHARS) + "-" + Integer.toHexString(name.hashCode());
    }
}
