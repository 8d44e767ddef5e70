package io.kvops.server.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Numbers for people: three significant digits and a unit, apart by a narrow space that does not break. */
public final class Quantities {
    /** Stands where nothing was measured. */
    static final String NONE = "–";

    private static final String SPACE = "\u202f";
    private static final String[] SI = {"", "k", "M", "G", "T", "P", "E"};
    private static final String[] TIME = {"ns", "µs", "ms", "s"};
    private static final String[] BINARY = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    private static final DateTimeFormatter SECONDS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter CLOCK =
            DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter CLOCK_MILLIS =
            DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT).withZone(ZoneOffset.UTC);

    private Quantities() {}

    /** {@code 1.24 ms}; a dash for 0, which stands for "not measured". */
    public static String nanos(long nanos) {
        return nanos <= 0 ? NONE : scaled((double) nanos, 1000, TIME);
    }

    /** {@code 1 240 000 ns}. */
    static String exactNanos(long nanos) {
        return exact(nanos) + SPACE + "ns";
    }

    /** {@code 12.3 k/s}. */
    public static String rate(double perSecond) {
        if (perSecond > 0 && perSecond < 0.01) {
            return "<0.01" + SPACE + "/s";
        }
        return scaled(perSecond, 1000, SI) + "/s";
    }

    /** {@code 9 999}, then {@code 12.3 k}. */
    public static String count(long n) {
        return Math.abs(n) < 10_000 ? exact(n) : scaled((double) n, 1000, SI);
    }

    /** {@code 12.4 MiB}. */
    public static String bytes(long n) {
        return n < 1024 ? n + SPACE + "B" : scaled((double) n, 1024, BINARY);
    }

    /** {@code 1 234 567}. */
    public static String exact(long n) {
        return String.format(Locale.ROOT, "%,d", n).replace(",", SPACE);
    }

    /** {@code 1 234.57}. */
    public static String exact(double x) {
        return String.format(Locale.ROOT, "%,.2f", x).replace(",", SPACE);
    }

    /** {@code 0.4 %} of a share from 0 to 1. */
    public static String percent(double share) {
        if (share > 0 && share < 0.0005) {
            return "<0.05" + SPACE + "%";
        }
        return String.format(Locale.ROOT, share < 0.0995 ? "%.1f" : "%.0f", share * 100) + SPACE + "%";
    }

    /** {@code 42.0 s}, {@code 12 min 5 s}, {@code 3 h 2 min}. */
    public static String seconds(double seconds) {
        long whole = Math.round(seconds);
        if (seconds < 119.95) {
            return String.format(Locale.ROOT, "%.1f", seconds) + SPACE + "s";
        }
        if (whole < 7_200) {
            return whole / 60 + SPACE + "min " + whole % 60 + SPACE + "s";
        }
        return whole / 3_600 + SPACE + "h " + whole % 3_600 / 60 + SPACE + "min";
    }

    /** {@code 2026-01-31 12:00:00}, UTC. */
    public static String at(Instant when) {
        return SECONDS.format(when);
    }

    /** {@code 12:00:00}, UTC. */
    public static String clock(Instant when) {
        return CLOCK.format(when);
    }

    /** {@code 12:00:00.123}, UTC. */
    static String clockMillis(Instant when) {
        return CLOCK_MILLIS.format(when);
    }

    private static String scaled(double value, int step, String[] units) {
        double rest = value;
        int unit = 0;
        // what would be rounded up to 1000 belongs to the next unit
        while (Math.abs(rest) >= step - 0.5 && unit < units.length - 1) {
            rest /= step;
            unit++;
        }
        return threeDigits(rest, unit == 0 && value == Math.rint(value)) + SPACE + units[unit];
    }

    private static String threeDigits(double value, boolean whole) {
        if (whole || Math.abs(value) >= 1_000) {
            return String.format(Locale.ROOT, "%.0f", value);
        }
        BigDecimal rounded = new BigDecimal(value).round(new MathContext(3, RoundingMode.HALF_UP));
        int decimals = Math.abs(value) >= 99.95 ? 0 : Math.abs(value) >= 9.995 ? 1 : 2;
        return rounded.setScale(decimals, RoundingMode.HALF_UP).toPlainString();
    }
}
