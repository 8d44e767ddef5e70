package io.kvops.analyzer;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** Shows the bytes of a key as one unambiguous line of text. */
final class KeyText {
    private static final char[] HEX = "0123456789abcdef".toCharArray();

    private KeyText() {}

    /** The text itself if it is printable UTF-8 (a backslash doubled), else ASCII with {@code \xNN} for other bytes; a hash in hexadecimal. */
    static String of(byte[] key, boolean hashed) {
        if (hashed) {
            return hex(key);
        }
        try {
            CharBuffer text = StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(key));
            if (text.codePoints().allMatch(KeyText::printable)) {
                return text.toString().replace("\\", "\\\\");
            }
        } catch (CharacterCodingException e) {
            // no UTF-8: shown byte by byte
        }
        return escaped(key);
    }

    private static boolean printable(int codePoint) {
        int type = Character.getType(codePoint);
        return type != Character.CONTROL
                && type != Character.FORMAT
                && type != Character.SURROGATE
                && type != Character.UNASSIGNED
                && type != Character.PRIVATE_USE
                && type != Character.LINE_SEPARATOR
                && type != Character.PARAGRAPH_SEPARATOR;
    }

    private static String escaped(byte[] key) {
        StringBuilder text = new StringBuilder(key.length * 4);
        for (byte b : key) {
            if (b == '\\') {
                text.append("\\\\");
            } else if (b >= ' ' && b <= '~') {
                text.append((char) b);
            } else {
                text.append("\\x").append(HEX[b >> 4 & 15]).append(HEX[b & 15]);
            }
        }
        return text.toString();
    }

    private static String hex(byte[] bytes) {
        StringBuilder text = new StringBuilder(bytes.length * 2);
        for (byte b : bytes) {
            text.append(HEX[b >> 4 & 15]).append(HEX[b & 15]);
        }
        return text.toString();
    }
}
