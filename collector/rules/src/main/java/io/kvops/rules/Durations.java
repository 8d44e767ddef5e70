package io.kvops.rules;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as Prometheus writes them: 30s, 5m, 1h30m, 14d, 2w; 250ms; 0. */
final class Durations {
    private static final Pattern PART = Pattern.compile("(\\d{1,12})(ms|s|m|h|d|w)");
    private static final long MAX_MILLIS = Duration.ofDays(3_660).toMillis();

    private Durations() {}

    /** Reads one; what is not one is an IllegalArgumentException with the text received. */
    static Duration parse(String text) {
        String rest = text.strip();
        if (rest.equals("0")) {
            return Duration.ZERO;
        }
        Matcher part = PART.matcher(rest);
        long millis = 0;
        int at = 0;
        while (at < rest.length() && part.find(at) && part.start() == at) {
            millis += unit(part.group(2)) * Long.parseLong(part.group(1));
            at = part.end();
            if (millis > MAX_MILLIS || millis < 0) {
                throw new IllegalArgumentException("'" + text + "' (expected at most 10 years)");
            }
        }
        if (at == 0 || at < rest.length()) {
            throw new IllegalArgumentException("'" + text + "' (expected a duration as 30s, 5m, 1h30m, 14d)");
        }
        return Duration.ofMillis(millis);
    }

    private static long unit(String unit) {
        return switch (unit) {
            case "ms" -> 1L;
            case "s" -> 1_000L;
            case "m" -> 60_000L;
            case "h" -> 3_600_000L;
            case "d" -> 86_400_000L;
            default -> 604_800_000L;
        };
    }

    /** As a person says it: the two largest units, 3d 4h, 5m, 12s. */
    static String text(Duration duration) {
        long seconds = Math.abs(duration.toSeconds());
        if (seconds == 0) {
            return duration.toMillis() + "ms";
        }
        long[] sizes = {86_400, 3_600, 60, 1};
        String[] names = {"d", "h", "m", "s"};
        StringBuilder made = new StringBuilder(duration.isNegative() ? "-" : "");
        int parts = 0;
        for (int i = 0; i < sizes.length && parts < 2; i++) {
            long many = seconds / sizes[i];
            seconds %= sizes[i];
            if (many > 0) {
                made.append(parts > 0 ? " " : "").append(String.format(Locale.ROOT, "%d%s", many, names[i]));
            }
            parts += many > 0 || parts > 0 ? 1 : 0;
        }
        return made.toString();
    }
}
