package io.kvops.migration.filter;

import java.util.Locale;

/**
 * From a number to another, both included.
 *
 * @param from at least 0
 * @param to at least {@code from}
 */
public record Range(long from, long to) {
    /** Any number. */
    public static final Range ALL = new Range(0, Long.MAX_VALUE);

    public Range {
        if (from < 0 || to < from) {
            throw new IllegalArgumentException("range: " + from + ".." + to + " (expected 0 <= from <= to)");
        }
    }

    /**
     * Reads {@code FROM..TO}, {@code FROM..} or {@code ..TO}; numbers may end with k, m or g (1 024 based).
     *
     * @throws IllegalArgumentException if it is none
     */
    public static Range parse(String text) {
        int dots = text.indexOf("..");
        if (dots < 0 || text.length() == 2) {
            throw new IllegalArgumentException("'" + text + "' (expected FROM..TO, FROM.. or ..TO)");
        }
        String from = text.substring(0, dots).strip();
        String to = text.substring(dots + 2).strip();
        return new Range(from.isEmpty() ? 0 : number(from), to.isEmpty() ? Long.MAX_VALUE : number(to));
    }

    /** Reads a number that may end with k, m or g (1 024 based). */
    public static long number(String text) {
        String lower = text.strip().toLowerCase(Locale.ROOT);
        int shift = lower.endsWith("k") ? 10 : lower.endsWith("m") ? 20 : lower.endsWith("g") ? 30 : 0;
        try {
            long value = Long.parseLong(shift == 0 ? lower : lower.substring(0, lower.length() - 1));
            return Math.multiplyExact(value, 1L << shift);
        } catch (ArithmeticException | NumberFormatException e) {
            throw new IllegalArgumentException(
                    "'" + text + "' (expected a whole number, maybe with k, m or g behind it)", e);
        }
    }

    public boolean has(long value) {
        return from <= value && value <= to;
    }

    /** As {@link #parse} reads it. */
    @Override
    public String toString() {
        return from + ".." + (to == Long.MAX_VALUE ? "" : Long.toString(to));
    }
}
