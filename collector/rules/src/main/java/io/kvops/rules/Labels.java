package io.kvops.rules;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Names and values that say what a series or an alert is about, sorted by name. An empty value is no label. Immutable. */
public final class Labels implements Comparable<Labels> {
    /** No labels. */
    public static final Labels EMPTY = new Labels(Collections.emptySortedMap());

    private final SortedMap<String, String> values;
    private final String text;

    private Labels(SortedMap<String, String> values) {
        this.values = values;
        StringBuilder made = new StringBuilder("{");
        values.forEach((name, value) -> made.append(made.length() > 1 ? ", " : "")
                .append(name)
                .append("=\"")
                .append(value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n"))
                .append('"'));
        this.text = made.append('}').toString();
    }

    public static Labels of(Map<String, String> values) {
        SortedMap<String, String> kept = new TreeMap<>();
        values.forEach((name, value) -> {
            if (!value.isEmpty()) {
                kept.put(name, value);
            }
        });
        return kept.isEmpty() ? EMPTY : new Labels(Collections.unmodifiableSortedMap(kept));
    }

    /** From name, value, name, value, ... */
    public static Labels of(String... pairs) {
        if (pairs.length % 2 != 0) {
            throw new IllegalArgumentException("pairs: " + pairs.length + " texts (expected a value for each name)");
        }
        Map<String, String> values = new TreeMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            values.put(pairs[i], pairs[i + 1]);
        }
        return of(values);
    }

    /** The value of a label; empty if there is none. */
    public String get(String name) {
        return values.getOrDefault(name, "");
    }

    public SortedMap<String, String> asMap() {
        return values;
    }

    /** These, with those added; where both have one, theirs. */
    public Labels with(Map<String, String> more) {
        Map<String, String> all = new TreeMap<>(values);
        all.putAll(more);
        return of(all);
    }

    public Labels with(String name, String value) {
        return with(Map.of(name, value));
    }

    /** Only those whose names pass. */
    public Labels only(Predicate<String> names) {
        Map<String, String> kept = new TreeMap<>(values);
        kept.keySet().removeIf(names.negate());
        return of(kept);
    }

    /** Only those that both have, alike. */
    Labels common(Labels other) {
        Map<String, String> kept = new TreeMap<>(values);
        for (String name : new TreeSet<>(kept.keySet())) {
            if (!other.get(name).equals(kept.get(name))) {
                kept.remove(name);
            }
        }
        return of(kept);
    }

    @Override
    public int compareTo(Labels other) {
        return text.compareTo(other.text);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Labels labels && labels.text.equals(text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    /** As {@code {name="value", ...}}. */
    @Override
    public String toString() {
        return text;
    }
}
