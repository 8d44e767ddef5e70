package io.kvops.stores.data.rdb;

import io.kvops.stores.data.Slice;

/** Scores as Redis writes them. */
public final class Scores {
    private Scores() {}

    /**
     * From text, as {@code 1.5}, {@code inf}, {@code -inf}, {@code nan}.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static double parse(Slice text) {
        String word = text.toText();
        return switch (word) {
            case "inf", "+inf" -> Double.POSITIVE_INFINITY;
            case "-inf" -> Double.NEGATIVE_INFINITY;
            case "nan", "-nan" -> Double.NaN;
            default -> Double.parseDouble(word);
        };
    }

    /** To text that {@link #parse}, and Redis, read as the same score. */
    public static String format(double score) {
        if (Double.isInfinite(score)) {
            return score > 0 ? "inf" : "-inf";
        }
        if (score == 0 && 1 / score < 0) {
            return "-0";
        }
        long whole = (long) score;
        return whole == score && Math.abs(whole) < 1L << 53 ? Long.toString(whole) : Double.toString(score);
    }
}
