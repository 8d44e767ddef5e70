package io.kvops.wire;

import io.kvops.op.OpClass;
import org.jspecify.annotations.Nullable;

/**
 * The words and names of series that frames say again each second. A decoder that has one gives the same object for the
 * same bytes: nothing is made twice, and who compares sees at once that it is the same. Bounded: each word has one place,
 * by its hash, and of two that share it the later one stays. Belongs to one thread.
 */
public final class Dictionary {
    private static final int PLACES = 1 << 14;

    /** Longer ones are not held, so that it takes 10 MB at most. */
    private static final int WORD_BYTES_MAX = 200;

    private final byte[] @Nullable [] encoded = new byte[PLACES][];
    private final @Nullable String[] words = new String[PLACES];
    private final @Nullable SeriesKey[] keys = new SeriesKey[PLACES];

    /** Knows nothing. */
    public Dictionary() {}

    /** The word that these bytes stand for; null if it is not known. */
    @Nullable
    String word(byte[] bytes, int at, int length) {
        int place = place(bytes, at, length);
        byte[] known = encoded[place];
        if (known == null || known.length != length) {
            return null;
        }
        for (int i = 0; i < length; i++) {
            if (known[i] != bytes[at + i]) {
                return null;
            }
        }
        return words[place];
    }

    /** Takes note of a word. */
    void add(byte[] bytes, int at, int length, String word) {
        if (length <= WORD_BYTES_MAX) {
            byte[] copy = new byte[length];
            System.arraycopy(bytes, at, copy, 0, length);
            int place = place(bytes, at, length);
            encoded[place] = copy;
            words[place] = word;
        }
    }

    /** The name of a series, the one of before if there was one. */
    SeriesKey key(String store, String endpoint, String op, OpClass opClass, String pattern, boolean internal) {
        // a String keeps its hash
        int hash = store.hashCode();
        hash = 31 * hash + endpoint.hashCode();
        hash = 31 * hash + op.hashCode();
        hash = 31 * hash + pattern.hashCode();
        int place = spread(31 * hash + opClass.code());
        SeriesKey known = keys[place];
        if (known != null && known.is(store, endpoint, op, opClass, pattern, internal)) {
            return known;
        }
        SeriesKey key = new SeriesKey(store, endpoint, op, opClass, pattern, internal);
        keys[place] = key;
        return key;
    }

    private static int place(byte[] bytes, int at, int length) {
        int hash = length;
        for (int i = at; i < at + length; i++) {
            hash = 31 * hash + bytes[i];
        }
        return spread(hash);
    }

    private static int spread(int hash) {
        int mixed = hash * 0x9E3779B9;
        return (mixed ^ mixed >>> 16) & PLACES - 1;
    }
}
