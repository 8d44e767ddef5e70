package io.kvops.key;

import java.nio.charset.StandardCharsets;

/**
 * The template of one key, by its looks alone. What varies from key to key is replaced:
 *
 * <ul>
 *   <li>{@code {n}} digits, also within a word: {@code user42} is {@code user{n}}
 *   <li>{@code {uuid}}, {@code {ts}} a date or time, {@code {email}}
 *   <li>{@code {id}} hexadecimal of 8 digits or more, base64, and other mixtures of letters and digits
 *   <li>{@code {bin}} the rest of the key, from the first token on that is not text (UTF-8 without control characters)
 *   <li>{@code {s}} a word of more than 40 bytes; {@link KeyTemplates} also puts it where words have too many values
 *   <li>{@code {...}} the rest of a key that has more than 16 tokens or 256 bytes
 *   <li>{@code {empty}} the key of no bytes
 * </ul>
 */
public final class KeyTemplate {
    /** The template of the empty key. */
    static final String OF_EMPTY_KEY = "{empty}";

    static final int MAX_TOKENS = 16;
    static final int MAX_BYTES = 256;

    private KeyTemplate() {}

    /** The template of a key; of text, in UTF-8. */
    public static String of(String key) {
        byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
        return of(bytes, 0, bytes.length);
    }

    /** The template of a part of an array. */
    public static String of(byte[] key, int offset, int length) {
        if (length == 0) {
            return OF_EMPTY_KEY;
        }
        StringBuilder template = new StringBuilder(length);
        int end = offset + length;
        int position = offset;
        boolean segmentStart = true;
        for (int n = 1; ; n++) {
            long token = next(key, offset, position, end, n, segmentStart);
            template.append(KeyTokens.text(token, key, position));
            position += KeyTokens.length(token);
            if (KeyTokens.endsKey(token) || position == end) {
                return template.toString();
            }
            template.append((char) key[position]);
            segmentStart = KeyTokens.isMajor(key[position]);
            position++;
        }
    }

    /** The n-th token of a key; within the bounds of tokens and bytes. */
    static long next(byte[] key, int offset, int position, int end, int n, boolean segmentStart) {
        int bound = Math.min(end, offset + MAX_BYTES);
        if (n > MAX_TOKENS || (position >= bound && bound < end)) {
            return KeyTokens.token(KeyTokens.REST, 0);
        }
        long token = KeyTokens.next(key, position, bound, segmentStart);
        boolean cut = bound < end && position + KeyTokens.length(token) == bound;
        return cut && KeyTokens.kind(token) != KeyTokens.BINARY ? KeyTokens.token(KeyTokens.REST, 0) : token;
    }
}
