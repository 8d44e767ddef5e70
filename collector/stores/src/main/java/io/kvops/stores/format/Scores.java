package io.kvops.stores.format;

import io.kvops.stores.data.StreamId;

/** Numbers and ids as files of text have them. */
final class Scores {
    private static final double EXACT = 1L << 53;

    private Scores() {}

    /** The shortest text that becomes the same number again; {@code inf}, {@code -inf}, {@code nan} for what has no digits. */
    static String text(double score) {
        if (score == (long) score && Math.abs(score) < EXACT && (score != 0 || 1 / score > 0)) {
            return Long.toString((long) score);
        }
        if (Double.isNaN(score)) {
            return "nan";
        }
        if (Double.isInfinite(score)) {
            return score > 0 ? "inf" : "-inf";
        }
        return Double.toString(score);
    }

    /** Whether the text of a score is one of the words. */
    static boolean isWord(double score) {
        return Double.isNaN(score) || Double.isInfinite(score);
    }

    static double named(String text) throws DamagedException {
        return switch (text) {
            case "inf", "+inf" -> Double.POSITIVE_INFINITY;
            case "-inf" -> Double.NEGATIVE_INFINITY;
            case "nan" -> Double.NaN;
            default -> throw new DamagedException("a score that is neither a number nor inf, -inf or nan");
        };
    }

    /** @param digits of the characters that numbers have */
    static double parse(String digits) throws DamagedException {
        try {
            double value = Double.parseDouble(digits);
            if (!isWord(value)) {
                return value;
            }
        } catch (NumberFormatException e) {
            throw new DamagedException("a score that is no number", e);
        }
        throw new DamagedException("a score that is too large");
    }

    static StreamId id(String text) throws DamagedException {
        try {
            return StreamId.parse(text);
        } catch (IllegalArgumentException e) {
            throw new DamagedException("a stream's id that is not millis-sequence", e);
        }
    }
}
