package io.kvops.rules;

import java.util.Collection;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * One condition on labels, as Prometheus and Alertmanager write them: {@code kind="redis"}, {@code team!=web},
 * {@code subject=~"redis.*"}, {@code kind!~"host|jvm"}. Patterns match whole values; a label that is not there is empty.
 * Immutable.
 */
public final class Matcher {
    private static final int MAX_CHARACTERS = 1_000;
    private static final Pattern WRITTEN = Pattern.compile("\\s*([a-zA-Z_][a-zA-Z0-9_]*)\\s*(=~|!~|!=|=)\\s*(.*?)\\s*");

    private final String name;
    private final String value;
    private final boolean negated;
    private final @Nullable Pattern pattern;
    private final String text;

    private Matcher(String name, String operator, String value) {
        this.name = name;
        this.value = value;
        this.negated = operator.startsWith("!");
        this.pattern = operator.endsWith("~") ? compiled(value) : null;
        this.text = name + operator + '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    /**
     * Reads one.
     *
     * @param text a condition of at most 1 000 characters
     * @throws IllegalArgumentException with the text received and the one expected
     */
    public static Matcher parse(String text) {
        java.util.regex.Matcher parts = WRITTEN.matcher(text);
        if (text.length() > MAX_CHARACTERS || !parts.matches()) {
            throw new IllegalArgumentException(
                    "'" + text + "' (expected LABEL=VALUE, !=, =~ or !~, at most " + MAX_CHARACTERS + " characters)");
        }
        return new Matcher(parts.group(1), parts.group(2), unquoted(parts.group(3)));
    }

    private static Pattern compiled(String value) {
        try {
            return Pattern.compile(value);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(
                    "'" + value + "' (expected a regular expression: " + e.getDescription() + ")", e);
        }
    }

    private static String unquoted(String value) {
        boolean quoted = value.length() > 1 && value.startsWith("\"") && value.endsWith("\"");
        return quoted
                ? value.substring(1, value.length() - 1).replace("\\\"", "\"").replace("\\\\", "\\")
                : value;
    }

    /** Whether these labels fulfil it. */
    public boolean matches(Labels labels) {
        String there = labels.get(name);
        boolean same =
                pattern == null ? there.equals(value) : pattern.matcher(there).matches();
        return same != negated;
    }

    /** Whether labels fulfil all of them. */
    static boolean all(Collection<Matcher> matchers, Labels labels) {
        for (Matcher matcher : matchers) {
            if (!matcher.matches(labels)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Matcher matcher && matcher.text.equals(text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
