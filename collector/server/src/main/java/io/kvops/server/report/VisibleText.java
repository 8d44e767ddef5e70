package io.kvops.server.report;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Text from outside (keys, names, exceptions) made visible: what hides or reorders text in a page or a terminal (control
 * characters, bidirectional and zero-width marks, halves of surrogate pairs) is written as a backslash with x and two, or
 * u and four hexadecimal digits, and long text is cut. The result still has to be escaped for where it goes.
 */
final class VisibleText {
    /** Longest text in a table. */
    static final int SHORT = 120;

    /** Longest text anywhere. */
    static final int LONG = 1_000;

    private VisibleText() {}

    static String of(@Nullable String text) {
        return of(text, SHORT);
    }

    /** @param longest how many UTF-16 units of the text are kept, at least 1 */
    static String of(@Nullable String text, int longest) {
        if (text == null) {
            return "";
        }
        int kept = Math.min(text.length(), longest);
        StringBuilder out = new StringBuilder(kept + 16);
        for (int i = 0; i < kept; i++) {
            char c = text.charAt(i);
            if (Character.isHighSurrogate(c) && i + 1 < kept && Character.isLowSurrogate(text.charAt(i + 1))) {
                appendPair(out, c, text.charAt(++i));
            } else if (hides(c)) {
                out.append(String.format(Locale.ROOT, c < 0x100 ? "\\x%02x" : "\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        if (kept < text.length()) {
            out.append("… (").append(Quantities.exact(text.length())).append(" characters)");
        }
        return out.toString();
    }

    private static void appendPair(StringBuilder out, char high, char low) {
        int type = Character.getType(Character.toCodePoint(high, low));
        if (type == Character.FORMAT || type == Character.UNASSIGNED || type == Character.PRIVATE_USE) {
            out.append(String.format(Locale.ROOT, "\\u%04x\\u%04x", (int) high, (int) low));
        } else {
            out.append(high).append(low);
        }
    }

    private static boolean hides(char c) {
        if (c >= 0x20 && c < 0x7f) {
            return false;
        }
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED -> true;
            default -> false;
        };
    }
}
