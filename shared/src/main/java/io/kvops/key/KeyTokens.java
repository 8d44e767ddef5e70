package io.kvops.key;

import java.nio.charset.StandardCharsets;

/**
 * Cuts a key into tokens at punctuation, and tells for each what kind of thing it is. A token is a {@code long}, so that
 * nothing is allocated: kind, length in bytes, and for a literal a hash in which every run of digits is the same.
 */
final class KeyTokens {
    static final int EMPTY = 0;
    static final int LITERAL = 1;
    static final int NUMBER = 2;
    static final int UUID = 3;
    static final int ID = 4;
    static final int TIME = 5;
    static final int EMAIL = 6;
    /** The rest of the key, which is not text. */
    static final int BINARY = 7;
    /** Text with too many different values, or too long, to be part of a template. */
    static final int TEXT = 8;
    /** The rest of a key that is too long, or has too many tokens. */
    static final int REST = 9;

    private static final String[] TEXTS = {"", "", "{n}", "{uuid}", "{id}", "{ts}", "{email}", "{bin}", "{s}", "{...}"};

    /** Longer words are data. */
    private static final int MAX_LITERAL = 40;

    private static final int KIND_BITS = 4;
    private static final int LENGTH_BITS = 12;

    // classes of bytes; delimiters come last
    private static final byte CONTROL = 0;
    private static final byte HIGH = 1;
    private static final byte DIGIT = 2;
    private static final byte LOWER = 3;
    private static final byte LOWER_HEX = 4;
    private static final byte UPPER = 5;
    private static final byte UPPER_HEX = 6;
    private static final byte MINOR = 7;
    private static final byte MAJOR = 8;

    private static final byte[] CLASS = new byte[256];

    static {
        for (int b = 0; b < 256; b++) {
            CLASS[b] = classOf(b);
        }
    }

    private KeyTokens() {}

    private static byte classOf(int b) {
        if (b < 0x20 || b == 0x7F) {
            return CONTROL;
        }
        if (b > 0x7F) {
            return HIGH;
        }
        if (b >= '0' && b <= '9') {
            return DIGIT;
        }
        if (b >= 'a' && b <= 'f') {
            return LOWER_HEX;
        }
        if (b >= 'A' && b <= 'F') {
            return UPPER_HEX;
        }
        if (b >= 'A' && b <= 'Z') {
            return UPPER;
        }
        if (":/|#;{}[]()?&\\".indexOf(b) >= 0) {
            return MAJOR;
        }
        return "-_.@=+,~ ".indexOf(b) >= 0 ? MINOR : LOWER;
    }

    static int kind(long token) {
        return (int) token & ((1 << KIND_BITS) - 1);
    }

    static int length(long token) {
        return (int) (token >>> KIND_BITS) & ((1 << LENGTH_BITS) - 1);
    }

    /** What tells this token from others under the same parent: its kind, and its word if it is a literal. */
    static long identity(long token) {
        return token & ~(((1L << LENGTH_BITS) - 1) << KIND_BITS);
    }

    static long token(int kind, int length) {
        return ((long) length << KIND_BITS) | kind;
    }

    /** True for a token after which nothing of the key is looked at. */
    static boolean endsKey(long token) {
        return kind(token) == BINARY || kind(token) == REST;
    }

    static boolean isDelimiter(byte b) {
        return CLASS[b & 0xFF] >= MINOR;
    }

    static boolean isMajor(byte delimiter) {
        return CLASS[delimiter & 0xFF] == MAJOR;
    }

    /** What stands for a token in a template. */
    static String text(long token, byte[] key, int position) {
        if (kind(token) != LITERAL) {
            return TEXTS[kind(token)];
        }
        String word = new String(key, position, length(token), StandardCharsets.UTF_8);
        StringBuilder text = new StringBuilder(word.length() + 4);
        for (int i = 0; i < word.length(); i++) {
            char c = word.charAt(i);
            if (c < '0' || c > '9') {
                text.append(c);
            } else if (i == 0 || word.charAt(i - 1) < '0' || word.charAt(i - 1) > '9') {
                text.append("{n}");
            }
        }
        return text.toString();
    }

    /**
     * The token that starts at a position; the byte after it, if there is one before the end, is a delimiter.
     *
     * @param segmentStart the position is the key's first or follows a major delimiter
     */
    static long next(byte[] key, int position, int end, boolean segmentStart) {
        // words and numbers are most of all tokens, and are told with little work
        int i = position;
        byte c = MAJOR;
        while (i < end && (c = CLASS[key[i] & 0xFF]) == DIGIT) {
            i++;
        }
        int digits = i - position;
        long hash = 0;
        if (digits == 0) {
            while (i < end && (c = CLASS[key[i] & 0xFF]) >= LOWER && c < MINOR) {
                hash = hash(hash, key[i]);
                i++;
            }
        }
        int length = i - position;
        boolean mayGoOn = c == MINOR && i < end && (segmentStart || length == 4 || length == 8);
        boolean atEnd = i == end || c >= MINOR;
        if (!atEnd || mayGoOn || length == 8) {
            return nextOfAnyKind(key, position, end, segmentStart);
        }
        if (digits > 0) {
            return token(NUMBER, length);
        }
        return length > MAX_LITERAL ? token(TEXT, length) : literal(length, hash);
    }

