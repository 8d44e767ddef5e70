package io.kvops.server.report;

import io.kvops.planner.capacity.Dimension;
import io.kvops.planner.capacity.Resource;
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
 * @param dimension what values are written as
 * @param each what stands behind a value, such as {@code /s}
 * @param dated whether times are dates; if not, seconds count values and are told from the last of them
 */
public record Words(Dimension dimension, String each, boolean dated) {
    private static final MathContext DIGITS = new MathContext(4);
    private static final double MANY = 100_000;
    private static final double FEW = 1e-4;
    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("uuuu-MM-dd", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter MINUTE =
            DateTimeFormatter.ofPattern("MM-dd HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final Duration SHORT = Duration.ofDays(4);

    /** Those of a resource: what its dimension does not say, the end of its name does. */
    public static Words of(Resource resource, boolean dated) {
        String metric = resource.metric();
        boolean total = metric.endsWith(".total");
        boolean own = resource.dimension() == Dimension.OTHER;
        boolean bytes = own && (total ? metric.substring(0, metric.length() - 6) : metric).endsWith(".bytes");
        return new Words(bytes ? Dimension.STORAGE : resource.dimension(), own && total ? "/s" : "", dated);
    }

    /** A value with its unit; a dash where there is none. */
    public String value(double v) {
        if (!Double.isFinite(v)) {
            return Quantities.NONE;
        }
        return amount(v) + each;
    }

    private String amount(double v) {
        String sign = v < 0 ? "−" : "";
        return switch (dimension) {
            case STORAGE, MEMORY -> sign + Quantities.bytes(Math.round(Math.abs(v)));
            case THROUGHPUT -> Quantities.rate(v);
            case LATENCY -> {
                long nanos = Math.round(Math.abs(v) * 1e9);
                yield nanos == 0 ? "0" : sign + Quantities.nanos(nanos);
            }
            case CONNECTIONS, OTHER -> Math.abs(v) >= MANY ? Quantities.count(Math.round(v)) : plain(v);
        };
    }

    private static String plain(double v) {
        BigDecimal rounded = new BigDecimal(v).round(DIGITS).stripTrailingZeros();
        return v != 0 && Math.abs(v) < FEW ? String.format(Locale.ROOT, "%.3g", v) : rounded.toPlainString();
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
