package io.kvops.server.report;

import io.kvops.planner.capacity.Dimension;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * Values and times of a forecast as text.
 *
 * @param dated whether times are dates; if not, seconds count values and are told from the last of them
 */
record Words(Dimension dimension, boolean dated) {
    private static final MathContext DIGITS = new MathContext(4);
    private static final double MANY = 100_000;
    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("uuuu-MM-dd", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter MINUTE =
            DateTimeFormatter.ofPattern("MM-dd HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final Duration SHORT = Duration.ofDays(4);

    String value(double v) {
        if (!Double.isFinite(v)) {
            return Quantities.NONE;
        }
        return switch (dimension) {
            case STORAGE, MEMORY -> (v < 0 ? "−" : "") + Quantities.bytes(Math.round(Math.abs(v)));
            case THROUGHPUT -> Quantities.rate(v);
            case LATENCY -> Quantities.nanos(Math.round(v * 1e9));
            case CONNECTIONS, OTHER ->
                Math.abs(v) >= MANY
                        ? Quantities.count(Math.round(v))
                        : new BigDecimal(v).round(DIGITS).stripTrailingZeros().toPlainString();
        };
    }

    /** What a value's numbers are round in. */
    double unit(double most) {
        double unit = 1;
        if (dimension == Dimension.STORAGE || dimension == Dimension.MEMORY) {
            while (most / unit >= 1024) {
                unit *= 1024;
            }
        }
        return unit;
    }

    /** A moment, seen from the last value. */
    String time(Instant last, Instant at) {
        if (dated) {
            return Duration.between(last, at).abs().compareTo(SHORT) < 0 ? MINUTE.format(at) : DAY.format(at);
        }
        long steps = at.getEpochSecond() - last.getEpochSecond();
        return steps > 0 ? "+" + steps : steps < 0 ? "−" + -steps : "0";
    }
}
