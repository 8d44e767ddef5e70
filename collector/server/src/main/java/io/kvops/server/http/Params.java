package io.kvops.server.http;

import io.kvops.server.config.Amounts;
import io.kvops.server.config.Nearest;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The parameters behind the question mark of a request, each at most once, read strictly. Immutable. */
final class Params {
    static final Duration LONGEST = Duration.ofDays(3660);
    private static final int MOST = 50;
    private static final int LONGEST_TEXT = 2_000;
    static final Instant LATEST = Instant.parse("9999-12-31T00:00:00Z");

    private final Map<String, String> values;

    private Params(Map<String, String> values) {
        this.values = values;
    }

    /** Reads {@code a=1&b=2}; {@code +} is a blank, {@code %XX} a byte of UTF-8. */
    static Params parse(@Nullable String query) throws BadRequest {
        Map<String, String> values = new LinkedHashMap<>();
        if (query != null && !query.isEmpty()) {
            String[] pairs = query.split("&", MOST + 1);
            if (pairs.length > MOST) {
                throw new BadRequest(400, "more than " + MOST + " parameters");
            }
            for (String pair : pairs) {
                if (!pair.isEmpty()) {
                    int equals = pair.indexOf('=');
                    String name = decoded(equals < 0 ? pair : pair.substring(0, equals));
                    if (values.put(name, equals < 0 ? "" : decoded(pair.substring(equals + 1))) != null) {
                        throw new BadRequest(400, name + " is given more than once");
                    }
                }
            }
        }
        return new Params(values);
    }

    /** Refuses what nobody asks for: a mistyped name must not silently mean the default. */
    void allow(List<String> known) throws BadRequest {
        for (String name : values.keySet()) {
            if (!known.contains(name)) {
                String nearest = name.isEmpty() ? null : Nearest.of(name, known);
                String help = known.isEmpty() ? "; there are none here" : "; known: " + String.join(", ", known);
                throw new BadRequest(
                        400,
                        "unknown parameter " + (name.isEmpty() ? "without a name" : name)
                                + (nearest == null ? help : "; did you mean " + nearest + "?"));
            }
        }
    }

    @Nullable
    String get(String name) {
        return values.get(name);
    }

    boolean has(String name) {
        return values.containsKey(name);
    }

    String text(String name, String byDefault) throws BadRequest {
        String value = values.getOrDefault(name, byDefault);
        if (value.length() > LONGEST_TEXT) {
            throw new BadRequest(
                    400, name + ": " + value.length() + " characters (expected up to " + LONGEST_TEXT + ")");
        }
        return value;
    }

    int integer(String name, int byDefault, int min, int max) throws BadRequest {
        String value = values.get(name);
        if (value == null) {
            return byDefault;
        }
        try {
            int read = Integer.parseInt(value);
            if (read >= min && read <= max) {
                return read;
            }
        } catch (NumberFormatException e) {
            // as one out of its range
        }
        throw new BadRequest(400, name + ": " + value + " (expected a whole number from " + min + " to " + max + ")");
    }

    Duration duration(String name, Duration byDefault, Duration min, Duration max) throws BadRequest {
        String value = values.get(name);
        if (value == null) {
            return byDefault;
        }
        return Amounts.duration(value)
                .filter(d -> d.compareTo(min) >= 0 && d.compareTo(max) <= 0)
                .orElseThrow(() -> new BadRequest(
                        400,
                        name + ": " + value + " (expected a duration from " + Amounts.text(min) + " to "
                                + Amounts.text(max) + ", such as 90s, 15m, 1h or 7d)"));
    }

    /** One of the names of an enum, written in lower case. */
    <E extends Enum<E>> E choice(String name, Class<E> type, E byDefault) throws BadRequest {
        String value = values.get(name);
        if (value == null) {
            return byDefault;
        }
        for (E constant : type.getEnumConstants()) {
            if (lower(constant).equals(value)) {
                return constant;
            }
        }
        List<String> names =
                Arrays.stream(type.getEnumConstants()).map(Params::lower).toList();
        throw new BadRequest(400, name + ": " + value + " (expected one of " + String.join(", ", names) + ")");
    }

    /** The window that {@code last}, or {@code from} and {@code to}, ask for. */
    Window window(Instant now, String lastByDefault) throws BadRequest {
        String last = values.get("last");
        String from = values.get("from");
        String to = values.get("to");
        if (from == null && to == null) {
            Duration duration = last == null
                    ? Amounts.duration(lastByDefault).orElseThrow()
                    : duration("last", Duration.ZERO, Duration.ofSeconds(1), LONGEST);
            return new Window(now.minus(duration), now);
        }
        if (last != null) {
            throw new BadRequest(400, "last goes alone, without from and to");
        }
        if (from == null) {
            throw new BadRequest(400, "to needs from as well");
        }
        return window("from", from, to == null ? now : instant("to", to));
    }

    static Window window(String name, String from, Instant end) throws BadRequest {
        Instant begin = instant(name, from);
        if (!begin.isBefore(end)) {
            throw new BadRequest(400, name + " " + begin + " is not before " + end + ", the end of the window");
        }
        return new Window(begin, end);
    }

    static Instant instant(String name, String text) throws BadRequest {
        try {
            Instant read = Instant.parse(text);
            if (!read.isBefore(Instant.EPOCH) && !read.isAfter(LATEST)) {
                return read;
            }
        } catch (DateTimeParseException e) {
            // as one out of its range
        }
        throw new BadRequest(
                400, name + ": " + text + " (expected an ISO-8601 time in UTC, such as 2026-01-31T12:00:00Z)");
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static String decoded(String text) throws BadRequest {
        if (text.indexOf('%') < 0 && text.indexOf('+') < 0) {
            return text;
        }
        ByteBuffer bytes = ByteBuffer.allocate(text.length() * 3);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '%') {
                int high = i + 2 < text.length() ? Character.digit(text.charAt(i + 1), 16) : -1;
                int low = high < 0 ? -1 : Character.digit(text.charAt(i + 2), 16);
                if (low < 0) {
                    throw new BadRequest(400, "a % in the address is not followed by two hexadecimal digits");
                }
                bytes.put((byte) (high << 4 | low));
                i += 2;
            } else {
                bytes.put((c == '+' ? " " : String.valueOf(c)).getBytes(StandardCharsets.UTF_8));
            }
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
        } catch (CharacterCodingException e) {
            throw new BadRequest(400, "a parameter is not UTF-8");
        }
    }
}