    private static long nextOfAnyKind(byte[] key, int position, int end, boolean segmentStart) {
        int digits = 0;
        int digitRuns = 0;
        int changes = 0;
        boolean hex = true;
        boolean lower = false;
        boolean upper = false;
        byte previous = MINOR;
        long hash = 0;
        int i = position;
        while (i < end) {
            int b = key[i] & 0xFF;
            byte c = CLASS[b];
            if (c >= MINOR) {
                break;
            }
            if (c == DIGIT) {
                digits++;
                if (previous != DIGIT) {
                    digitRuns++;
                    changes++;
                    hash = hash(hash, (byte) 1);
                }
            } else {
                if (c <= HIGH) {
                    int length = c == CONTROL ? 0 : utf8Length(key, i, end);
                    if (length == 0) {
                        return token(BINARY, end - position);
                    }
                    for (int n = 1; n < length; n++) {
                        hash = hash(hash, key[i++]);
                    }
                    c = LOWER;
                }
                hash = hash(hash, key[i]);
                hex &= (c & 1) == 0;
                boolean isUpper = c >= UPPER;
                upper |= isUpper;
                lower |= !isUpper;
                if (previous == DIGIT || (isUpper && previous < UPPER)) {
                    changes++;
                }
            }
            previous = c;
            i++;
        }
        int length = i - position;
        if (hex && length == 8 && isUuid(key, position, end)) {
            return token(UUID, 36);
        }
        if (segmentStart && i < end && CLASS[key[i] & 0xFF] == MINOR) {
            int emailEnd = emailEnd(key, i, end);
            if (emailEnd > 0) {
                return token(EMAIL, emailEnd - position);
            }
        }
        if (digits == 0) {
            return length > MAX_LITERAL ? token(TEXT, length) : literal(length, hash);
        }
        int timeLength = digits >= 4 ? KeyTimes.length(key, position, i, end) : 0;
        if (timeLength > 0) {
            return token(TIME, timeLength);
        }
        if (digits == length) {
            return token(NUMBER, length);
        }
        if (isId(length, hex, digitRuns, changes)) {
            return token(ID, upper && lower ? base64End(key, i, end) - position : length);
        }
        return literal(length, hash);
    }

    private static boolean isId(int length, boolean hex, int digitRuns, int changes) {
        return length > MAX_LITERAL
                || (length >= 8 && (hex || digitRuns >= 3))
                || (length >= 16 ? changes * 5 >= length : length >= 8 && digitRuns >= 2);
    }

    private static long literal(int length, long hash) {
        if (length == 0) {
            return EMPTY;
        }
        long mixed = (hash ^ (hash >>> 32)) * 0x9E3779B97F4A7C15L;
        return ((mixed ^ (mixed >>> 48)) << (KIND_BITS + LENGTH_BITS)) | token(LITERAL, length);
    }

    /** Cheap, as it is in the way of each byte; {@link #literal} mixes. */
    private static long hash(long hash, byte b) {
        return hash * 257 + b;
    }

    /** Length of a valid UTF-8 sequence of two bytes or more, or 0. */
    private static int utf8Length(byte[] key, int at, int end) {
        int b = key[at] & 0xFF;
        int length = b < 0xC2 || b > 0xF4 ? 0 : b < 0xE0 ? 2 : b < 0xF0 ? 3 : 4;
        if (length == 0 || at + length > end) {
            return 0;
        }
        for (int i = 1; i < length; i++) {
            if ((key[at + i] & 0xC0) != 0x80) {
                return 0;
            }
        }
        int second = key[at + 1] & 0xFF;
        boolean notCanonical = (b == 0xE0 && second < 0xA0) || (b == 0xF0 && second < 0x90);
        boolean notText = (b == 0xED && second > 0x9F) || (b == 0xF4 && second > 0x8F);
        return notCanonical || notText ? 0 : length;
    }

    /** End of the segment if it goes on as an address does: something, an @, something with a dot; else 0. */
    private static int emailEnd(byte[] key, int from, int end) {
        boolean at = false;
        boolean dot = false;
        int i = from;
        for (; i < end && CLASS[key[i] & 0xFF] != MAJOR; i++) {
            if (CLASS[key[i] & 0xFF] == CONTROL) {
                return 0;
            }
            dot |= at && key[i] == '.';
            at |= key[i] == '@';
        }
        return dot ? i : 0;
    }

    private static boolean isUuid(byte[] key, int position, int end) {
        if (position + 36 > end || (position + 36 < end && CLASS[key[position + 36] & 0xFF] < MINOR)) {
            return false;
        }
        for (int i = 8; i < 36; i++) {
            byte b = key[position + i];
            byte c = CLASS[b & 0xFF];
            boolean dash = i == 8 || i == 13 || i == 18 || i == 23;
            if (dash ? b != '-' : c != DIGIT && c != LOWER_HEX && c != UPPER_HEX) {
                return false;
            }
        }
        return true;
    }

    /** Where an id in the alphabet of base64url ends, padding included, whose first part ends here. */
    private static int base64End(byte[] key, int from, int end) {
        int i = from;
        while (i < end) {
            byte c = CLASS[key[i] & 0xFF];
            if (c <= HIGH || (c >= MINOR && key[i] != '-' && key[i] != '_' && key[i] != '=')) {
                break;
            }
            i++;
        }
        // control bytes and words beyond ASCII are not part of it: then the id ends where its first part did
        return i < end && CLASS[key[i] & 0xFF] < MINOR ? from : i;
    }
}
