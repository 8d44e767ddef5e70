package io.kvops.analyzer;

import java.time.Duration;
import java.util.Objects;

/**
 * From when on an operation is slow. Of the rules that fit an operation the first counts.
 *
 * @param store kind of store, lower case; empty: any
 * @param op upper case; empty: any
 * @param pattern of the template of its keys, with {@code *} for any characters and {@code ?} for one; empty: any
 * @param threshold latency from which it is slow, above 0, at most 1 h
 */
public record SlowRule(String store, String op, String pattern, Duration threshold) {
    public SlowRule {
        Objects.requireNonNull(store, "store");
        Objects.requireNonNull(op, "op");
        Objects.requireNonNull(pattern, "pattern");
        if (threshold.isNegative() || threshold.isZero() || threshold.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException("threshold: " + threshold + " (expected above 0, at most 1 h)");
        }
    }

    boolean fits(String ofStore, String ofOp, String ofPattern) {
        return (store.isEmpty() || store.equals(ofStore))
                && (op.isEmpty() || op.equals(ofOp))
                && (pattern.isEmpty() || glob(pattern, ofPattern));
    }

    /** Linear in both lengths but for the last star, to which alone it goes back. */
    static boolean glob(String glob, String text) {
        int g = 0;
        int t = 0;
        int star = -1;
        int resume = 0;
        while (t < text.length()) {
            if (g < glob.length() && glob.charAt(g) == '*') {
                star = g++;
                resume = t;
            } else if (g < glob.length() && (glob.charAt(g) == '?' || glob.charAt(g) == text.charAt(t))) {
                g++;
                t++;
            } else if (star >= 0) {
                g = star + 1;
                t = ++resume;
            } else {
                return false;
            }
        }
        while (g < glob.length() && glob.charAt(g) == '*') {
            g++;
        }
        return g == glob.length();
    }
}
