package io.kvops.stores.format;

import java.nio.charset.StandardCharsets;

/** What the first bytes of a file look like. */
final class Heads {
    private Heads() {}

    /** The first byte that is neither white space nor a byte order mark; 0 if there is none. */
    static byte firstText(byte[] head) {
        for (int i = bomLength(head); i < head.length; i++) {
            if (head[i] != ' ' && head[i] != '\n' && head[i] != '\r' && head[i] != '\t') {
                return head[i];
            }
        }
        return 0;
    }

    /** 3 if the file begins with the byte order mark of UTF-8, which some programs write. */
    static int bomLength(byte[] head) {
        return head.length >= 3 && head[0] == (byte) 0xef && head[1] == (byte) 0xbb && head[2] == (byte) 0xbf ? 3 : 0;
    }

    static boolean begins(byte[] head, byte[] magic) {
        return head.length >= magic.length && java.util.Arrays.equals(head, 0, magic.length, magic, 0, magic.length);
    }

    /** Whether a text stands within so many first bytes. */
    static boolean contains(byte[] head, String text, int within) {
        String start = new String(head, 0, Math.min(head.length, within + text.length()), StandardCharsets.ISO_8859_1);
        return start.contains(text);
    }
}
