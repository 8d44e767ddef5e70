package io.kvops.rules;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A text with places for values: {@code {{ $labels.subject }}}, {@code {{ $value | percent }}}, {@code {{ memory.used.bytes | bytes }}}. The
 * dollar may be left out. Formats: number (the default), percent (of a ratio), bytes, duration (of seconds). Immutable.
 */
final class Template {
    private static final int MAX_CHARACTERS = 4_000;
    private static final Pattern PLACE =
            Pattern.compile("\\{\\{\\s*\\$?([a-zA-Z_][a-zA-Z0-9_.]*)\\s*(?:\\|\\s*([a-z]+)\\s*)?}}");
    private static final Set<String> FORMATS = Set.of("number", "percent", "bytes", "duration");

    private record Part(String text, String name, String format) {}

    private final List<Part> parts = new ArrayList<>();
    private final String text;

    private Template(String text) {
        this.text = text;
    }

    /**
     * Reads one.
     *
     * @param known whether there is such a name
     * @throws IllegalArgumentException with the text received and the one expected
     */
    static Template parse(String text, java.util.function.Predicate<String> known) {
        if (text.length() > MAX_CHARACTERS) {
            throw new IllegalArgumentException(text.length() + " characters (expected at most " + MAX_CHARACTERS + ")");
        }
        Template made = new Template(text);
        Matcher place = PLACE.matcher(text);
        int at = 0;
        while (place.find()) {
            String format = place.group(2) == null ? "number" : place.group(2);
            if (!FORMATS.contains(format)) {
                throw new IllegalArgumentException("'" + format + "' (expected number, percent, bytes or duration)");
            }
            if (!known.test(place.group(1))) {
                throw new IllegalArgumentException("{{ " + place.group(1)
                        + " }} is not known here (expected value, labels.NAME, or a metric of the rule's expression)");
            }
            made.literal(text.substring(at, place.start()));
            made.parts.add(new Part("", place.group(1), format));
            at = place.end();
        }
        made.literal(text.substring(at));
        return made;
    }

    private void literal(String literal) {
        if (literal.contains("{{")) {
            throw new IllegalArgumentException(
                    "'" + literal.strip() + "' (expected {{ $value }}, {{ $labels.NAME }} or {{ METRIC | bytes }})");
        }
        parts.add(new Part(literal, "", ""));
    }

    /** Fills it: a name stands for a text, or for a number that is formatted. */
    String fill(Function<String, Object> values) {
        StringBuilder made = new StringBuilder();
        for (Part part : parts) {
            if (part.name().isEmpty()) {
                made.append(part.text());
            } else {
                Object value = values.apply(part.name());
                made.append(value instanceof Double number ? formatted(number, part.format()) : value);
            }
        }
        return made.toString();
    }

    static String formatted(double value, String format) {
        if (!Double.isFinite(value)) {
            return Double.isNaN(value) ? "no data" : String.valueOf(value);
        }
        return switch (format) {
            case "percent" -> number(value * 100) + " %";
            case "duration" -> Durations.text(Duration.ofMillis(Math.round(value * 1_000)));
            case "bytes" -> bytes(value);
            default -> number(value);
        };
    }

    private static String bytes(double value) {
        String[] units = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
        int unit = 0;
        double scaled = value;
        while (Math.abs(scaled) >= 1_024 && unit < units.length - 1) {
            scaled /= 1_024;
            unit++;
        }
        return number(scaled) + " " + units[unit];
    }

    private static String number(double value) {
        if (value == Math.rint(value) && Math.abs(value) < 1e15) {
            return String.format(Locale.ROOT, "%.0f", value);
        }
        return String.format(Locale.ROOT, "%.4g", value);
    }

    @Override
    public String toString() {
        return text;
    }
}
