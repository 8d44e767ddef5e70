package io.kvops.stores.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A part of a store that keeps its keys in order: as text {@code NAME:FROM:BEFORE}, with keys in hexadecimal digits, {@code *}
 * for none, and {@code >} before a key to go on behind.
 *
 * @param from the first key wanted, or the last one read if {@code after}; null for the store's first
 * @param after whether the range begins behind {@code from}
 * @param before where it ends, itself excluded; null for the store's end
 */
public record KeyRange(
        @Nullable Slice from, boolean after, @Nullable Slice before) {
    /** All keys. */
    public static final KeyRange ALL = new KeyRange(null, false, null);

    private static final String NONE = "*";
    private static final int STEP_BYTES = 6;

    /**
     * Reads one.
     *
     * @param name of the kind of store, as {@code rocksdb}
     * @throws IllegalArgumentException if it is none of such a store
     */
    public static KeyRange parse(String name, ScanPart part) {
        String[] words = part.text().split(":", -1);
        if (words.length != 3 || !words[0].equals(name)) {
            throw new IllegalArgumentException("part: not one of this store (expected " + name + ":FROM:BEFORE)");
        }
        boolean after = words[1].startsWith(">");
        return new KeyRange(key(after ? words[1].substring(1) : words[1]), after, key(words[2]));
    }

    private static @Nullable Slice key(String digits) {
        return digits.equals(NONE) ? null : Slice.of(HexFormat.of().parseHex(digits));
    }

    /** As text. */
    public ScanPart part(String name) {
        return new ScanPart(name + ":" + (after ? ">" : "") + digits(from) + ":" + digits(before));
    }

    private static String digits(@Nullable Slice key) {
        return key == null ? NONE : HexFormat.of().formatHex(key.toBytes());
    }

    /** What is left after a key. */
    public KeyRange behind(Slice key) {
        return new KeyRange(key.copy(), true, before);
    }

    /** The ranges between some keys, ascending; each once. */
    public static List<KeyRange> between(List<Slice> bounds) {
        List<KeyRange> ranges = new ArrayList<>();
        Slice last = null;
        for (Slice bound : bounds) {
            if (!Objects.equals(last, bound)) {
                ranges.add(new KeyRange(last, false, bound));
                last = bound;
            }
        }
        ranges.add(new KeyRange(last, false, null));
        return ranges;
    }

    /** About equal steps from one key to another, where nothing is known but these two: by the bytes in which they differ. */
    public static List<Slice> steps(Slice first, Slice last, int parts) {
        int common = 0;
        int shortest = Math.min(first.length(), last.length());
        while (common < shortest && first.at(common) == last.at(common)) {
            common++;
        }
        long low = number(first, common);
        long high = number(last, common);
        List<Slice> bounds = new ArrayList<>();
        for (int i = 1; i < parts && high > low; i++) {
            long at = low + (long) ((high - low) / (double) parts * i);
            byte[] bound = Arrays.copyOf(first.toBytes(), common + STEP_BYTES);
            for (int b = 0; b < STEP_BYTES; b++) {
                bound[common + b] = (byte) (at >>> (8 * (STEP_BYTES - 1 - b)));
            }
            Slice key = Slice.of(bound);
            if (bounds.isEmpty() || bounds.get(bounds.size() - 1).compareTo(key) < 0) {
                bounds.add(key);
            }
        }
        return bounds;
    }

    private static long number(Slice key, int from) {
        long number = 0;
        for (int i = from; i < from + STEP_BYTES; i++) {
            number = number << 8 | (i < key.length() ? key.at(i) & 0xff : 0);
        }
        return number;
    }
}
