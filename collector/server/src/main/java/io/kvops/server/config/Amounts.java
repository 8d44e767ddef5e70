package io.kvops.server.config;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations and sizes as people write them: 250ms, 90s, 15m, 1h, 7d, PT1H; 4096, 64KiB, 4MiB, 1GiB. */
public final class Amounts {
    private static final Pattern NUMBER_UNIT = Pattern.compile("(\\d{1,15}(?:\\.\\d{1,9})?)\\s*([a-zA-Z]*)");
    private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);
    private static final Map<String, Long> NANOS = Map.of(
            "ns", 1L,
            "us", 1_000L,
            "ms", 1_000_000L,
            "s", 1_000_000_000L,
            "m", 60_000_000_000L,
            "min", 60_000_000_000L,
            "h", 3_600_000_000_000L,
            "d", 86_400_000_000_000L);
    private static final Map<String, Long> BYTES = Map.of(
            "", 1L,
            "b", 1L,
            "kib", 1L << 10,
            "mib", 1L << 20,
            "gib", 1L << 30,
            "tib", 1L << 40);

    private Amounts() {}

    /**
     * Reads a duration: a number with a unit out of ns, us, ms, s, m (or min), h, d; or ISO-8601 (PT1H30M).
     *
     * @return empty if the text is neither, or the duration is negative or past 292 years
     */
    public static Optional<Duration> duration(String text) {
        String trimmed = text.strip();
        if (trimmed.length() > 1 && Character.toUpperCase(trimmed.charAt(0)) == 'P') {
            try {
                return Optional.of(Duration.parse(trimmed)).filter(d -> !d.isNegative() && d.compareTo(LONGEST) <= 0);
            } catch (DateTimeParseException e) {
                return Optional.empty();
            }
        }
        return scaled(trimmed, NANOS).map(Duration::ofNanos);
    }

    /**
     * Reads a size: a number of bytes, or a number with a unit out of B, KiB, MiB, GiB, TiB.
     *
     * @return empty if the text is not one
     */
    public static Optional<Long> bytes(String text) {
        return scaled(text.strip(), BYTES);
    }

    /** The shortest way to write a duration exactly: 90s, 15m, 1h, 7d; 0s for none. */
    public static String text(Duration duration) {
        long nanos = duration.toNanos();
        if (nanos == 0) {
            return "0s";
        }
        for (String unit : new String[] {"d", "h", "m", "s", "ms", "us"}) {
            long size = NANOS.getOrDefault(unit, 1L);
            if (nanos % size == 0) {
                return nanos / size + unit;
            }
        }
        return nanos + "ns";
    }

    /** The shortest way to write a size exactly: 4096 is 4KiB, 5 is 5. */
    public static String text(long bytes) {
        long size = 1L << 40;
        for (String unit : new String[] {"TiB", "GiB", "MiB", "KiB"}) {
            if (bytes != 0 && bytes % size == 0) {
                return bytes / size + unit;
            }
            size >>= 10;
        }
        return Long.toString(bytes);
    }

    private static Optional<Long> scaled(String text, Map<String, Long> units) {
        Matcher matcher = NUMBER_UNIT.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        Long unit = units.get(matcher.group(2).toLowerCase(Locale.ROOT));
        if (unit == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(new BigDecimal(matcher.group(1))
                    .multiply(BigDecimal.valueOf(unit))
                    .longValueExact());
        } catch (ArithmeticException e) {
            return Optional.empty();
        }
    }
}
